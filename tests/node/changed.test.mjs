// Files that change on the disk while they are read, be it between the header and the rows, have one error code: file_changed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { file, startEngine } from "./lib/engine.mjs";
import { changing, readsOf } from "./lib/messages.mjs";
import { read, stillReads } from "./lib/readings.mjs";

/** Each is read in another way: in slices, from its beginning, by a library that waits, or by one that does not. */
const files = [
  "data/shapes/wide_120x130.npy",
  "formats/npz/stored_f8.npz",
  "formats/npz/deflated_f8.npz",
  "formats/torch/features_f8.pt",
  "formats/safetensors/features_f8.safetensors",
  "formats/csv/label.csv",
  "formats/mat/features_f8_compressed.mat",
  "formats/parquet/columns_row_groups.parquet",
  "formats/arrow/list.arrow",
  "formats/arrow/columns_with_others_stream_batches.arrow",
  "formats/hdf5/gzip_shuffle.h5",
  "formats/eigenvalues/one_column.csv",
  "formats/moments/whole.npz",
];

const engine = await startEngine();

const bytesOf = (path) => readFileSync(join(top, "tests", path));

describe("a file that changes at any of its reads has its code", () => {
  for (const path of files) {
    const name = basename(path);
    const bytes = bytesOf(path);
    test(path, async () => {
      const intact = changing(name, bytes);
      const { report, message } = await read(engine, [intact]);
      assert.ok(report, message);
      const reads = readsOf(intact);
      assert.ok(reads > 1, `${reads} reads`);
      const wrong = [];
      for (let after = 0; after < reads; after += 1) {
        for (const how of ["gone", "shorter"]) {
          const found = await read(engine, [changing(name, bytes, how, after)]);
          if (found.code === "file_changed" && found.message.startsWith(`${name}: `)) continue;
          wrong.push(`${how} after ${after} reads: ${found.code ?? "was read"}: ${found.message}`);
        }
      }
      assert.deepEqual(wrong, []);
      assert.ok(await stillReads(engine));
    });
  }
});

test("the part that changed is named", async () => {
  const [first, second, third] = ["shard_1.npy", "shard_2.npy", "shard_10.npy"].map((name) => {
    return [name, bytesOf(`data/shards/${name}`)];
  });
  const intact = changing(...second);
  const parts = (changed) => [file(...first), changed, file(...third)];
  assert.ok((await read(engine, parts(intact))).report);
  for (let after = 0; after < readsOf(intact); after += 1) {
    const { code, message } = await read(engine, parts(changing(...second, "gone", after)));
    assert.equal(code, "file_changed", `after ${after} reads`);
    assert.match(message, /^shard_2\.npy: /);
  }
});

test("other bytes in a packed array are found by its checksum", async () => {
  const bytes = bytesOf("formats/npz/deflated_f8.npz");
  const intact = changing("packed.npz", bytes);
  assert.ok((await read(engine, [intact])).report);
  // Its last read is of the numbers.
  const changed = changing("packed.npz", bytes, "other", readsOf(intact) - 1);
  assert.equal((await read(engine, [changed])).code, "damaged_stream");
});
