/** Reads Parquet files, a group of rows and a page at a time. */

import { parquetMetadata, parquetSchema, type SchemaElement, type SchemaTree } from "hyparquet";
import { type as arrowType, columnsOfType } from "./arrow-messages";
import { Bytes } from "./bytes";
import { type ForeignFile, ForeignRefusal, group } from "./foreign";
import { convert, type Dtype, isNumber, type Numbers } from "./numbers";
import {
  broken,
  type Chunk,
  type Page,
  pages,
  type Stored,
  TEXT,
  textPages,
} from "./parquet-pages";
import { type Column, nullIn, type Piece, ragged, startsOf, type Table, tableFile } from "./table";

/** A column as Parquet has it. */
interface Leaf extends Column {
  /** Undefined where it is no column of numbers or texts. */
  stored: Stored | undefined;
  /** For each place of a row, the level at which it goes on with a list. */
  pattern: Uint8Array;
}

/** More bytes than this are in no honest footer. */
const MOST_FOOTER = 256 << 20;
/** Columns of a group that stand within so many bytes are read at once. */
const HELD_BYTES = 128 << 20;
/** Reads that are larger than what is wanted by this factor are none to make at once. */
const MOST_BESIDE = 4;
/** More numbers than this are in no row. */
const MOST_IN_ROW = 1 << 24;

export async function open(file: File): Promise<ForeignFile> {
  const metadata = await footer(file);
  const leaves = leavesOf(parquetSchema(metadata));
  const written = metadata.key_value_metadata?.find(({ key }) => key === "ARROW:schema")?.value;
  const durations = written ? columnsOfType(written, arrowType.duration) : new Set();
  for (const leaf of leaves) {
    if (durations.has(leaf.name) && leaf.axes.length === 0) {
      leaf.dtype = "duration";
      leaf.stored = undefined;
    }
  }
  const groups = metadata.row_groups.map(({ num_rows }) => whole(num_rows));
  const starts = startsOf(groups);
  const chunk = (group: number, column: number): Chunk => {
    const { meta_data: facts, file_path } = metadata.row_groups[group]?.columns[column] ?? {};
    const stored = leaves[column]?.stored;
    if (file_path) throw broken("a column is said to be in another file");
    if (!facts || !stored) throw broken("a column is not described, or encrypted");
    if (facts.type !== stored.type) throw broken("a column has two types");
    const starts = [facts.dictionary_page_offset, facts.data_page_offset]
      .filter((offset) => offset !== undefined && offset > 0n)
      .map(whole);
    const start = Math.min(...starts);
    const end = start + whole(facts.total_compressed_size);
    if (!(end <= file.size)) throw broken("a column goes on after the file's end");
    return { start, end, places: whole(facts.num_values), codec: facts.codec, stored };
  };
  let held: { bytes: Bytes; group: number } | undefined;
  const read = (group: number, column: number): AsyncGenerator<Piece> => {
    const leaf = leaves[column] as Leaf;
    const part = chunk(group, column);
    const bytes = held?.group === group ? held.bytes : new Bytes(file, undefined, part.end);
    const found = pages(bytes, part);
    return leaf.axes.length > 0
      ? listed(found, leaf, starts[group] ?? 0, groups[group] ?? 0)
      : plain(found, leaf, groups[group] ?? 0);
  };
  const hold = async (group: number, columns: number[]): Promise<void> => {
    const parts = columns.map((column) => chunk(group, column));
    const start = Math.min(...parts.map((part) => part.start));
    const end = Math.max(...parts.map((part) => part.end));
    const wanted = parts.reduce((sum, part) => sum + part.end - part.start, 0);
    held = undefined;
    if (end - start > HELD_BYTES || end - start > MOST_BESIDE * wanted) return;
    held = { bytes: new Bytes(file, undefined, end), group };
    await held.bytes.read(start, end - start);
  };
  for (const [column, leaf] of leaves.entries()) {
    if (leaf.stored && leaf.stored.repetition > 0) {
      const filled = groups.findIndex((rows) => rows > 0);
      const first = filled < 0 ? undefined : pages(new Bytes(file), chunk(filled, column));
      await measure(leaf, first);
    }
  }
  async function* texts(group: number, column: number): AsyncGenerator<(Uint8Array | undefined)[]> {
    const { definition = 0 } = leaves[column]?.stored ?? {};
    for await (const page of textPages(new Bytes(file), chunk(group, column))) {
      const there = page.texts.values();
      yield Array.from({ length: page.places }, (_, i) =>
        !page.definitions || page.definitions[i] === definition ? there.next().value : undefined,
      );
    }
  }
  const table: Table = { columns: leaves, groups, hold, read, texts };
  return tableFile(table);
}

