// Nothing leaves the page over a whole visit, in both browsers. What a script could try against that: sealed.test.mjs. A visit once the
// site is kept, in Firefox: tests/full/privacy.test.mjs.

import { visits, visitsOffline } from "./lib/privacy-claims.mjs";
import { browsers, describe, test } from "./lib/test.mjs";

describe.each(browsers)("%s", (_browser, testThere) => visits(testThere));

describe("Chromium", () => visitsOffline(test));
