// All of tests/browser/exports.test.mjs in Firefox as well.

import { exportsClaims } from "../browser/lib/exports-claims.mjs";
import { browsers, describe } from "../browser/lib/test.mjs";

const { Firefox: test } = Object.fromEntries(browsers);

describe("in Firefox", () => exportsClaims(test));
