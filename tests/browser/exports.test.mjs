// What the page saves and copies: each button gives the right file once, pictures carry the Reports, and all of them can
// be read back. In Firefox: tests/full.

import { exportsClaims } from "./lib/exports-claims.mjs";
import { numbers, pickFiles } from "./lib/page.mjs";
import { copyText, press, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

exportsClaims(test);

test("Copy Python names the file, the window and the α in view, and follows the window", async ({
  page,
}) => {
  await pickFiles(page, ["tests/data/minilm_layer6_160x128_f2.npy"]);
  await settled(page, 1);
  const script = await copyText(page, "copy-python");
  const { alpha } = await numbers(page);
  assert.ok(script.includes('np.load("minilm_layer6_160x128_f2.npy")'), script);
  assert.ok(script.includes("np.arange(11, 100 + 1)"), script);
  assert.ok(script.includes(String(alpha)), script);
  await page.focus("[data-end=first]");
  await press(page, "ArrowRight");
  assert.ok((await copyText(page, "copy-python")).includes("np.arange(12, 100 + 1)"));
});
