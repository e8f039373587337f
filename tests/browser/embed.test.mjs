// Eigenscope inside pages of another origin. In Firefox here: the handshake and one analysis; the rest in tests/full.

import { elementClaims, embedding, essentialClaims, frameClaims } from "./lib/embed-claims.mjs";
import { assert, browsers, describe } from "./lib/test.mjs";

const inBoth = browsers.map(([browser, test]) => [browser, embedding(test)]);
const { Chromium: test } = Object.fromEntries(inBoth);

describe.each(inBoth)("%s", (_browser, testThere) => essentialClaims(testThere));

describe("the element", () => {
  elementClaims(test);

  test("tells a host that forbids the frame what to do", async ({ browser, host }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${host.origin}/forbids`);
    const outcome = page.evaluate(async () => {
      const scope = document.querySelector("eigen-scope");
      return scope.analyze(new ArrayBuffer(8)).catch(({ code, message }) => ({ code, message }));
    });
    await page.clock.runFor(40_000);
    const { code, message } = await outcome;
    assert.equal(code, "no_answer");
    assert.match(message, /frame-src/);
    await context.close();
  });
});

describe("the frame", () => frameClaims(test));
