// Bad files: each is rejected with its code and a sentence, and costs neither the reader nor what is read after it.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, test } from "vitest";
import { named } from "../lib/reference.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { json, ours, read, stillReads, wrongWords } from "./lib/readings.mjs";
import { look, reader, watchWorkers } from "./lib/watch.mjs";

const folder = "tests/hostile";
const codes = json(`${folder}/expected.json`);
const good = named("minilm_layer6_160x128_f2.npy");
const packed = "tests/formats/npz/deflated_f2.npz";

const engine = await startEngine();
let readers = 0;
watchWorkers();
look({
  onStart: ({ name }) => {
    if (name === reader) readers += 1;
  },
});

describe("every bad file has its code, and a good one is read after it", () => {
  for (const [name, files] of folders()) {
    test(name, async () => {
      const wrong = {};
      for (const [path, expected] of files) {
        const { report, code, message } = await read(engine, [file(`${folder}/${path}`)]);
        const found = report ? "accepted" : code;
        if (!isRight(found, expected)) wrong[path] = `${found}, not ${expected}: ${message}`;
        const words = report ? undefined : wrongWords(message, basename(path));
        if (words) wrong[path] = words;
        if (!(await stillReads(engine))) wrong[path] = "a good file is not read after it";
      }
      assert.deepEqual(wrong, {});
      for (const path of [...good.files, packed]) {
        const { report, message } = await read(engine, [file(path)]);
        assert.ok(report, message);
        assert.ok(Math.abs(report.fit.alpha - good.default_fit.alpha) < 1e-9, path);
      }
    });
  }
});

test("one reader has opened all of them: a rejected file does not cost it", () => {
  assert.equal(readers, 1);
});

test("a bad part is named among good ones", async () => {
  const part = file("tests/data/shapes/wide_120x130.npy");
  const parts = [part, file(`${folder}/length/cut_at_144.npy`), part];
  const { code, message } = await read(engine, parts);
  assert.equal(code, "truncated_data");
  assert.ok(message.startsWith("cut_at_144.npy: "), message);
});

/** The files of each folder, with their codes. */
function folders() {
  const found = new Map();
  for (const [path, code] of Object.entries(codes)) {
    const [name] = path.split("/");
    found.set(name, [...(found.get(name) ?? []), [path, code]]);
  }
  return found;
}

function isRight(found, expected) {
  return expected === "any" ? !ours.includes(found) : [expected].flat().includes(found);
}
