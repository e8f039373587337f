/**
 * The arrays of a table whose columns have types: Parquet and Arrow.
 *
 * A column of lists of one length is an array, and so are all plain columns of numbers together. Columns that name a class or the row itself are labels.
 */

import type { Gathered } from "../unpack";
import { type ForeignArray, type ForeignFile, ForeignRefusal, group, quoted } from "./foreign";
import {
  bytesOf,
  convert,
  type Dtype,
  isFloat,
  isNumber,
  looksOf,
  type Numbers,
  setNaN,
  sizeOf,
  zeros,
} from "./numbers";

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
}

/** Rows of a group up to so many bytes are put together in memory. Larger ones come column by column. */
const TOGETHER_BYTES = 256 << 20;
/** Columns that are put side by side at once: what they fill is one line of a cache. */
const SIDE_BY_SIDE = 16;
/** Without a name that tells, more columns of whole numbers than this are features. */
const MOST_UNNAMED = 4;
/** Names of labels, as the core has them for text (crate/src/source/table/labels.rs). */
const NAME_OF_LABEL =
  /^\s*(labels?|class|target|y|id|index|idx|fold|split|group|cluster|category|unnamed: 0|.+_id|.+_label)\s*$/i;
/** The index that pandas writes. */
const INDEX = /^__index_level_\d+__$/;

export function isNameOfLabel(name: string): boolean {
  return NAME_OF_LABEL.test(name);
}

/** A table as a file with arrays. */
export async function tableFile(table: Table): Promise<ForeignFile> {
  const rows = table.groups.reduce((sum, count) => sum + count, 0);
  const known = table.columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ name }) => !INDEX.test(name));
  const lists = known.filter(({ axes }) => axes.length > 0);
  const plain = known.filter(({ axes }) => axes.length === 0);
  const numbers = plain.filter(({ dtype }) => isNumber(dtype) && dtype !== "bool");
  const isLabel = await labels(table, numbers, lists.length > 0);
  const features = numbers.filter((_, i) => !isLabel[i]);
  const named = new Set(numbers.filter((_, i) => isLabel[i]).map(({ index }) => index));
  const array = (column: Column, is_label: boolean): ForeignArray => ({
    name: column.name,
    shape: [rows, ...column.axes],
    dtype: column.dtype,
    order: "C",
    is_label,
  });
  const arrays = lists.map((column) => array(column, false));
  const dtype = common(features);
  const largest = table.groups.reduce((most, count) => Math.max(most, count), 0);
  const inOrder = largest * features.length * sizeOf(dtype) <= TOGETHER_BYTES;
  if (features.length > 1) {
    const shape = [rows, features.length];
    const order = inOrder ? "C" : "F";
    arrays.push({ name: nameOfMatrix(lists), shape, dtype, order, is_label: false });
  } else {
    arrays.push(...features.map((column) => array(column, false)));
  }
  for (const column of plain) {
    const isBeside = ["text", "bool"].includes(column.dtype);
    if (named.has(column.index) || isBeside) arrays.push(array(column, true));
    else if (!isNumber(column.dtype)) arrays.push(array(column, false));
  }
  const make = async (name: string, gathered: Gathered): Promise<void> => {
    const column = [...lists, ...features].find((other) => other.name === name);
    if (features.length > 1 && name === nameOfMatrix(lists)) {
      const columns = features.map(({ index }) => index);
      await (inOrder ? byRows : byColumns)(table, columns, dtype, gathered);
    } else if (column) {
      await byColumns(table, [column.index], column.dtype as Dtype, gathered);
    }
  };
  return { arrays, make };
}

/** What all plain columns of numbers together are called. */
function nameOfMatrix(lists: Column[]): string {
  if (lists.length === 0) return "";
  const isTaken = lists.some(({ name }) => name === "columns");
  return isTaken ? "(columns)" : "columns";
}

function common(columns: Column[]): Dtype {
  const [first, ...others] = columns;
  const isSame = others.every(({ dtype }) => dtype === first?.dtype);
  return first && isSame ? (first.dtype as Dtype) : "float64";
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

/** Which plain columns of numbers are labels. */
async function labels(
  table: Table,
  columns: (Column & { index: number })[],
  hasLists: boolean,
): Promise<boolean[]> {
  const isInteger = columns.map(({ dtype }) => !isFloat(dtype));
  const found = columns.map(() => false);
  if (!hasLists && columns.length < 2) return found;
  for (const [i, { name, index }] of columns.entries()) {
    if (!isNameOfLabel(name)) continue;
    found[i] = isInteger[i] || (await looks(table, index)).isWhole;
  }
  if (hasLists) return found;
  if (isInteger.includes(false)) await unnamed(table, columns, isInteger, found);
  return found.includes(false) ? found : columns.map(() => false);
}

/** The few columns of whole numbers beside features that are not: at the edges, and not the same in all rows. */
async function unnamed(
  table: Table,
  columns: { index: number }[],
  isInteger: boolean[],
  found: boolean[],
): Promise<void> {
  const isEdge = (i: number): boolean => isInteger[i] === true || found[i] === true;
  const places = [...columns.keys()];
  const inner = places.filter((i) => !isEdge(i));
  const candidates = places.filter((i) => isInteger[i] && !found[i]);
  if (candidates.length > MOST_UNNAMED || 2 * candidates.length >= columns.length) return;
  const [left = 0, right = 0] = [inner[0], inner.at(-1)];
  if (candidates.some((i) => i > left && i < right)) return;
  for (const i of candidates) {
    const { index } = columns[i] as { index: number };
    found[i] = !(await looks(table, index)).isConstant;
  }
}

/** What the numbers of a column look like. */
async function looks(
  table: Table,
  column: number,
): Promise<{ isWhole: boolean; isConstant: boolean }> {
  const { dtype } = table.columns[column] as Column;
  const all = { isWhole: true, isConstant: true };
  let before: unknown;
  for (const group of table.groups.keys()) {
    for await (const piece of table.read(group, column)) {
      if (piece instanceof Blob || piece.isNull) return { isWhole: false, isConstant: false };
      const { isWhole, isConstant } = looksOf(piece.numbers, dtype as Dtype);
      const [first] = piece.numbers;
      all.isWhole &&= isWhole;
      all.isConstant &&= isConstant && (before === undefined || first === before);
      before = first;
      if (!all.isWhole && !all.isConstant) return all;
    }
  }
  return all;
}
