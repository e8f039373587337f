// The same features prepared in another way: what is known of it is shown at once, what is not is computed, and where the sums were freed the files are read again.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Preparation, Refusal } from "../../www/engine/types";
import { sumsLetGo } from "../../www/state/failure";
import { pageState, standardPreparation } from "../../www/state/state";
import { endScenes, type Scene, type ScriptedAnalysis, scene } from "./lib/scripted-engine";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const MIB = 2 ** 20;
const standardized: Preparation = { ...standardPreparation, standardized: true };
const uncentred: Preparation = { ...standardPreparation, centred: false };
const factsOf = (one: Scene, name: string) => one.of(name).analysis?.facts;

test("what is known of another preparation is shown in the same task", async () => {
  const one = await scene();
  await one.offer("a.npy");
  await one.engine.finish({ known: [standardized] });
  one.workspace.prepare(standardized, 0);
  expect(one.workspace.state.preparation).toEqual(standardized);
  expect(factsOf(one, "a.npy")?.preparation).toEqual(standardized);
  expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
  // What belongs to it, like an interval, is computed after it.
  expect(one.engine.studying.preparation).toEqual(standardized);
  await one.engine.finish();
  one.workspace.prepare(standardPreparation, 0);
  expect(factsOf(one, "a.npy")?.preparation).toEqual(standardPreparation);
  expect(one.engine.busy).toBeNull();
});

test("components that are left out are shown at once, and nothing is computed for it", async () => {
  const one = await scene();
  await one.analyzed("a.npy", "b.npy");
  one.workspace.prepare(standardPreparation, 2);
  expect(one.datasets.map(({ analysis }) => analysis?.facts.dropped_components)).toEqual([2, 2]);
  expect(one.engine.busy).toBeNull();
});

test("what is not known is computed, that of the dataset in view first, and shown when it is there", async () => {
  const one = await scene();
  await one.analyzed("a.npy", "b.npy");
  one.workspace.select(one.id("b.npy"));
  one.workspace.prepare(standardized, 0);
  for (const name of ["a.npy", "b.npy"]) {
    const { analysis, withheld, outcome, status } = one.of(name);
    expect([analysis, withheld, outcome, status]).toEqual([null, null, null, "done"]);
  }
  expect(one.engine.busy).toBe("study b.npy");
  await one.engine.studying.settle();
  expect(factsOf(one, "b.npy")?.preparation).toEqual(standardized);
  expect(one.engine.busy).toBe("study a.npy");
  await one.engine.finish();
  expect(factsOf(one, "a.npy")?.preparation).toEqual(standardized);
});

