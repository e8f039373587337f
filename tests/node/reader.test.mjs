// A reader that fails: its file is rejected with a code that says so, and another reader takes the next file.

import assert from "node:assert/strict";
import { afterEach, test, vi } from "vitest";
import { importing } from "../../www/engine/pool";
import { file, startEngine } from "./lib/engine.mjs";
import { read, stillReads } from "./lib/readings.mjs";
import { reader } from "./lib/watch.mjs";
import { NodeWorker } from "./lib/worker.mjs";

const MINUTE = 60_000;
const labelled = "tests/formats/npz/labels.npz";

/** Time passes only where a test says so. */
vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
const engine = await startEngine();

/** What starts in place of the next reader. */
let next;

vi.stubGlobal(
  "Worker",
  new Proxy(NodeWorker, {
    construct(_, [url, options]) {
      const start = options.name === reader && next;
      if (!start) return new NodeWorker(url, options);
      next = undefined;
      return start(options);
    },
  }),
);

/** A worker of which the test says what it answers. */
class Played {
  onmessage = null;
  onerror = null;
  onmessageerror = null;
  isEnded = false;

  /** The next task that it is sent. */
  asked() {
    return new Promise((resolve) => {
      this.postMessage = resolve;
    });
  }

  say(data) {
    this.onmessage({ data });
  }

  die() {
    this.onerror({ preventDefault() {} });
  }

  terminate() {
    this.isEnded = true;
  }
}

/** Gives the engine a file, whose reader the test plays from its first task on. */
async function play(signal) {
  const played = new Played();
  const isAsked = played.asked();
  next = () => played;
  const analysis = read(engine, [file(labelled)], {}, signal);
  const { type, files } = await isAsked;
  assert.deepEqual([type, files.map(({ name }) => name)], ["open", ["labels.npz"]]);
  return { played, analysis };
}

afterEach(async () => {
  // Idle workers are ended, so that a new reader starts: a real one, after which there is none again.
  vi.advanceTimersByTime(10 * MINUTE);
  assert.ok(await stillReads(engine), "a good file is not read after it");
  vi.advanceTimersByTime(10 * MINUTE);
});

test("a reader that says nothing for a minute is ended, and no sooner", async () => {
  const { played, analysis } = await play();
  played.say({ type: "loaded" });
  vi.advanceTimersByTime(MINUTE - 1);
  assert.equal(played.isEnded, false);
  played.say({ type: "unpacked", done: 1, total: 2 });
  vi.advanceTimersByTime(MINUTE - 1);
  assert.equal(played.isEnded, false);
  vi.advanceTimersByTime(1);
  assert.equal(played.isEnded, true);
  const { code, message } = await analysis;
  assert.equal(code, "reader_stuck");
  assert.match(message, /^labels\.npz: Nothing more came out of this file for a minute/);
});

test("a reader that dies has its code", async () => {
  const { played, analysis } = await play();
  played.say({ type: "loaded" });
  played.die();
  const { code, message } = await analysis;
  assert.equal(code, "worker_died");
  assert.match(message, /^labels\.npz: /);
  assert.equal(played.isEnded, true);
});

test("a reader whose answer cannot be read has the same code", async () => {
  const { played, analysis } = await play();
  played.say({ type: "loaded" });
  played.onmessageerror();
  assert.equal((await analysis).code, "worker_died");
});

test("a reader that could not be loaded has its code", async () => {
  next = (options) => {
    const script = new Blob([importing("file:///nowhere/reader.js")]);
    return new NodeWorker(URL.createObjectURL(script), options);
  };
  const { code, message } = await read(engine, [file(labelled)]);
  assert.equal(code, "not_loaded");
  assert.match(message, /could not be loaded/);
});

test("a cancelled file ends its reader at once, whatever it is doing", async () => {
  const cancelled = new AbortController();
  const { played } = await play(cancelled.signal);
  assert.equal(played.isEnded, false);
  cancelled.abort();
  assert.equal(played.isEnded, true);
});

test("a reader that rejects a file is kept for the next one, for a minute", async () => {
  const { played, analysis } = await play();
  played.say({ type: "loaded" });
  played.say({ type: "refused", code: "malformed", message: "labels.npz: Wrong.", spent: false });
  assert.equal((await analysis).code, "malformed");
  const again = played.asked();
  const other = read(engine, [file(labelled)]);
  await again;
  const arrays = [{ name: "a" }, { name: "b" }];
  played.say({ type: "choice", code: "several_arrays", message: "labels.npz: Two.", arrays });
  assert.deepEqual((await other).arrays, arrays);
  vi.advanceTimersByTime(MINUTE - 1);
  assert.equal(played.isEnded, false);
  vi.advanceTimersByTime(1);
  assert.equal(played.isEnded, true);
});

test("a reader that is in no state to go on is ended with its answer", async () => {
  const { played, analysis } = await play();
  played.say({ type: "loaded" });
  played.say({ type: "refused", code: "malformed", message: "labels.npz: Wrong.", spent: true });
  assert.equal((await analysis).code, "malformed");
  assert.equal(played.isEnded, true);
});

test("a reader says which files are one matrix", async () => {
  const paths = ["e=10/part1.npy", "e=2/part2.npy", "e=2/part1.npy", "img_2.npy", "img_1.npy"];
  const groups = await engine.group(paths, [80, 80, 80, 20, 80]);
  assert.deepEqual(
    groups.map((group) => group.map((index) => paths[index])),
    [["e=2/part1.npy", "e=2/part2.npy"], ["e=10/part1.npy"], ["img_1.npy", "img_2.npy"]],
  );
});
