// "Copy Python": real Python, where this machine has one with NumPy, prints the α that the page shows.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { numbers, openPage, pickFiles, waitForState, waitForStudy } from "./lib/page.mjs";
import { clear, clipboard, copyText, press, settled } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const tolerance = 1e-9;
const python = [process.env.PYTHON, "python3", join(top, "target/bench/venv/bin/python")].find(
  (one) => one && spawnSync(one, ["-c", "import numpy"]).status === 0,
);

describe("Copy Python", () => {
  let site;
  let browser;
  let page;
  before(async () => {
    site = await serveSite();
    browser = await launchChromium();
    ({ page } = await openPage(browser, `${site.origin}/`, clipboard));
    await waitForState(page, "empty");
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  test("names the file, the window and the α in view, and follows the window", async () => {
    await pickFiles(page, named("minilm_layer6_160x128_f2.npy").files);
    await settled(page, 1);
    const script = await copyText(page, "copy-python");
    const { alpha } = await numbers(page);
    assert.ok(script.includes('np.load("minilm_layer6_160x128_f2.npy")'), script);
    assert.ok(script.includes("np.arange(11, 100 + 1)"), script);
    assert.ok(script.includes(String(alpha)), script);
    await page.focus("[data-end=first]");
    await press(page, "ArrowRight");
    assert.ok((await copyText(page, "copy-python")).includes("np.arange(12, 100 + 1)"));
    await press(page, "ArrowLeft");
    await clear(page);
  });

  // Without a Python there is nothing to compare with, and these tests do not exist.
  for (const name of python
    ? ["minilm_layer6_160x128_f2.npy", "powerlaw_alpha1_130x112_f8.npy", "shapes/wide_120x130.npy"]
    : []) {
    test(`Python prints the same α: ${name}`, async () => {
      const { files } = named(name);
      await pickFiles(page, files);
      await settled(page, 1);
      const script = await copyText(page, "copy-python");
      const { alpha } = await numbers(page);
      const cwd = join(top, dirname(files[0]));
      const { stdout, stderr } = spawnSync(python, ["-"], { input: script, cwd, encoding: "utf8" });
      assert.ok(Math.abs(Number(stdout) - alpha) < tolerance, `${stdout}${stderr} is not ${alpha}`);
      await clear(page);
    });
  }

  // Each switch alone would not show in which order they are applied.
  for (const [name, switches, weights, drop] of python
    ? [
        ["minilm_layer6_160x128_f2.npy", ["unit_rows", "standardized"], "none", "2"],
        ["minilm_layer6_160x128_f2.npy", ["centred"], "log-binned", "0"],
        ["shapes/wide_120x130.npy", ["unit_rows"], "1/k", "1"],
      ]
    : []) {
    test(`Python prints the same α with ${switches.join(", ")}, weights ${weights}, without ${drop}: ${name}`, async () => {
      const { files } = named(name);
      await pickFiles(page, files);
      await settled(page, 1);
      await page.evaluate(choose, { names: [...switches, weights], drop });
      await waitForStudy(page);
      const script = await copyText(page, "copy-python");
      const { alpha } = await numbers(page);
      const cwd = join(top, dirname(files[0]));
      const { stdout, stderr } = spawnSync(python, ["-"], { input: script, cwd, encoding: "utf8" });
      assert.ok(Math.abs(Number(stdout) - alpha) < tolerance, `${stdout}${stderr} is not ${alpha}`);
      await page.evaluate(choose, { names: ["1/k"], drop: "0" });
      await page.evaluate(() => document.querySelector("button[name=usual-preparation]").click());
      await clear(page);
    });
  }
});

/** Runs in the page, folded or not: clicks switches by name and the kind of weights by value, and sets the components left out. */
function choose({ names, drop }) {
  for (const name of names) {
    document.querySelector(`input[name="${name}"], input[name=weight][value="${name}"]`).click();
  }
  const field = document.querySelector("input[name=dropped]");
  field.value = drop;
  field.dispatchEvent(new Event("change"));
}
