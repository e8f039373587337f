// The page without a network, and how a newer one comes. In Firefox one visit to one address; the rest there: tests/full/offline.test.mjs.

import { installs, offlineAddresses, versions, worksOffline } from "./lib/offline-claims.mjs";
import { browsers, describe, test } from "./lib/test.mjs";

const { Firefox } = Object.fromEntries(browsers);

describe("Chromium", () => {
  worksOffline(test);
  versions(test);
  installs(test);
});

describe("Firefox", () => worksOffline(Firefox, offlineAddresses.slice(1)));
