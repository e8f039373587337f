// Numbers that are unpacked while they are summed: what is wrong with them may show only at their end.

import { afterEach, describe, expect, test } from "vitest";
import { Chance } from "./lib/chance";
import { endScript, scriptBrowser, settle } from "./lib/scripted-browser";
import { openPage, type Page, ScriptedRun, type Setting } from "./lib/scripted-run";

afterEach(endScript);

const [CHUNKS, CHUNK_BYTES] = [12, 4];

/** A run whose rows come in pieces, and what the reader hears of them. */
async function streamed(setting: Partial<Setting> = {}, given?: Page) {
  const page = given ?? (await openPage());
  const taken: Uint8Array[] = [];
  const maker = { taken: (pieces: Uint8Array[]) => taken.push(...pieces), end: () => {} };
  const material = new page.engine.Material([], [], maker);
  const reads = (chunk: number) => Float64Array.of(0, chunk * CHUNK_BYTES, CHUNK_BYTES);
  const run = new ScriptedRun(page, { chunks: CHUNKS, material, reads, ...setting });
  let end = 0;
  const push = (length: number): void => {
    const piece = Uint8Array.from({ length }, (_, at) => end + at);
    end += length;
    material.push(0, piece);
  };
  return { page, run, material, taken, push };
}

/** The bytes that came along with each chunk. */
function bytesOf(run: ScriptedRun): Map<number, number[]> {
  const chunks = run.page.browser.workers.flatMap((worker) => worker.all("chunk"));
  return new Map(chunks.map(({ chunk, bytes }) => [Number(chunk), [...(bytes as Uint8Array)]]));
}

const bytesFrom = (start: number): number[] => [0, 1, 2, 3].map((at) => start + at);

test("a chunk goes to a worker with its bytes as soon as they have arrived, and their memory returns to the reader", async () => {
  const { run, taken, push } = await streamed();
  expect(bytesOf(run).size).toBe(0);
  push(6);
  expect(bytesOf(run)).toEqual(new Map([[0, bytesFrom(0)]]));
  expect(taken).toEqual([]);
  push(6);
  expect([...bytesOf(run).keys()]).toEqual([0, 1, 2]);
  expect(bytesOf(run).get(1)).toEqual(bytesFrom(4));
  expect(taken).toHaveLength(2);
});

test("a worker holds at most three chunks; the rest counts against the reader", async () => {
  const { run, material, push } = await streamed({ workersPerBand: 1 });
  for (let chunk = 0; chunk < CHUNKS; chunk++) push(CHUNK_BYTES);
  expect(run.workers[0]?.held).toHaveLength(3);
  expect(material.ahead).toBe((CHUNKS - 3) * CHUNK_BYTES);
  run.workers[0]?.doNext();
  expect(material.ahead).toBe((CHUNKS - 4) * CHUNK_BYTES);
});

test("with every row summed, the run still waits for the reader to confirm the end", async () => {
  const { run, material, push } = await streamed();
  push(CHUNKS * CHUNK_BYTES);
  await run.goOn();
  expect(run.workers.flatMap(({ worker }) => worker.all("finish"))).toEqual([]);
  expect(material.ahead).toBe(0);
  material.complete();
  await run.goOn();
  expect(run.wrong()).toEqual([]);
  expect(run.gathered.workers).toBe(2);
});

test("damage found at the end rejects the run although every row was summed", async () => {
  const { page, run, material, push } = await streamed();
  push(CHUNKS * CHUNK_BYTES);
  await run.goOn();
  material.fail("the checksum is wrong");
  expect(page.browser.running).toEqual([]);
  await settle();
  expect(run.reason).toBe("the checksum is wrong");
});

describe("cancelling", () => {
  test("terminates every worker at once, and pieces that still arrive change nothing", async () => {
    const { page, run, push } = await streamed();
    push(20);
    run.run.fail("cancelled");
    expect(page.browser.running).toEqual([]);
    const before = bytesOf(run).size;
    push(20);
    await settle();
    expect(run.reason).toBe("cancelled");
    expect(bytesOf(run).size).toBe(before);
  });
});

test("a file that can be read in slices is read by the workers", async () => {
  const page = await openPage();
  const material = new page.engine.Material([], [new Blob(["rows"])]);
  const run = new ScriptedRun(page, { chunks: 3, material });
  const workers = page.browser.workers;
  expect(workers.flatMap((worker) => worker.all("chunk").map(({ bytes }) => bytes))).toEqual([
    null,
    null,
    null,
  ]);
  for (const worker of workers) expect(worker.all("join")[0]?.blobs).toHaveLength(1);
  await run.toTheEnd();
  expect(run.wrong()).toEqual([]);
});

test("however the pieces are cut and however slow the workers are, each chunk gets its own bytes (60 seeds)", async () => {
  const { engine, matrix } = await openPage();
  for (let seed = 1; seed <= 60; seed++) {
    const chance = new Chance(seed);
    const page = { engine, matrix, browser: scriptBrowser(), pool: engine.newPool() };
    const workersPerBand = chance.between(1, 4);
    const { run, material, taken, push } = await streamed({ workersPerBand }, page);
    let left = CHUNKS * CHUNK_BYTES;
    while (left > 0) {
      const piece = Math.min(left, chance.between(1, 11));
      push(piece);
      left -= piece;
      const who = chance.oneOf(run.workers);
      if (chance.is(0.6)) await run.goOn(undefined, (script) => script === who);
    }
    material.complete();
    await run.toTheEnd();
    expect(run.wrong(), `seed ${seed}`).toEqual([]);
    const chunks = [...bytesOf(run)].sort(([one], [other]) => one - other);
    expect(chunks).toEqual(
      Array.from({ length: CHUNKS }, (_, chunk) => [chunk, bytesFrom(chunk * CHUNK_BYTES)]),
    );
    expect(taken.flatMap((piece) => [...piece])).toHaveLength(CHUNKS * CHUNK_BYTES);
  }
});
