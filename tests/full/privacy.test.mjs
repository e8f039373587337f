// Nothing leaves the page once it is kept, in Firefox too.

import { visitsOffline } from "../browser/lib/privacy-claims.mjs";
import { browsers, describe } from "../browser/lib/test.mjs";

describe.each(browsers)("%s", (_browser, testThere) => visitsOffline(testThere));
