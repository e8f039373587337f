/**
 * The arrays of a table whose columns have types: Parquet and Arrow.
 *
 * A column of lists of one length is an array, and so are all plain columns of numbers together. Which of those are labels is for the core to say.
 */

import type { Gathered } from "../unpack";
import {
  type ForeignArray,
  type ForeignFile,
  ForeignRefusal,
  factsOf,
  group,
  quoted,
  see,
} from "./foreign";
import { bytesOf, convert, type Dtype, isFloat, type Numbers, setNaN, zeros } from "./numbers";

/** A column of a table. */
export interface Column {
  name: string;
  /** NumPy's name of the type; "text" where it is text or names of classes, any other name where it is something else. */
  dtype: string;
  /** Lengths of a row's axes; none where a row is one number. */
  axes: number[];
}

/** Numbers of consecutive rows of a column. */
export interface Piece {
  numbers: Numbers;
  /** Ones where there is none; undefined where there are all. Rows of lists are never without. */
  isNull: Uint8Array | undefined;
}

/** How many rows come before each group. */
export function startsOf(groups: number[]): number[] {
  let sum = 0;
  return groups.map((rows) => {
    sum += rows;
    return sum - rows;
  });
}

/** A table, in groups of rows. */
export interface Table {
  columns: Column[];
  /** Rows of each group. */
  groups: number[];
  /** Reads ahead what the columns of a group need. */
  hold(group: number, columns: number[]): Promise<void>;
  /** The numbers of a column in a group; as a part of the file where they stand in it as they are. */
  read(group: number, column: number): AsyncIterable<Piece | Blob>;
  /** The texts of a column of text in a group, as UTF-8; undefined where there is none. */
  texts(group: number, column: number): AsyncIterable<(Uint8Array | undefined)[]>;
}

/** Columns that are put side by side at once: what they fill is one line of a cache. */
const SIDE_BY_SIDE = 16;
/** Rows of text that are looked at for numbers. */
const TEXTS = 1000;

/** A table as a file with arrays. */
export function tableFile(table: Table): ForeignFile {
  const rows = table.groups.reduce((sum, count) => sum + count, 0);
  const array = ({ name, axes, dtype }: Column): ForeignArray => {
    return { name, shape: [rows, ...axes], dtype, order: "C", is_column: axes.length === 0 };
  };
  return {
    arrays: table.columns.map(array),
    together: table.groups.reduce((most, count) => Math.max(most, count), 0),
    async look(place, numberIn) {
      const facts = factsOf(place);
      const { dtype } = table.columns[place] as Column;
      if (dtype === "text") {
        for await (const text of firstTexts(table, place)) {
          const kind = numberIn(text);
          facts.numbers += kind > 0 ? 1 : 0;
          facts.points += kind > 1 ? 1 : 0;
          facts.others += kind > 0 ? 0 : 1;
        }
        return facts;
      }
      for (const group of table.groups.keys()) {
        for await (const piece of table.read(group, place)) {
          if (piece instanceof Blob)
            throw new TypeError("a plain column came as a part of its file");
          // Up to the first number that is missing where there must be one.
          const end = isFloat(dtype) ? -1 : (piece.isNull?.indexOf(1) ?? -1);
          const numbers = end < 0 ? piece.numbers : (piece.numbers.subarray(0, end) as Numbers);
          see(facts, numbers, dtype as Dtype, piece.isNull);
          if (end >= 0) return facts;
        }
      }
      return facts;
    },
    async make({ places, dtype, order }, gathered) {
      const isMatrix = places.length > 1 && order === "C";
      await (isMatrix ? byRows : byColumns)(table, places, dtype, gathered);
    },
  };
}

/** The first texts of a column, those that are there. */
async function* firstTexts(table: Table, column: number): AsyncGenerator<Uint8Array> {
  let left = TEXTS;
  for (const group of table.groups.keys()) {
    for await (const texts of table.texts(group, column)) {
      for (const text of texts) {
        if (left === 0) return;
        left -= 1;
        if (text) yield text;
      }
    }
  }
}

