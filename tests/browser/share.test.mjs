// Links carry the analysis: made here, opened there, the same numbers; and results stay in this browser if that is wanted.
// In Firefox here: from files to a link that is opened; the rest in tests/full.

import { journeyClaim, keyboardClaim, shareClaims } from "./lib/share-claims.mjs";
import { browsers, describe, test } from "./lib/test.mjs";

describe.each(browsers)("%s", (_browser, testThere) => journeyClaim(testThere));

shareClaims(test);

// The one test with the browser's own clipboard: tests that run at the same time share it.
keyboardClaim(
  test,
  { permissions: ["clipboard-read", "clipboard-write"], realClipboard: true },
  () => navigator.clipboard.readText(),
);
