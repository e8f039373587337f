/** Files that bring results and no features: pictures and Reports that this page or the command has written. */

import { readRanges } from "../engine/read";
import { refusalOf } from "../engine/refusal";
import { inertDocument } from "../engine/trusted";
import { AnalysisError } from "../engine/types";
import { bytes } from "../view/format";
import { isPng, textIn } from "./png";

/** Results of hundreds of datasets are some ten megabytes. */
const most = 256 * 2 ** 20;
/** An SVG may begin with comments and declarations. */
const looked = 4096;
/** A Report says on its first lines what wrote it. */
const reportBegins = 400;

type Kind = "PNG" | "SVG" | "JSON";

/** Whether a file is, by its first bytes, one that may bring results. Every other is for the readers, which also say what cannot be read. */
export async function mayCarry(file: File): Promise<boolean> {
  try {
    return (await kindOf(file)) !== null;
  } catch {
    return false;
  }
}

/**
 * The Reports in a file as JSON, one or a list of them; null where it is no such file. Nothing of it is taken on trust: the core reads
 * the text as it reads any file.
 *
 * @throws {AnalysisError} of a picture that carries none, and of a file too large for any
 */
export async function carriedIn(file: File): Promise<string | null> {
  const kind = await kindOf(file).catch(refuse);
  if (!kind) return null;
  if (file.size > most)
    throw new AnalysisError(
      "results_too_large",
      `${file.name} has ${bytes(file.size)}, and a file of results at most ${bytes(most)}. Drop the files of features themselves.`,
    );
  const content = await read(file, file.size).catch(refuse);
  const found = kind === "PNG" ? textIn(content) : textOf(kind, new TextDecoder().decode(content));
  if (found === null)
    throw new AnalysisError(
      "no_reports",
      `${file.name} is a picture, but carries no results of Eigenscope: it was made elsewhere, or a program has left them out when it saved it again. Drop the picture as this page saved it, the JSON, or the features.`,
    );
  return found;
}

function refuse(error: unknown): never {
  throw refusalOf(error);
}

function textOf(kind: "SVG" | "JSON", text: string): string | null {
  if (kind === "JSON") return text;
  // Only text is taken out of it, and it never becomes part of the page.
  return inertDocument(text).querySelector("svg > metadata#eigenscope")?.textContent ?? null;
}

async function kindOf(file: File): Promise<Kind | null> {
  const head = await read(file, Math.min(file.size, looked));
  if (isPng(head)) return "PNG";
  const text = new TextDecoder().decode(head).trimStart();
  if (/^<(\?xml|svg\b)/.test(text)) return /<svg\b/.test(text) ? "SVG" : null;
  const isReport = /"software"\s*:\s*"eigenscope /.test(text.slice(0, reportBegins));
  return isReport && /^[[{]/.test(text) ? "JSON" : null;
}

function read(file: File, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return readRanges([file], Float64Array.of(0, 0, length));
}
