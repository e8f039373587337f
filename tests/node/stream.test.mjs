// Rows that are unpacked while they are summed: mistakes may show only at the end, and little may be in memory.

import assert from "node:assert/strict";
import { promisify } from "node:util";
import { constants, inflateRaw } from "node:zlib";
import { afterEach, describe, test, vi } from "vitest";
import { file, startEngine } from "./lib/engine.mjs";
import { empty, good, npy, npz } from "./lib/packed.mjs";
import { read, stillReads } from "./lib/readings.mjs";
import { look, reader, watchWorkers } from "./lib/watch.mjs";
import { NodeWorker } from "./lib/worker.mjs";

/** Bytes that the reader may be ahead: `MOST_AHEAD` of www/engine/material.ts. */
const MOST_AHEAD = 64 << 20;
/** One of its pieces: it may have begun one while it was just below. */
const PIECE = 8 << 20;

const { Blob } = globalThis;
const engine = await startEngine();
watchWorkers();

afterEach(async () => {
  look();
  vi.useRealTimers();
  vi.stubGlobal("Blob", Blob);
  assert.ok(await stillReads(engine), "a good file is not read after it");
});

const times = (count, block) => new Array(count).fill(block);
const give = (bytes, options, signal) => read(engine, [file("packed.npz", bytes)], options, signal);

/** How many bytes the reader is ahead by now, and was at most. */
function lookAhead({ onSend, onReply, onEnd } = {}) {
  const seen = { now: 0, most: 0, pieces: 0 };
  look({
    onReply: (reply, worker) => {
      if (reply.type === "piece") {
        seen.now += reply.piece.length;
        seen.most = Math.max(seen.most, seen.now);
        seen.pieces += 1;
      }
      onReply?.(reply, seen, worker);
    },
    onSend: (message, more) => {
      if (message.type === "taken") for (const { length } of message.pieces) seen.now -= length;
      return onSend?.(message, more);
    },
    onEnd,
  });
  return seen;
}

/** A promise, and what keeps it. */
function deferred() {
  let resolve;
  const promise = new Promise((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

describe("a packed array that is summed as it comes", () => {
  const many = npz(times(9, good));

  test("gives what the same rows give in an .npy", async () => {
    const seen = lookAhead();
    const { report: streamed, message } = await give(many);
    assert.ok(streamed, message);
    assert.ok(seen.pieces * PIECE > MOST_AHEAD, `only ${seen.pieces} pieces`);
    const { report: once } = await read(engine, [file("once.npy", npy([good]))]);
    // Rows that come nine times have nine times the scatter, over another n − 1.
    const n = 9 * good.rows;
    const factor = (9 * (good.rows - 1)) / (n - 1);
    const [largest] = streamed.eigenvalues;
    assert.deepEqual([streamed.n, streamed.eigenvalues.length], [n, once.eigenvalues.length]);
    for (const [k, value] of once.eigenvalues.entries()) {
      const apart = Math.abs(streamed.eigenvalues[k] - factor * value) / largest;
      assert.ok(apart < 1e-12, `λ${k + 1} is ${apart} λ₁ off`);
    }
    assert.ok(Math.abs(streamed.total_variance / (factor * once.total_variance) - 1) < 1e-12);
  });

  for (const [what, said] of [
    ["its checksum is wrong", { crc: (sum) => sum ^ 1 }],
    ["it ends too early", { more: 1 }],
    ["it does not end where it should", { more: -1 }],
  ]) {
    test(`is rejected at its end where ${what}`, async () => {
      const seen = lookAhead();
      const { code, message } = await give(npz(times(3, good), said));
      assert.equal(code, "damaged_stream", message);
      assert.match(message, /^packed\.npz: /);
      // By then most of it was summed.
      assert.ok(seen.pieces >= 2, `only ${seen.pieces} pieces`);
    });
  }

  test("waits for rows that are not empty, and loses none on the way", async () => {
    const refused = await give(npz([...times(2, empty), good]));
    assert.equal(refused.code, "non_finite");
    const bytes = npz([...times(9, empty), ...times(2, good)]);
    const { report, message } = await give(bytes, { nonFinite: "skip" });
    assert.ok(report, message);
    assert.deepEqual([report.n, report.skipped_rows], [2 * good.rows, 9 * empty.rows]);
  });

  test("is rejected where there is no room to keep it", async () => {
    vi.stubGlobal(
      "Blob",
      class extends Blob {
        constructor(parts, options) {
          if (parts[0]?.byteLength > 1e6) throw new RangeError("Array buffer allocation failed");
          super(parts, options);
        }
      },
    );
    const { code, message } = await give(npz([...times(9, empty), good]));
    assert.equal(code, "no_room");
    assert.match(message, /no room to unpack the array .* Make room/);
  });

  test("is cancelled at once, and its reader ended", async () => {
    const cancelled = new AbortController();
    const ended = [];
    lookAhead({
      onReply: ({ type }) => {
        if (type === "piece") cancelled.abort(new Error("cancelled by a person"));
      },
      onEnd: ({ name }) => ended.push(name),
    });
    const analysis = engine.analyze([file("packed.npz", many)], {}, {}, cancelled.signal);
    await assert.rejects(analysis, { message: "cancelled by a person" });
    assert.deepEqual(
      ended.filter((name) => name === reader),
      [reader],
    );
  });

  test("is rejected where its reader falls silent in the middle", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const silent = deferred();
    lookAhead({
      onReply: ({ type }, _seen, worker) => {
        if (type !== "piece") return;
        NodeWorker.prototype.terminate.call(worker);
        setImmediate(silent.resolve);
      },
    });
    const analysis = give(many);
    await silent.promise;
    vi.advanceTimersByTime(60_000);
    assert.equal((await analysis).code, "reader_stuck");
  });

  test("is never far ahead of a worker that is slower than its reader", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const far = deferred();
    let held = [];
    const seen = lookAhead({
      onSend: ({ type }, { send }) => {
        if (type !== "chunk" || !held) return true;
        held.push(send);
        return false;
      },
      onReply: (_reply, { now }) => {
        if (now >= MOST_AHEAD) far.resolve();
      },
    });
    const blocks = times(16, good);
    const analysis = give(npz(blocks));
    await far.promise;
    // The reader would make all the rest while the same bytes are unpacked here.
    for (const { packed } of blocks)
      await promisify(inflateRaw)(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.ok(seen.most <= MOST_AHEAD + PIECE, `${seen.most} bytes`);
    assert.ok(seen.pieces * PIECE < blocks.length * good.bytes.length - PIECE);
    // However long that takes, the reader is not taken for one that is stuck.
    vi.advanceTimersByTime(600_000);
    const waiting = held;
    held = undefined;
    for (const send of waiting) send();
    const { report, message } = await analysis;
    assert.equal(report?.n, 16 * good.rows, message);
    assert.ok(seen.most <= MOST_AHEAD + PIECE, `${seen.most} bytes`);
  });
});
