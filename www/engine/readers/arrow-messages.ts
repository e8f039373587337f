/**
 * The messages of an Arrow file or stream: what its columns are, and where in the file the buffers of each batch of rows stand.
 *
 * Libraries want a whole file in memory, or at least a whole batch, which is often all of it. Here only the messages' heads are read, and then the buffers of the
 * columns that are wanted. A stream is gone through from its beginning; a file says at its end where its batches are.
 */

import { Bytes } from "./bytes";
import { FlatTable } from "./flatbuffer";
import { cutOff, ForeignRefusal, malformed, packedWith } from "./foreign";

/** A column, or a part of one. */
export interface Field {
  name: string;
  type: number;
  /** What is said of the type. */
  facts: FlatTable | undefined;
  isDictionary: boolean;
  children: Field[];
}

/** Bytes of a file. */
export interface Range {
  start: number;
  length: number;
}

/** A field's part in a batch. */
export interface Node {
  rows: number;
  nulls: number;
  /** In the order of the format: which numbers are there, then what the type has. */
  buffers: Range[];
  children: Node[];
}

export interface Batch {
  rows: number;
  codec: Codec | undefined;
  /** One for each column. */
  nodes: Node[];
  /** Where all of it is. */
  body: Range;
}

export type Codec = "lz4" | "zstd";

/** Numbers of types. */
export const type = {
  int: 2,
  float: 3,
  binary: 4,
  text: 5,
  bool: 6,
  list: 12,
  struct: 13,
  union: 14,
  fixedList: 16,
  duration: 18,
  largeText: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  textView: 24,
  listView: 25,
  largeListView: 26,
} as const;

/** Buffers of each type beside which of its values are there; one where it isn't listed. */
const BUFFERS: Record<number, number> = {
  [type.binary]: 2,
  [type.text]: 2,
  19: 2,
  [type.largeText]: 2,
  [type.struct]: 0,
  [type.fixedList]: 0,
  [type.listView]: 2,
  [type.largeListView]: 2,
};
const NULL = 1;
const MAP = 17;

/** Heads of messages. */
const SCHEMA = 1;
const BATCH = 3;

const FILE_MARK = "ARROW1";
/** The mark of a message. */
const CONTINUATION = 0xffffffff;
/** A message's head is read together with its length, unless it is longer than this. */
const HEAD_BYTES = 64 << 10;
/** What a file's footer says of each batch. */
const BLOCK_BYTES = 24;
/** More bytes than this are in no honest head. */
const MOST_HEAD = 256 << 20;

export function broken(problem: string): Error {
  return malformed("arrow", problem);
}

/** The columns and batches of a file. Dictionaries are passed over: their columns are labels. */
export async function messages(file: File): Promise<{ fields: Field[]; batches: Batch[] }> {
  const bytes = new Bytes(file, HEAD_BYTES);
  return (await isMarked(bytes, 0)) ? inFile(bytes, file.size) : inStream(bytes, file.size);
}

/** The names of the columns of one type in the schema that another format carries as a message in base64; none where it cannot be understood. */
export function columnsOfType(message: string, kind: number): Set<string> {
  try {
    const bytes = Uint8Array.from(atob(message), (letter) => letter.charCodeAt(0));
    const isNew = new DataView(bytes.buffer).getUint32(0, true) === CONTINUATION;
    const content = FlatTable.root(bytes.subarray(isNew ? 8 : 4)).table(2);
    const fields = content ? schema(content) : [];
    return new Set(fields.filter((field) => field.type === kind).map(({ name }) => name));
  } catch {
    return new Set();
  }
}

async function isMarked(bytes: Bytes, offset: number): Promise<boolean> {
  return String.fromCharCode(...(await bytes.peek(offset, FILE_MARK.length))) === FILE_MARK;
}

async function inFile(bytes: Bytes, size: number): Promise<{ fields: Field[]; batches: Batch[] }> {
  const mark = size - FILE_MARK.length;
  if (mark < 12 || !(await isMarked(bytes, mark)))
    throw broken("the mark at its end is missing, so it was cut off or never finished");
  const end = await bytes.read(mark - 4, 4);
  const length = new DataView(end.buffer, end.byteOffset).getInt32(0, true);
  if (length < 0 || length > Math.min(mark - 12, MOST_HEAD))
    throw broken("its footer has no honest length");
  const footer = FlatTable.root(await bytes.read(mark - 4 - length, length));
  const content = footer.table(1);
  if (!content) throw broken("it says nothing of its columns");
  const fields = schema(content);
  const batches: Batch[] = [];
  for (const offset of footer.inStructs(3, BLOCK_BYTES, 0)) {
    const { found } = await message(bytes, offset, size, fields);
    if (!found?.batch) throw broken("there are no rows where its footer says");
    batches.push(found.batch);
  }
  return { fields, batches };
}

