// What follows the first answer: which worker does what of it, and how it ends.

import { afterEach, describe, expect, test } from "vitest";
import type { Analysis, Refusal } from "../../www/engine/types";
import { endScript, type ScriptedWorker, settle } from "./lib/scripted-browser";
import { type ScriptedStudy, scriptedStudy } from "./lib/scripted-study";

afterEach(endScript);

const lent = (worker: ScriptedWorker): boolean => !worker.isEnded && worker.onmessage !== null;

function spectrumOf({ study }: ScriptedStudy): Analysis {
  const found = study.analysis(study.usual, 0);
  if (!found || "code" in found) throw new Error("there is no spectrum");
  return found;
}

/** The interval of α, or null while there is none. */
const intervalOf = (scripted: ScriptedStudy) =>
  spectrumOf(scripted).outcome(11, 100, "1/k").uncertainty;

describe("the blocks of all workers", () => {
  test("are collected by the gathering worker from one worker after another, each of which is then released", async () => {
    const { gatherer, givers, ...scripted } = await scriptedStudy({ workers: 3 });
    const asked = (): number[] => givers.map((giver) => giver.all("give").length);
    expect(asked()).toEqual([1, 0]);
    givers[0]?.reply({ type: "block", index: 7, words: Float64Array.of(5, 6) });
    givers[0]?.reply({ type: "given" });
    await settle();
    expect(asked()).toEqual([1, 1]);
    expect(gatherer.all("block")).toEqual([
      { type: "block", index: 7, words: Float64Array.of(5, 6) },
    ]);
    expect(gatherer.all("beside")).toEqual([]);
    givers[1]?.reply({ type: "given" });
    await settle();
    expect(gatherer.all("beside")).toHaveLength(1);
    gatherer.reply({ type: "beside", beside: scripted.matrix.beside });
    await scripted.study.collected;
    expect([gatherer, ...givers].map(lent)).toEqual([true, false, false]);
    expect(scripted.browser.running).toHaveLength(3);
  });

  test("include those of the GPU, whose worker is kept", async () => {
    const scripted = await scriptedStudy({ workers: 1, withGpu: true });
    await scripted.collect();
    const [gpu] = scripted.givers;
    expect(gpu?.name).toBe("eigenscope gpu");
    expect(scripted.gatherer.all("block")).toHaveLength(2);
    expect(gpu?.isEnded).toBe(false);
  });

  test("are awaited by further spectra and by saving the moments", async () => {
    const scripted = await scriptedStudy({ workers: 2 });
    scripted.complete();
    const saving = scripted.study.moments(scripted.controller.signal);
    await scripted.goOn((worker) => worker === scripted.gatherer);
    expect(scripted.gatherer.all("matrix")).toEqual([]);
    expect(scripted.gatherer.all("moments")).toEqual([]);
    await scripted.goOn();
    expect(scripted.gatherer.all("moments")).toHaveLength(1);
    expect(await saving).toEqual(scripted.matrix.gatherer.moments());
  });
});

describe("further spectra", () => {
  test("are computed by as many workers as the run had", async () => {
    const scripted = await scriptedStudy({ workers: 3 });
    const { study } = scripted;
    expect(study.isComplete(study.usual)).toBe(false);
    expect(intervalOf(scripted)).toBe(null);
    await scripted.collect();
    scripted.complete();
    await settle();
    expect(scripted.browser.running.filter(lent)).toHaveLength(1 + 3);
    await scripted.goOn();
    expect(scripted.outcome).toBe("complete");
    expect(study.isComplete(study.usual)).toBe(true);
    expect(intervalOf(scripted)?.blocks).toBe(10);
    // They are free for the next file; the one that gathers has the sums.
    expect(scripted.browser.running.filter(lent)).toEqual([scripted.gatherer]);
  });

  test("report their progress one by one", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.complete();
    await scripted.goOn();
    const { progress } = scripted;
    expect(progress.map(({ done }) => done)).toEqual(progress.map((_, at) => at + 1));
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
    expect(progress.length).toBeGreaterThan(9);
  });

  test("keep one matrix waiting for a worker, and no more", async () => {
    const scripted = await scriptedStudy({ workers: 2 });
    await scripted.collect();
    scripted.complete();
    await scripted.goOn((worker) => worker === scripted.gatherer);
    expect(scripted.solvers.map((worker) => worker.all("solve").length)).toEqual([1, 1]);
    expect(scripted.gatherer.all("matrix")).toHaveLength(3);
    const [solver] = scripted.solvers;
    await scripted.goOn(
      (worker) => worker === solver,
      () => scripted.progress.length === 1,
    );
    expect(solver?.all("solve")).toHaveLength(2);
    expect(scripted.gatherer.all("matrix")).toHaveLength(4);
  });

  test("give the reason for a matrix that cannot be made", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    const { core } = scripted.engine;
    const none: unknown = core.solve(new Float64Array());
    scripted.solvedAtOnce = () => none;
    const standardized = { ...scripted.study.usual, standardized: true };
    scripted.complete(standardized);
    await scripted.goOn();
    expect(scripted.outcome).toBe("complete");
    expect(scripted.solvers).toEqual([]);
    const reason = scripted.study.analysis(standardized, 0) as Refusal;
    expect(reason.code).toMatch(/^\w+$/);
  });

  test("are not computed twice", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.complete();
    await scripted.goOn();
    const sent = scripted.browser.workers.map((worker) => worker.sent.length);
    scripted.outcome = undefined;
    scripted.complete();
    await settle();
    expect(scripted.outcome).toBe("complete");
    expect(scripted.browser.workers.map((worker) => worker.sent.length)).toEqual(sent);
  });

  test("of another preparation are computed on request", async () => {
    const scripted = await scriptedStudy();
    const { study } = scripted;
    await scripted.collect();
    const standardized = { ...study.usual, standardized: true };
    expect(study.analysis(standardized, 0)).toBe(undefined);
    scripted.complete(standardized);
    await scripted.goOn();
    const found = study.analysis(standardized, 0);
    expect((found as Analysis).facts.preparation).toEqual(standardized);
  });
});

