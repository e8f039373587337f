// The page without a network, and how a newer one comes: all of it in both browsers.

import { installs, versions, worksOffline } from "../browser/lib/offline-claims.mjs";
import { browsers, describe, test } from "../browser/lib/test.mjs";

describe.each(browsers)("%s", (_browser, testThere) => {
  worksOffline(testThere);
  versions(testThere);
});

describe("Chromium", () => installs(test));