function whole(number: bigint | number | undefined): number {
  const value = Number(number ?? -1);
  if (!(Number.isSafeInteger(value) && value >= 0)) throw broken("a count in it is none");
  return value;
}

async function footer(file: File): Promise<ReturnType<typeof parquetMetadata>> {
  const bytes = new Bytes(file);
  if (file.size < 12) throw broken("it ends before its footer begins");
  const end = await bytes.read(file.size - 8, 8);
  if (String.fromCharCode(...end.subarray(4)) !== "PAR1")
    throw broken("the footer at its end is missing, so it was cut off or never finished");
  const length = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  if (length > file.size - 12) throw broken("its footer is longer than the file");
  if (length > MOST_FOOTER) {
    throw new ForeignRefusal(
      "header_too_long",
      `The Parquet footer claims to be ${group(length)} bytes long; an honest one is under 256 MiB. The file is damaged; save or copy it again.`,
    );
  }
  const text = await bytes.read(file.size - length - 8, length + 8);
  // Of the statistics nothing is wanted.
  return parquetMetadata(text, { geoparquet: false, parsers: { stringFromBytes: () => "" } });
}

/** The columns, in the order in which groups have them. */
function leavesOf(root: SchemaTree): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (node: SchemaTree, parent: SchemaTree | undefined, way: Way): void => {
    const { element, children } = node;
    const isRepeated = parent !== undefined && element.repetition_type === "REPEATED";
    const isArtificial = way.isInList || (way.isList && isRepeated);
    const here = {
      // Every list has two names within that nobody has given.
      names: parent && !isArtificial ? [...way.names, element.name] : way.names,
      definition: way.definition + (parent && element.repetition_type !== "REQUIRED" ? 1 : 0),
      repetition: way.repetition + (isRepeated ? 1 : 0),
      isList: isListed(element),
      isInList: way.isList && isRepeated && children.length === 1,
      isMap: way.isMap || isMapped(element),
    };
    for (const child of children) walk(child, node, here);
    if (children.length === 0) leaves.push(leafOf(element, here));
  };
  const start = {
    names: [],
    definition: 0,
    repetition: 0,
    isList: false,
    isInList: false,
    isMap: false,
  };
  walk(root, undefined, start);
  return leaves;
}

/** What is known on the way to a column. */
interface Way {
  names: string[];
  definition: number;
  repetition: number;
  /** Whether the group above is a list. */
  isList: boolean;
  /** Whether it is what repeats in one. */
  isInList: boolean;
  isMap: boolean;
}

