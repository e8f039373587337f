// The fit window in Firefox: the tests that the browser tier has in Chromium.

import { browsers } from "../browser/lib/test.mjs";
import { windowTests } from "../browser/lib/window.mjs";

const [, firefox] = browsers.find(([name]) => name === "Firefox");

windowTests(firefox);
