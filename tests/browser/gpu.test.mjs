// Without a GPU the workers do the work, and the page says why. Races and faults: tests/unit/engine-gpu*.test.ts with scripted
// workers. A software GPU takes half a minute to compile its kernels: tests/full/gpu*.test.mjs.

import { differences, named } from "../lib/reference.mjs";
import { pickFiles } from "./lib/page.mjs";
import { choose, clear, copyReport, settled } from "./lib/person.mjs";
import { assert, test } from "./lib/test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");

test("a small file asks for no GPU, and without one the workers do what it was asked for", async ({
  open,
}) => {
  const { page, requests } = await open();
  const isForGpu = ({ url }) => /\/gpu-/.test(url);
  await pickFiles(page, features.files);
  await settled(page, 1);
  const small = await copyReport(page);
  assert.deepEqual([small.engine, small.engine_reason.code], ["cpu", "too_little"]);
  assert.deepEqual(requests.filter(isForGpu), []);
  await clear(page);

  await choose(page, { engine: "gpu" });
  await pickFiles(page, features.files);
  await settled(page, 1);
  const report = await copyReport(page);
  assert.deepEqual([report.engine, report.engine_reason.code], ["cpu", "gpu_none"]);
  const note = report.notes.find(({ code }) => code === "gpu_none");
  assert.equal(note?.message, report.engine_reason.message);
  assert.deepEqual(differences(report, features), []);
});
