// Which array of a file is meant, and what a symmetric matrix is: only a person knows. What was said once is remembered, and can be said otherwise.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArrayInfo, Asked, SourceInfo } from "../../www/engine/types";
import { ChoiceError, MatrixError } from "../../www/engine/types";
import { nothingAsked } from "../../www/state/dataset";
import { pageState } from "../../www/state/state";
import {
  endScenes,
  type Scene,
  ScriptedAnalysis,
  type ScriptedStudy,
  scene,
} from "./lib/scripted-engine";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

const array = (name: string, is_matrix = true): ArrayInfo => ({
  name,
  shape: is_matrix ? [45, 14] : [45],
  dtype: "float32",
  bytes: 2520,
  is_matrix,
});

/** As in a file of features with gradients and labels beside them: the likely one first. */
const several = [array("features"), array("gradients"), array("labels", false)];

const whichArray = (one: Scene, arrays = several): Promise<void> =>
  one.engine.reading.fail(new ChoiceError("several_arrays", "Choose one.", arrays));
const whichMatrix = (one: Scene): Promise<void> =>
  one.engine.reading.fail(new MatrixError("symmetric", "Say what it is."));

const covariance: Asked = { given: "covariance", n: 500, d: null, centred: true };

describe("a file with several arrays", () => {
  async function asked(): Promise<Scene> {
    const one = await scene();
    await one.offer("a.npz");
    await whichArray(one);
    return one;
  }

  test("asks which one is meant, and says so", async () => {
    const one = await asked();
    const { status, question, arrays, failure } = one.of("a.npz");
    expect([status, question, failure]).toEqual(["choosing", "array", null]);
    expect(arrays).toEqual(several);
    expect(pageState(one.workspace.state)).toBe("choosing");
    expect(one.announcements.at(-1)).toBe("a.npz has several arrays: choose one.");
    expect(one.engine.busy).toBeNull();
  });

  test("does not hold up the files behind it", async () => {
    const one = await scene();
    await one.offer("a.npz", "b.npy");
    await whichArray(one);
    expect(one.engine.busy).toBe("read b.npy");
    await one.engine.finish();
    expect(one.statuses).toEqual(["choosing", "done"]);
  });

  test("is read once that is chosen", async () => {
    const one = await asked();
    one.workspace.choose(one.id("a.npz"), "gradients");
    expect(one.engine.reading.options.array).toBe("gradients");
    await one.engine.finish();
    expect(one.statuses).toEqual(["done"]);
    expect(one.of("a.npz").array).toBe("gradients");
  });

  test("is read without a question where an array of that name was chosen before", async () => {
    const one = await asked();
    one.workspace.choose(one.id("a.npz"), "gradients");
    await one.engine.finish();
    await one.offer("b.npz");
    expect(one.engine.reading.options.array).toBeNull();
    await whichArray(one, [array("other"), array("features"), array("gradients")]);
    expect(one.engine.reading.options.array).toBe("gradients");
    await one.engine.finish();
    expect(one.statuses).toEqual(["done", "done"]);
    expect(one.announcements.filter((words) => words.includes("choose one"))).toHaveLength(1);
  });

  test("is asked about where the name that was chosen before is not a matrix in it, or not in it", async () => {
    const one = await asked();
    one.workspace.choose(one.id("a.npz"), "gradients");
    await one.engine.finish();
    for (const arrays of [
      [array("features"), array("gradients", false), array("weights")],
      [array("features"), array("weights")],
    ]) {
      await one.offer("b.npz");
      await whichArray(one, arrays);
      expect(one.of("b.npz").status).toBe("choosing");
      one.workspace.remove(one.id("b.npz"));
    }
  });

  test("of several names that were chosen, the likeliest array counts", async () => {
    const one = await asked();
    one.workspace.choose(one.id("a.npz"), "gradients");
    await one.engine.finish();
    one.workspace.choose(one.id("a.npz"), "features");
    await one.engine.finish();
    await one.offer("b.npz");
    await whichArray(one);
    expect(one.engine.reading.options.array).toBe("features");
  });

  test("can be asked about again: what there is stays until another is chosen", async () => {
    const one = await scene();
    await one.offer("a.npz");
    one.engine.reading.events.onOpen({
      array: "features",
      arrays: several,
    } as Partial<SourceInfo> as SourceInfo);
    await one.engine.finish({ spectrum: { alpha: 0.9 } });
    const { study } = one.of("a.npz");
    one.workspace.chooseAgain(one.id("a.npz"));
    expect(one.of("a.npz")).toMatchObject({ status: "choosing", arrays: several, study });
    expect(one.of("a.npz").outcome?.fit?.alpha).toBe(0.9);
    one.workspace.keep(one.id("a.npz"));
    expect(one.of("a.npz")).toMatchObject({ status: "done", study });
    expect(one.engine.busy).toBeNull();
    one.workspace.chooseAgain(one.id("a.npz"));
    one.workspace.choose(one.id("a.npz"), "gradients");
    expect(one.engine.reading.options.array).toBe("gradients");
    await one.engine.finish({ spectrum: { alpha: 1.1 } });
    expect(one.of("a.npz").outcome?.fit?.alpha).toBe(1.1);
    expect((study as ScriptedStudy).isFreed).toBe(true);
  });

  test("that is removed while it is asked about is gone", async () => {
    const one = await asked();
    one.workspace.remove(one.id("a.npz"));
    expect(pageState(one.workspace.state)).toBe("empty");
  });

  test("of which the question comes while rows stream shows nothing provisional any more", async () => {
    const one = await scene();
    await one.offer("a.npz");
    const early = new ScriptedAnalysis(one.engine, "so far", { provisional: true });
    one.engine.reading.events.onProvisional(early);
    await whichArray(one);
    expect([one.of("a.npz").provisional, one.of("a.npz").outcome]).toEqual([null, null]);
  });
});

