// The fit window: however it is moved, α is the reference's for that window. In Firefox: tests/full.

import { test } from "./lib/test.mjs";
import { windowTests } from "./lib/window.mjs";

windowTests(test);