test("older spectra are freed a second later, however often the preparation changes", async () => {
  const one = await scene();
  await one.offer("a.npy");
  await one.engine.finish({ known: [standardized, uncentred] });
  const seen = [standardized, uncentred, standardPreparation].map((preparation) => {
    one.workspace.prepare(preparation, 0);
    return one.of("a.npy").analysis as ScriptedAnalysis;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen.map(({ isFreed }) => isFreed)).toEqual([true, true, false]);
});

test("a preparation that changes while another is computed is computed next", async () => {
  const one = await scene();
  await one.analyzed("a.npy");
  one.workspace.prepare(standardized, 0);
  one.workspace.prepare(uncentred, 0);
  expect(one.engine.studying.preparation).toEqual(standardized);
  await one.engine.studying.settle();
  // The first is not shown: it is not in view any more.
  expect(one.of("a.npy").analysis).toBeNull();
  expect(one.engine.studying.preparation).toEqual(uncentred);
  await one.engine.finish();
  expect(factsOf(one, "a.npy")?.preparation).toEqual(uncentred);
});

test("files that come later are prepared in that way from the beginning", async () => {
  const one = await scene();
  one.workspace.prepare(standardized, 0);
  await one.offer("a.npy");
  await one.engine.answer();
  expect(one.of("a.npy").analysis).toBeNull();
  expect(one.engine.studying.preparation).toEqual(standardized);
  await one.engine.finish();
  expect(factsOf(one, "a.npy")?.preparation).toEqual(standardized);
});

describe("where the sums were freed", () => {
  /** Six of which the sums of all but the last, which is in view, were freed. */
  async function six(): Promise<Scene> {
    const one = await scene();
    const names = Array.from({ length: 6 }, (_, i) => `step${i}.npy`);
    await one.offer(...names);
    one.workspace.select(one.id("step5.npy"));
    await one.engine.finish({ bytes: 100 * MIB });
    const kept = one.datasets.filter(({ study }) => study && study.bytes > 0);
    expect(kept.map(({ name }) => name)).toEqual(["step5.npy"]);
    return one;
  }

  test("the files are read again, and all of them have the other spectrum in the end", async () => {
    const one = await six();
    const already = one.engine.begun.length;
    one.workspace.prepare(standardized, 0);
    const rest = one.datasets.slice(0, 5);
    expect(rest.map(({ withheld }) => withheld)).toEqual(Array(5).fill(sumsLetGo));
    expect(rest.map(({ status }) => status)).toEqual(["running", ...Array(4).fill("waiting")]);
    expect(pageState(one.workspace.state)).toBe("running");
    // Progress is of those that are read again.
    expect(one.workspace.state.batch).toEqual(rest.map(({ id }) => id));
    await one.engine.finish({ bytes: 100 * MIB });
    expect(one.statuses).toEqual(Array(6).fill("done"));
    for (const { analysis, outcome } of one.datasets) {
      expect(analysis?.facts.preparation).toEqual(standardized);
      expect(outcome?.fit?.alpha).toBe(1);
    }
    const read = one.engine.history.slice(already).filter((work) => work.startsWith("read "));
    expect(read).toHaveLength(5);
  });

  test("what is known without them is shown, and nothing is read again", async () => {
    const one = await six();
    one.workspace.prepare(standardized, 0);
    await one.engine.finish({ bytes: 100 * MIB, known: [standardPreparation] });
    const already = one.engine.begun.length;
    one.workspace.prepare(standardPreparation, 0);
    const reread = one.engine.history.slice(already).filter((work) => work.startsWith("read "));
    expect(reread).toEqual([]);
    for (const { analysis } of one.datasets)
      expect(analysis?.facts.preparation).toEqual(standardPreparation);
  });

  test("those that wait join what is under way", async () => {
    const one = await six();
    await one.offer("new.npy");
    one.workspace.prepare(standardized, 0);
    expect(one.workspace.state.batch).toHaveLength(6);
  });

  test("a cancel keeps what is known, says why the rest is not, and the dataset can be read again", async () => {
    const one = await six();
    one.workspace.prepare(standardized, 0);
    one.workspace.cancelAll();
    const { status, withheld, study } = one.of("step0.npy");
    expect([status, withheld]).toEqual(["done", sumsLetGo]);
    expect(study).not.toBeNull();
    one.workspace.prepare(standardPreparation, 0);
    expect(factsOf(one, "step0.npy")?.preparation).toEqual(standardPreparation);
    await one.engine.finish();
  });

  test("they are not read again while a question about them is open", async () => {
    const one = await six();
    one.workspace.askWhichAgain(one.id("step0.npy"));
    one.workspace.prepare(standardized, 0);
    expect(one.of("step0.npy").status).toBe("choosing");
    await one.engine.finish();
  });
});

describe("features that cannot be prepared in a way", () => {
  const refusal: Refusal = { code: "not_summed", message: "Rows at unit length were not summed." };

  test("say why in place of a spectrum, and the way back stays", async () => {
    const one = await scene();
    await one.offer("a.npy");
    await one.engine.finish({ refused: [[standardized, refusal]] });
    one.workspace.prepare(standardized, 0);
    const { analysis, withheld, outcome } = one.of("a.npy");
    expect([analysis, withheld, outcome]).toEqual([null, refusal, null]);
    await one.engine.finish();
    expect(one.of("a.npy").withheld).toEqual(refusal);
    one.workspace.prepare(standardPreparation, 0);
    expect(one.of("a.npy").withheld).toBeNull();
    expect(one.of("a.npy").outcome?.fit?.alpha).toBe(1);
  });

  test("that came without a mean are shown as they are where the usual preparation is wanted", async () => {
    const one = await scene();
    await one.offer("gram.npy");
    const script = { usual: uncentred, refused: [[standardPreparation, refusal]] as const };
    await one.engine.finish(script);
    expect(factsOf(one, "gram.npy")?.preparation).toEqual(uncentred);
    expect(one.of("gram.npy").withheld).toBeNull();
    // Another preparation is not made up for.
    one.workspace.prepare(standardized, 0);
    expect(one.of("gram.npy").analysis).toBeNull();
    await one.engine.finish();
  });
});