describe("a symmetric matrix", () => {
  async function asked(): Promise<Scene> {
    const one = await scene();
    await one.offer("a.npy");
    await whichMatrix(one);
    return one;
  }

  test("asks what it is, and does not hold up the files behind it", async () => {
    const one = await scene();
    await one.offer("a.npy", "b.npy");
    await whichMatrix(one);
    expect(one.of("a.npy")).toMatchObject({ status: "choosing", question: "matrix" });
    expect(one.announcements).toContain("a.npy is symmetric: say what it is.");
    expect(one.engine.busy).toBe("read b.npy");
  });

  test("is read as what it is said to be, and the next one likewise, without a question", async () => {
    const one = await asked();
    one.workspace.sayWhich(one.id("a.npy"), covariance);
    expect(one.engine.reading.options.asked).toEqual(covariance);
    await one.engine.finish();
    await one.offer("b.npy");
    expect(one.engine.reading.options.asked).toEqual(nothingAsked);
    await whichMatrix(one);
    // But for n, which is that of the first alone.
    const likewise: Asked = { ...covariance, n: null };
    expect(one.engine.reading.options.asked).toEqual(likewise);
    await one.engine.finish();
    expect(one.statuses).toEqual(["done", "done"]);
    expect(one.of("b.npy").asked).toEqual(likewise);
  });

  test("of features is said for those to come, too", async () => {
    const one = await asked();
    const features: Asked = { ...nothingAsked, given: "features" };
    one.workspace.sayWhich(one.id("a.npy"), features);
    await one.engine.finish();
    await one.offer("b.npy");
    await whichMatrix(one);
    expect(one.engine.reading.options.asked).toEqual(features);
  });

  test("says nothing of itself where n was said of eigenvalues alone", async () => {
    const one = await scene();
    await one.analyzed("eigenvalues.csv");
    const said: Asked = { given: "eigenvalues", n: 130, d: null, centred: true };
    one.workspace.askWhichAgain(one.id("eigenvalues.csv"));
    one.workspace.sayWhich(one.id("eigenvalues.csv"), said);
    expect(one.engine.reading.options.asked).toEqual(said);
    await one.engine.finish();
    await one.offer("b.npy");
    await whichMatrix(one);
    expect(one.of("b.npy").status).toBe("choosing");
  });

  test("can be asked about again: what there is stays until it is said otherwise", async () => {
    const one = await asked();
    one.workspace.sayWhich(one.id("a.npy"), covariance);
    await one.engine.finish();
    const { study } = one.of("a.npy");
    one.workspace.askWhichAgain(one.id("a.npy"));
    expect(one.of("a.npy")).toMatchObject({ status: "choosing", question: "matrix", study });
    one.workspace.keep(one.id("a.npy"));
    expect(one.of("a.npy")).toMatchObject({ status: "done", study });
    one.workspace.askWhichAgain(one.id("a.npy"));
    const gram: Asked = { given: "gram_of_columns", n: 45, d: null, centred: false };
    one.workspace.sayWhich(one.id("a.npy"), gram);
    expect(one.engine.reading.options.asked).toEqual(gram);
    await one.engine.finish();
    await one.offer("b.npy");
    await whichMatrix(one);
    // The latest answer counts.
    expect(one.engine.reading.options.asked).toEqual({ ...gram, n: null });
  });

  test("that fails as what it was said to be says why, and can be read again", async () => {
    const one = await asked();
    one.workspace.sayWhich(one.id("a.npy"), covariance);
    await one.engine.refuse("not_semidefinite");
    expect(one.of("a.npy")).toMatchObject({ status: "error", asked: covariance });
    one.workspace.runAgain(one.id("a.npy"));
    expect(one.engine.reading.options.asked).toEqual(covariance);
  });
});
