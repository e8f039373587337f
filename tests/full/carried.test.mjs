// Files that bring results, damaged in thousands of ways, in both browsers; and tests/browser/carried.test.mjs in Firefox.

import { carriedClaims, carrying, damageClaims } from "../browser/lib/carried-claims.mjs";
import { browsers, describe } from "../browser/lib/test.mjs";

const inBoth = browsers.map(([browser, test]) => [browser, carrying(test)]);
const { Firefox } = Object.fromEntries(inBoth);

describe("in Firefox", () => carriedClaims(Firefox));

describe.each(inBoth)("%s", (_browser, test) => damageClaims(test, 700));
