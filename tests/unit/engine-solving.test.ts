// Eigenvalues by several workers, whose messages go from one to the other. The numbers are the real core's.

import { beforeAll, describe, expect, test } from "vitest";
import { helpersWanted } from "../../www/engine/helpers";
import type { Hand } from "../../www/engine/pool";
import { type FreshEngine, freshEngine, type Summed, summed } from "./lib/fresh-engine";

let engine: FreshEngine;
let matrix: Summed;
let solving: typeof import("../../www/engine/solving");
let helpers: typeof import("../../www/engine/helpers");
beforeAll(async () => {
  engine = await freshEngine();
  matrix = await summed(engine);
  solving = await import("../../www/engine/solving");
  helpers = await import("../../www/engine/helpers");
});

/** The eigenvalues, by one that leads and some that help; and how far it was, as it was told. */
async function solved(count: number) {
  const parts: number[] = [];
  const faults: unknown[] = [];
  const lines = Array.from({ length: count }, () => new MessageChannel());
  for (const { port1 } of lines) solving.help(port1, (error) => faults.push(error));
  const ended = lines.map(
    ({ port2 }) => new Promise((resolve) => port2.addEventListener("close", resolve)),
  );
  const leading = matrix.leading(1 + count);
  const ports = lines.map(({ port2 }) => port2);
  const decomposed = await solving.lead(leading, ports, (part) => parts.push(part));
  // Each helper closes its end of the line once there is nothing left to do.
  await Promise.all(ended);
  expect(faults).toEqual([]);
  return { eigenvalues: (decomposed as { eigenvalues: number[] }).eigenvalues, parts };
}

describe("eigenvalues", () => {
  test("of several workers are those of one", async () => {
    const alone = (matrix.decomposed as { eigenvalues: number[] }).eigenvalues;
    const [largest = 0] = alone;
    expect(alone).toHaveLength(128);
    for (const count of [0, 1, 2, 3]) {
      const { eigenvalues } = await solved(count);
      expect(eigenvalues).toHaveLength(alone.length);
      const off = eigenvalues.map((value, rank) => Math.abs(value - (alone[rank] ?? 0)));
      expect(Math.max(...off)).toBeLessThan(1e-13 * largest);
    }
  });

  test("of the same number of workers are equal to the last bit", async () => {
    const [first, second] = [await solved(3), await solved(3)];
    expect(second.eigenvalues).toEqual(first.eigenvalues);
  });

  test("report their progress from 0 to 1", async () => {
    const { parts } = await solved(1);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts).toEqual([...parts].sort((one, other) => one - other));
    expect(parts[0]).toBeGreaterThan(0);
    expect(parts.at(-1)).toBeLessThanOrEqual(1);
  });

  test("of one worker alone are computed without a pause", () => {
    let isDone = false;
    void solving
      .lead(matrix.leading(1), [], () => {})
      .then(() => {
        isDone = true;
      });
    return Promise.resolve().then(() => expect(isDone).toBe(true));
  });
});

test("a helper that fails reports it to the page, not to the leader", async () => {
  const faults: unknown[] = [];
  const { port1, port2 } = new MessageChannel();
  const failed = new Promise<void>((resolve) => {
    solving.help(port1, (error) => {
      faults.push(error);
      resolve();
    });
  });
  port2.postMessage(Float64Array.of(-1, Number.NaN));
  await failed;
  port2.postMessage(null);
  expect(faults).toHaveLength(1);
});

describe("helpers", () => {
  test("are wanted from side 1024 on: all idle workers, up to three", () => {
    expect([1023, 1024].map((side) => helpersWanted(side, 7))).toEqual([0, 3]);
    expect([0, 1, 2, 3, 4].map((idle) => helpersWanted(4096, idle))).toEqual([0, 1, 2, 3, 3]);
  });

  test("get one end of a channel each, and the leader the other", async () => {
    const sent: { message: { type: string; leader?: MessagePort }; transfer: unknown[] }[] = [];
    const hand = (): Hand => ({
      send: (message, transfer = []) =>
        sent.push({ message: message as { type: string; leader?: MessagePort }, transfer }),
      onReply: () => {},
      onDeath: () => {},
    });
    const ports = helpers.askToHelp([hand(), hand()]);
    expect(sent.map(({ message: { type } }) => type)).toEqual(["help", "help"]);
    for (const [index, port] of ports.entries()) {
      const end = sent[index]?.message.leader;
      if (!end) throw new Error("a helper has no line");
      expect(sent[index]?.transfer).toEqual([end]);
      const heard = new Promise((resolve) => {
        end.onmessage = ({ data }) => resolve(data);
      });
      port.postMessage(index);
      expect(await heard).toBe(index);
      port.close();
    }
  });
});
