// Ends and silences in the middle of a run: a reader that is far ahead or hangs, and cancelling at an awkward moment.

import { afterEach, expect, test, vi } from "vitest";
import { MOST_AHEAD } from "../../www/engine/material";
import type { Opened } from "../../www/engine/open";
import { fileOf, freshEngine, nothingAsked } from "./lib/fresh-engine";
import { endScript, scriptBrowser, settle } from "./lib/scripted-browser";
import { scriptedStudy } from "./lib/scripted-study";

afterEach(endScript);

async function stream() {
  const browser = scriptBrowser();
  const engine = await freshEngine();
  const file = new File(["PK"], "features.npz");
  const { signal } = new AbortController();
  const opening = engine.openFiles(engine.newPool(), [file], null, nothingAsked, () => {}, signal);
  while (browser.workers.length === 0) await settle();
  const [reader] = browser.workers;
  if (!reader) throw new Error("no reader was started");
  reader.reply({ type: "opened", source: {}, blobs: [], pieces: true, arrays: [] });
  const { material } = (await opening) as Opened;
  const failures: unknown[] = [];
  material.listen(
    () => {},
    (reason) => failures.push(reason),
  );
  return { engine, reader, failures };
}

test("a reader that is exactly as far ahead as it may be is not taken for stuck", async () => {
  const { reader, failures } = await stream();
  for (let half = 0; half < 2; half++)
    reader.reply({ type: "piece", index: 0, piece: new Uint8Array(MOST_AHEAD / 2) });
  vi.advanceTimersByTime(600_000);
  expect(failures).toEqual([]);
});

test("a reader that hangs in the middle of a stream fails it with an AnalysisError", async () => {
  const { engine, failures } = await stream();
  vi.advanceTimersByTime(60_000);
  expect(failures).toEqual([expect.any(engine.AnalysisError)]);
});

test("cancelling as the page hears what is in the file terminates the workers", async () => {
  const browser = scriptBrowser();
  const engine = await freshEngine();
  const controller = new AbortController();
  const options = {
    engine: "exact",
    array: null,
    asked: nothingAsked,
    nonFinite: "refuse",
    workers: 2,
    unitRows: "auto",
  } as const;
  const study = engine.runAnalysis(
    engine.newPool(),
    [fileOf("tests/data/minilm_layer6_160x128_f2.npy")],
    options,
    { onOpen: () => controller.abort("cancelled") },
    controller.signal,
  );
  await expect(study).rejects.toBe("cancelled");
  expect(browser.running.filter(({ onmessage }) => onmessage)).toEqual([]);
});

test("saving the moments with an aborted signal rejects", async () => {
  const scripted = await scriptedStudy();
  await scripted.collect();
  scripted.controller.abort("cancelled");
  await expect(scripted.study.moments(scripted.controller.signal)).rejects.toBe("cancelled");
});
