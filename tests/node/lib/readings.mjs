// What the page's engine makes of files: a report, or a code with its sentence.

import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { file, reportOf } from "./engine.mjs";

/** Codes that mean that something of ours broke; no file may cause one. */
export const ours = ["unexpected", "worker_died", "reader_stuck", "not_loaded", "internal"];

export const json = (path) => JSON.parse(readFileSync(join(top, path), "utf8"));

/** A file of a folder, as a path from the top of the repository. */
export const pathOf = (folder, path) => relative(top, resolve(top, folder, path));

/** Analyzes files as one matrix, with one worker: several add up in the order in which they finish. */
export async function read(engine, files, options = {}, signal = undefined) {
  let info;
  const onOpen = (found) => {
    info = found;
  };
  try {
    const study = await engine.analyze(files, { workers: 1, ...options }, { onOpen }, signal);
    try {
      return { report: reportOf(study), info };
    } finally {
      study.free();
    }
  } catch (error) {
    if (!(error instanceof engine.AnalysisError))
      return { code: "unexpected", message: `${error.stack}` };
    return { code: error.code, message: error.message, arrays: error.arrays, error };
  }
}

/** What is wrong with the message of a rejected file, in words; undefined where nothing is. */
export function wrongWords(message, name) {
  if (!message.startsWith(`${name}: `)) return `names another file: ${message}`;
  const sentence = message.slice(name.length + 2);
  const isSentence = sentence.length > 20 && sentence.endsWith(".");
  // Nothing in it may move the text of a page or of a terminal.
  const isPlain = !/[\p{Cc}\u202a-\u202e]/u.test(message) && message.length < 4096;
  return isSentence && isPlain ? undefined : `is not a sentence: ${JSON.stringify(message)}`;
}

/** A check, cheap enough to follow every bad file, that the engine and its reader still open a good one. */
export async function stillReads(engine) {
  const { code, arrays } = await read(engine, [file("tests/formats/npz/two_matrices.npz")]);
  const names = (arrays ?? []).map(({ name }) => name).join();
  return code === "several_arrays" && names === "features,gradients";
}