function isListed({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === "LIST" || logical_type?.type === "LIST";
}

function isMapped({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type?.startsWith("MAP") === true || logical_type?.type === "MAP";
}

function leafOf(element: SchemaElement, way: Way): Leaf {
  const dtype = way.isMap ? "map" : dtypeOf(element);
  const name = way.names.join(".");
  const base = { name, axes: [], pattern: new Uint8Array() };
  if (dtype === "text" && way.repetition === 0) {
    const { definition } = way;
    return { ...base, dtype, stored: { type: TEXT, dtype: "uint8", definition, repetition: 0 } };
  }
  if (!isNumber(dtype)) {
    return { ...base, dtype: way.repetition > 0 ? `list of ${dtype}` : dtype, stored: undefined };
  }
  const { definition, repetition } = way;
  const type = element.type as string;
  return { ...base, dtype, stored: { type, dtype: physical(type), definition, repetition } };
}

function physical(type: string): Dtype {
  const known: Record<string, Dtype> = {
    BOOLEAN: "bool",
    INT32: "int32",
    INT64: "int64",
    FLOAT: "float32",
    DOUBLE: "float64",
  };
  return known[type] ?? "float16";
}

/** NumPy's name of a type, or Parquet's where it is no number. */
function dtypeOf({ type, converted_type, logical_type, type_length }: SchemaElement): string {
  const kind = logical_type?.type ?? converted_type;
  switch (type) {
    case "BOOLEAN":
      return "bool";
    case "FLOAT":
      return "float32";
    case "DOUBLE":
      return "float64";
    case "INT32":
    case "INT64": {
      if (logical_type?.type === "INTEGER")
        return `${logical_type.isSigned ? "" : "u"}int${logical_type.bitWidth}`;
      const [, sign, bits] = converted_type?.match(/^(U?)INT_(\d+)$/) ?? [];
      if (bits) return `${sign ? "u" : ""}int${bits}`;
      return kind ? kind.toLowerCase() : type.toLowerCase();
    }
    case "FIXED_LEN_BYTE_ARRAY":
      if (kind === "FLOAT16" && type_length === 2) return "float16";
      return kind?.toLowerCase() ?? "bytes";
    case "BYTE_ARRAY":
      return ["STRING", "UTF8", "ENUM", "JSON"].includes(kind ?? "") ? "text" : "bytes";
    default:
      return kind?.toLowerCase() ?? String(type).toLowerCase();
  }
}

/** Finds out how long the rows of lists are, from the first that is whole. */
async function measure(leaf: Leaf, found: AsyncGenerator<Page> | undefined): Promise<void> {
  const { definition, repetition } = leaf.stored as Stored;
  const levels = found ? await firstRow(found, definition) : [0];
  leaf.pattern = Uint8Array.from(levels);
  const axes: number[] = [];
  let inner = 1;
  for (let level = repetition; level > 0; level -= 1) {
    const end = levels.findIndex((other, place) => place > 0 && other < level);
    const size = end < 0 ? levels.length : end;
    axes.unshift(size / inner);
    inner = size;
  }
  const isRegular = axes.every(Number.isInteger);
  leaf.axes = isRegular ? axes : [levels.length];
}

/** The level at which each place of the first whole row goes on. */
async function firstRow(found: AsyncGenerator<Page>, definition: number): Promise<number[]> {
  let levels: number[] = [];
  let isWhole = true;
  for await (const { places, repetitions, definitions } of found) {
    for (let i = 0; i < places; i += 1) {
      const level = repetitions?.[i] ?? 0;
      if (level === 0) {
        if (isWhole && levels.length > 0) return levels;
        levels = [];
        isWhole = true;
      }
      if (definitions && definitions[i] !== definition) isWhole = false;
      levels.push(level);
      if (levels.length > MOST_IN_ROW) throw broken("a row has no end");
    }
  }
  return isWhole && levels.length > 0 ? levels : [0];
}

/** The numbers of a column of lists, all of one shape. */
async function* listed(
  found: AsyncGenerator<Page>,
  leaf: Leaf,
  rowsBefore: number,
  rows: number,
): AsyncGenerator<Piece> {
  const { name, pattern } = leaf;
  const { definition, dtype } = leaf.stored as Stored;
  const { length } = pattern;
  let place = 0;
  let row = rowsBefore;
  for await (const {
    places,
    repetitions = new Uint8Array(places),
    definitions,
    numbers,
  } of found) {
    if (definitions && numbers.length < places) {
      const at = definitions.findIndex((level) => level !== definition);
      const begun = repetitions.subarray(0, at + 1).filter((level) => level === 0).length;
      throw nullIn(name, row + begun - (place === 0 ? 1 : 0));
    }
    for (let i = 0; i < places; i += 1) {
      if (repetitions[i] !== pattern[place]) {
        if (place === 0) throw ragged(name, row - 1, undefined, length);
        throw ragged(name, row, repetitions[i] === 0 ? place : undefined, length);
      }
      place += 1;
      if (place === length) {
        place = 0;
        row += 1;
      }
    }
    yield { numbers: convert(numbers, dtype, leaf.dtype as Dtype), isNull: undefined };
  }
  if (place > 0) throw ragged(name, row, place, length);
  if (row - rowsBefore !== rows) throw broken("a column has another number of rows than its group");
}

/** The numbers of a plain column, and where there are none. */
async function* plain(
  found: AsyncGenerator<Page>,
  leaf: Leaf,
  rows: number,
): AsyncGenerator<Piece> {
  const { definition, dtype } = leaf.stored as Stored;
  let row = 0;
  for await (const { places, definitions, numbers } of found) {
    row += places;
    if (row > rows) break;
    const isWhole = numbers.length === places;
    const all = isWhole ? numbers : spread(numbers, definitions as Uint8Array, definition);
    const isNull = isWhole
      ? undefined
      : definitions?.map((level) => (level === definition ? 0 : 1));
    yield { numbers: convert(all, dtype, leaf.dtype as Dtype), isNull };
  }
  if (row !== rows) throw broken("a column has another number of rows than its group");
}

/** Numbers with gaps where there are none. */
function spread(numbers: Numbers, definitions: Uint8Array, there: number): Numbers {
  const Kind = numbers.constructor as new (length: number) => Float64Array<ArrayBuffer>;
  const all = new Kind(definitions.length);
  let next = 0;
  for (let i = 0; i < all.length; i += 1) {
    if (definitions[i] === there) all[i] = numbers[next++] as number;
  }
  return all;
}