async function inStream(
  bytes: Bytes,
  size: number,
): Promise<{ fields: Field[]; batches: Batch[] }> {
  const batches: Batch[] = [];
  let fields: Field[] | undefined;
  for (let offset = 0; offset + 8 <= size; ) {
    const { found, end } = await message(bytes, offset, size, fields);
    if (!found) break;
    fields ??= found.fields;
    if (found.batch) batches.push(found.batch);
    offset = end;
  }
  if (!fields) throw broken("it says nothing of its columns");
  return { fields, batches };
}

/** A message, undefined at the end of a stream, and where it ends. */
async function message(
  bytes: Bytes,
  offset: number,
  size: number,
  known: Field[] | undefined,
): Promise<{ found: { fields?: Field[]; batch?: Batch } | undefined; end: number }> {
  const { head, body } = await headOf(bytes, offset);
  if (!head) return { found: undefined, end: offset };
  const root = FlatTable.root(head);
  const [kind, content, length] = [root.int8(1), root.table(2), root.length(3)];
  const end = body + length;
  if (end > size) throw cutOff(end - size, end);
  if (kind === SCHEMA && content) return { found: { fields: schema(content) }, end };
  if (kind !== BATCH || !content) return { found: {}, end };
  if (!known) throw broken("rows come before their columns");
  return { found: { batch: batch(content, known, { start: body, length }) }, end };
}

/** The head of a message, undefined at the end, and where its body begins. */
async function headOf(
  bytes: Bytes,
  offset: number,
): Promise<{ head: Uint8Array | undefined; body: number }> {
  const start = await bytes.read(offset, 8);
  const view = new DataView(start.buffer, start.byteOffset, 8);
  // Before version 0.15 there was no mark.
  const isMarked = view.getUint32(0, true) === CONTINUATION;
  const length = view.getInt32(isMarked ? 4 : 0, true);
  if (length === 0) return { head: undefined, body: offset };
  if (length < 0 || length > MOST_HEAD) throw broken("the head of a message has no honest length");
  const at = offset + (isMarked ? 8 : 4);
  return { head: await bytes.read(at, length), body: at + length };
}

function schema(table: FlatTable): Field[] {
  if (table.int16(0) !== 0) {
    throw new ForeignRefusal(
      "unsupported_dtype",
      "The numbers of this Arrow file are stored with the high byte first, which is not read. Save it on another machine, or as Parquet.",
    );
  }
  return table.tables(1).map(field);
}

function field(table: FlatTable): Field {
  return {
    name: table.text(0),
    type: table.int8(2),
    facts: table.table(3),
    isDictionary: table.table(4) !== undefined,
    children: table.tables(5).map(field),
  };
}

function batch(table: FlatTable, fields: Field[], body: Range): Batch {
  const rows = table.length(0);
  const lengths = table.lengths(1, 2);
  const buffers = table.lengths(2, 2);
  const views = table.lengths(4);
  const packing = table.table(3);
  const next = { node: 0, buffer: 0, view: 0 };
  const node = (field: Field): Node => {
    const [count = -1, nulls = -1] = lengths.subarray(2 * next.node, 2 * next.node + 2);
    next.node += 1;
    if (count < 0) throw broken("a batch of rows lacks a column");
    const more = buffersOf(field);
    const isView = field.type === type.textView || field.type === type.binaryView;
    const all = more + (isView ? (views[next.view++] ?? 0) : 0);
    const found: Range[] = [];
    for (let i = 0; i < all; i += 1, next.buffer += 1) {
      const [offset = -1, length = -1] = buffers.subarray(2 * next.buffer, 2 * next.buffer + 2);
      if (offset < 0 || length < 0 || offset + length > body.length)
        throw broken("a column goes on after its batch of rows");
      found.push({ start: body.start + offset, length });
    }
    // A dictionary's own fields are with its values.
    const children = field.isDictionary ? [] : field.children.map(node);
    return { rows: count, nulls, buffers: found, children };
  };
  const nodes = fields.map(node);
  return { rows, codec: packing && codecOf(packing), nodes, body };
}

/** Buffers of a field in a batch. */
function buffersOf({ type: kind, isDictionary, facts }: Field): number {
  if (isDictionary) return 2;
  if (kind === NULL || kind === type.runEndEncoded) return 0;
  // Mode 1 has offsets as well.
  if (kind === type.union) return 1 + (facts?.int16(0) ?? 0);
  if (kind === MAP) return 2;
  return 1 + (BUFFERS[kind] ?? 1);
}

function codecOf(packing: FlatTable): Codec {
  const codec = packing.int8(0);
  if (codec === 0) return "lz4";
  if (codec === 1) return "zstd";
  throw packedWith(`codec ${codec}`, "Save it uncompressed, or with LZ4 or Zstandard.");
}