describe("cancelling", () => {
  /** The worker that has the sums is ended before `abort` returns, and those that solve right after; what is known stays, and nothing more is computed. */
  async function assertAtOnce(scripted: ScriptedStudy): Promise<void> {
    const { study, browser, controller } = scripted;
    const told = scripted.progress.length;
    controller.abort("cancelled");
    expect(scripted.gatherer.isEnded).toBe(true);
    await settle();
    expect(scripted.outcome).toEqual({ reason: "cancelled" });
    expect(browser.running.filter(lent)).toEqual([]);
    expect(study.bytes).toBe(0);
    expect(spectrumOf(scripted).facts.n).toBe(160);
    expect(scripted.progress).toHaveLength(told);
    scripted.outcome = undefined;
    scripted.complete();
    await settle();
    expect(scripted.outcome).toBe("complete");
    expect(browser.running.filter(lent)).toEqual([]);
  }

  test("while blocks are collected terminates the workers at once", async () => {
    const scripted = await scriptedStudy({ workers: 3 });
    scripted.complete();
    await settle();
    await assertAtOnce(scripted);
  });

  test("while eigenvalues are computed terminates the workers at once and keeps the results so far", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.complete();
    await scripted.goOn(undefined, () => scripted.progress.length === 4);
    expect(scripted.progress).toHaveLength(4);
    await assertAtOnce(scripted);
  });

  test("before the start rejects", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.controller.abort("cancelled");
    scripted.complete();
    await settle();
    expect(scripted.outcome).toEqual({ reason: "cancelled" });
    expect(scripted.study.bytes).toBe(0);
  });

  test("saving the moments rejects, and the sums stay", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    const saving = scripted.study.moments(scripted.controller.signal);
    await settle();
    expect(scripted.gatherer.all("moments")).toHaveLength(1);
    scripted.controller.abort("cancelled");
    await expect(saving).rejects.toBe("cancelled");
    expect(scripted.study.bytes).toBeGreaterThan(0);
  });
});

describe("a worker that dies", () => {
  const died = { reason: expect.objectContaining({ code: "worker_died" }) };

  test("while solving or gathering rejects, and the first answer stays", async () => {
    for (const who of ["solver", "gatherer"] as const) {
      const scripted = await scriptedStudy();
      await scripted.collect();
      scripted.complete();
      await scripted.goOn(undefined, () => scripted.progress.length === 2);
      (who === "solver" ? scripted.solvers[0] : scripted.gatherer)?.die();
      await settle();
      expect(scripted.outcome).toEqual(died);
      expect(scripted.browser.running.filter(lent)).toEqual([]);
      expect([scripted.study.bytes, spectrumOf(scripted).facts.n]).toEqual([0, 160]);
    }
  });

  test("while blocks are collected rejects every request, earlier and later", async () => {
    for (const isAsked of [true, false]) {
      const scripted = await scriptedStudy({ workers: 3 });
      if (isAsked) scripted.complete();
      await settle();
      scripted.givers[0]?.die();
      await settle();
      await expect(scripted.study.collected).rejects.toMatchObject({ code: "worker_died" });
      expect(scripted.browser.running.filter(lent)).toEqual([]);
      expect(scripted.study.bytes).toBe(0);
      if (isAsked) expect(scripted.outcome).toEqual(died);
    }
  });

  test("is not confused with one that reports an error", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.complete();
    await scripted.goOn(undefined, () => scripted.solvers.length > 0);
    scripted.solvers[0]?.reply({ type: "refused", code: "out_of_memory", message: "No memory." });
    await settle();
    expect(scripted.outcome).toEqual({
      reason: expect.objectContaining({ code: "out_of_memory", message: "No memory." }),
    });
    expect(scripted.browser.running.filter(lent)).toEqual([]);
  });
});

describe("sums", () => {
  test("count with the memory of their worker", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    expect(scripted.study.bytes).toBeGreaterThan(48 << 20);
  });

  test("that are released terminate their worker, and nothing more is computed or saved", async () => {
    const scripted = await scriptedStudy();
    await scripted.collect();
    scripted.study.release();
    expect(scripted.gatherer.isEnded).toBe(true);
    scripted.complete();
    await settle();
    expect([scripted.outcome, scripted.study.bytes]).toEqual(["complete", 0]);
    await expect(scripted.study.moments(scripted.controller.signal)).rejects.toMatchObject({
      code: "sums_let_go",
    });
    expect(spectrumOf(scripted).facts.n).toBe(160);
  });

  test("that are freed while blocks are collected terminate every worker but the GPU's, which frees them", async () => {
    const scripted = await scriptedStudy({ workers: 3, withGpu: true });
    scripted.study.free();
    expect(scripted.browser.running.map(({ name }) => name)).toEqual(["eigenscope gpu"]);
    expect(scripted.browser.running[0]?.sent.at(-1)).toEqual({ type: "forget" });
  });
});
