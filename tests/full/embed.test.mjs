// All of tests/browser/embed.test.mjs in Firefox as well.

import { elementClaims, embedding, frameClaims } from "../browser/lib/embed-claims.mjs";
import { browsers, describe } from "../browser/lib/test.mjs";

const { Firefox } = Object.fromEntries(browsers);
const test = embedding(Firefox);

describe("the element in Firefox", () => elementClaims(test));

describe("the frame in Firefox", () => frameClaims(test));
