// The rest of tests/browser/share.test.mjs in Firefox.

import { keyboardClaim, shareClaims } from "../browser/lib/share-claims.mjs";
import { browsers, describe } from "../browser/lib/test.mjs";

const { Firefox: test } = Object.fromEntries(browsers);

describe("in Firefox", () => {
  shareClaims(test);
  keyboardClaim(test, {}, () => window.lastCopied);
});
