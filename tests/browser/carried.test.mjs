// Files that contain results are distinguished from all others, give them back, and end in an error sentence at worst. The reader of
// PNGs alone: tests/unit. Thousands of damaged files, and Firefox: tests/full.

import { carriedClaims, carrying, damageClaims } from "./lib/carried-claims.mjs";
import { test as plainTest } from "./lib/test.mjs";

const test = carrying(plainTest);

carriedClaims(test);
damageClaims(test, 60);
