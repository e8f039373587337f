// A GPU in the page: SwiftShader's numbers are NumPy's, and the page says what it is.

import { test as withGpu } from "../browser/lib/gpu.mjs";
import { pickFiles } from "../browser/lib/page.mjs";
import { choose, copyReport, settled } from "../browser/lib/person.mjs";
import { assert } from "../browser/lib/test.mjs";
import { differences, named } from "../lib/reference.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

/** What the page says of the engine: its name, the tooltip and the reason. */
const said = (page) =>
  page.evaluate(() => {
    const { textContent, title } = document.querySelector("[data-name=engine]");
    const reason = document.querySelector("[data-name=engine_reason]");
    return [textContent.trim(), title, reason?.textContent.trim()];
  });

withGpu(
  "a GPU that is chosen by hand gives NumPy's numbers, and the page says what it is",
  async ({ page }) => {
    await choose(page, { engine: "gpu" });
    await pickFiles(page, features.files);
    // SwiftShader needs seconds to compile the kernels of a new device.
    await settled(page, 1, { timeout: 100_000 });
    const report = await copyReport(page);
    assert.deepEqual(differences(report, features), []);
    assert.deepEqual([report.engine, report.precision, report.gpu_rows], ["webgpu", "fast", 160]);
    assert.match(report.adapter.name, /swiftshader/i);
    assert.equal(report.adapter.software, true);
    const [name, title, reason] = await said(page);
    assert.equal(name, "software GPU, fast");
    assert.match(title, /swiftshader.* 160 of 160 rows/i);
    assert.equal(reason, "This engine was chosen by hand.");
  },
);
