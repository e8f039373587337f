/**
 * What a reader of somebody else's format has to give, and how it refuses.
 *
 * Each is a script of its own, which the worker that opens files imports when such a file comes. It says which arrays there are, and makes the numbers of one of them:
 * dense and little-endian, so that from then on they are read like any others.
 */

import type { Gathered } from "../unpack";
import { convert, type Dtype, type Numbers } from "./numbers";

/** An array that was found, as the core takes it. */
export interface ForeignArray {
  /** Its name, or the path to it; empty where it is all there is. */
  name: string;
  shape: number[];
  /** NumPy's name of the type of its numbers; any other name where they cannot be read, "text" for text. */
  dtype: string;
  /** The order that they will be made in. */
  order: "C" | "F";
  /** Whether it is a column of a table, with one value a row. All columns of numbers are one matrix. */
  is_column: boolean;
}

/** What was seen of an array that the core wants to know more of, as it takes it. */
export interface ForeignFacts {
  /** Its place among the arrays. */
  place: number;
  /** Values that are numbers, or of text could be. */
  numbers: number;
  /** Those of text that are not written as whole numbers. */
  points: number;
  /** Values that are neither numbers nor missing. */
  others: number;
  /** Whether all numbers are whole. */
  whole: boolean;
  least: number;
  most: number;
}

/** What is to be made of arrays. */
export interface ForeignMatrix {
  /** Their places among those that were found, in the order of the matrix's columns. */
  places: number[];
  dtype: Dtype;
  /** Whether columns stand side by side, or one after another. */
  order: "C" | "F";
}

/** A file whose arrays are known. */
export interface ForeignFile {
  readonly arrays: ForeignArray[];
  /** Rows of the largest group, which can be put side by side at once; 0 where columns come one after another. */
  readonly together: number;
  /** Looks at an array. `numberIn` is the core's: 0 for text that is no number, 1 for a whole one, 2 for any other. */
  look(place: number, numberIn: (text: Uint8Array) => number): Promise<ForeignFacts>;
  /** Makes the numbers of a matrix. */
  make(matrix: ForeignMatrix, gathered: Gathered): Promise<void>;
  /** Lets go of what the library holds. */
  close?(): void;
}

/** What the script of a format exports. */
export interface ForeignFormat {
  open(file: File): Promise<ForeignFile>;
}

/** A refusal in words: a stable code of the core's, and a sentence for the person. */
export class ForeignRefusal extends Error {
  /** Whether the library is in no state to go on. */
  spent = false;

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The names that formats have in sentences. */
export const titles = {
  parquet: "a Parquet file",
  arrow: "an Arrow file",
  hdf5: "an HDF5 file",
} as const;

export type ForeignName = keyof typeof titles;

/** The refusal of a file that contradicts itself; `problem` is a sentence without its end. */
export function malformed(format: ForeignName, problem: string): ForeignRefusal {
  return new ForeignRefusal(
    "malformed",
    `This is ${titles[format]}, but it contradicts itself: ${problem}. It was probably damaged on its way; save or copy it again.`,
  );
}

/** The refusal of a file that is not all there. */
export function cutOff(missing: number, expected: number): ForeignRefusal {
  const bytes = missing === 1 ? "byte is" : "bytes are";
  return new ForeignRefusal(
    "truncated_data",
    `The file is cut off: ${group(missing)} ${bytes} missing of the ${group(expected)} that it announces. Copy or save it again.`,
  );
}

/** The refusal of a way of packing that is not read. */
export function packedWith(method: string, advice: string): ForeignRefusal {
  return new ForeignRefusal(
    "unsupported_compression",
    `The array is compressed with ${method}, which is not read. ${advice}`,
  );
}

/** A number with commas between thousands. */
export function group(number: number): string {
  return number.toLocaleString("en-US");
}

/** Characters of a name that are repeated in a sentence. */
const SHOWN = 80;

/** A name between quotation marks, as it can be shown anywhere. */
export function quoted(name: string): string {
  const [...letters] = name;
  const cut = letters.length > SHOWN ? "…" : "";
  return `"${letters.slice(0, SHOWN).join("").replaceAll(/\p{C}/gu, "�")}${cut}"`;
}

/** What was seen of no value of an array. */
export function factsOf(place: number): ForeignFacts {
  const [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return { place, numbers: 0, points: 0, others: 0, whole: true, least, most };
}

/** Takes numbers into what was seen; those that are missing say nothing. */
export function see(
  facts: ForeignFacts,
  numbers: Numbers,
  dtype: Dtype,
  isNull?: Uint8Array,
): void {
  const values = dtype === "float16" ? convert(numbers, dtype, "float64") : numbers;
  for (let i = 0; i < values.length; i += 1) {
    if (isNull?.[i]) continue;
    const value = Number(values[i]);
    facts.numbers += 1;
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) facts.whole = false;
    if (value < facts.least) facts.least = value;
    if (value > facts.most) facts.most = value;
  }
}