/** The columns one after another. */
async function byColumns(
  table: Table,
  columns: number[],
  dtype: Dtype,
  gathered: Gathered,
): Promise<void> {
  for (const column of columns) {
    for (const group of table.groups.keys()) {
      let row = 0;
      for await (const piece of table.read(group, column)) {
        if (piece instanceof Blob) {
          await gathered.addBlob(piece);
        } else {
          await gathered.add(bytesOf(as(dtype, table, column, piece, group, row)));
          row += piece.numbers.length;
        }
      }
    }
  }
}

/** The columns side by side, group by group. */
async function byRows(
  table: Table,
  columns: number[],
  dtype: Dtype,
  gathered: Gathered,
): Promise<void> {
  for (const [group, rows] of table.groups.entries()) {
    await table.hold(group, columns);
    const together = zeros(dtype, rows * columns.length);
    for (let at = 0; at < columns.length; at += SIDE_BY_SIDE) {
      const some = columns.slice(at, at + SIDE_BY_SIDE);
      const full: Numbers[] = [];
      for (const column of some) full.push(await whole(table, group, column, dtype, rows));
      interleave(full as Float64Array[], together as Float64Array, at, columns.length);
    }
    await gathered.add(bytesOf(together));
  }
}

/** All numbers of a plain column in a group. */
async function whole(
  table: Table,
  group: number,
  column: number,
  dtype: Dtype,
  rows: number,
): Promise<Numbers> {
  const all = zeros(dtype, rows) as Float64Array<ArrayBuffer>;
  let row = 0;
  for await (const piece of table.read(group, column)) {
    if (piece instanceof Blob) throw new TypeError("a plain column came as a part of its file");
    const numbers = as(dtype, table, column, piece, group, row) as Float64Array<ArrayBuffer>;
    if (row === 0 && numbers.length === rows) return numbers;
    all.set(numbers, row);
    row += numbers.length;
  }
  return all;
}

function interleave(
  full: Float64Array[],
  together: Float64Array,
  at: number,
  columns: number,
): void {
  const rows = full[0]?.length ?? 0;
  for (let row = 0; row < rows; row += 1) {
    const to = row * columns + at;
    for (let i = 0; i < full.length; i += 1) together[to + i] = full[i]?.[row] as number;
  }
}

/** Numbers as the array has them, NaN where there is none. `row` is the first, in the group. */
function as(
  dtype: Dtype,
  table: Table,
  column: number,
  { numbers, isNull }: Piece,
  group: number,
  row: number,
): Numbers {
  const { name, dtype: from } = table.columns[column] as Column;
  const converted = convert(numbers, from as Dtype, dtype);
  if (isNull && isFloat(dtype)) setNaN(converted, dtype, isNull);
  else if (isNull)
    throw nullIn(name, (startsOf(table.groups)[group] ?? 0) + row + isNull.indexOf(1));
  return converted;
}

/** The refusal of a place without a number; rows are counted from 0. */
export function nullIn(name: string, row: number): ForeignRefusal {
  return new ForeignRefusal(
    "bad_cell",
    `Row ${group(row)} (counted from 0) of column ${quoted(name)} holds no number where there must be one (null). Fill it in, or leave that row out.`,
  );
}

/** The refusal of rows that differ in length; `count` is undefined where there is more to it. */
export function ragged(
  name: string,
  row: number,
  count: number | undefined,
  expected: number,
): ForeignRefusal {
  const numbers = count === 1 ? "number" : "numbers";
  const difference =
    count === undefined
      ? `another shape than the rows before it, which have ${group(expected)} numbers`
      : `${group(count)} ${numbers}, and the rows before it have ${group(expected)}`;
  return new ForeignRefusal(
    "ragged_row",
    `Row ${group(row)} (counted from 0) of column ${quoted(name)} has ${difference}. Rows of features have one length: leave that row out, or save the table again.`,
  );
}
