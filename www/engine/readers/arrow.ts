/** Reads Arrow files and streams, Feather 2 among them: of each batch of rows the buffers that are wanted. */

import { decompress } from "fzstd";
import {
  type Batch,
  broken,
  type Codec,
  type Field,
  messages,
  type Node,
  type Range,
  type,
} from "./arrow-messages";
import { Bytes } from "./bytes";
import { type ForeignFile, ForeignRefusal, group } from "./foreign";
import { unpackLz4 } from "./lz4";
import { type Dtype, isNumber, sizeOf, unpackBits, view } from "./numbers";
import { type Column, nullIn, type Piece, ragged, startsOf, type Table, tableFile } from "./table";

/** A column, and where in each batch it is. */
interface Found extends Column {
  /** Numbers of the fields to go through, from the table down. */
  way: number[];
  /** The lists on the way, and what is in them. */
  fields: Field[];
}

/** A part of the file that is smaller than this is copied: a blob of many small parts is slow. */
const APART_BYTES = 256 << 10;
/** A batch up to this is read at once where many of its columns are wanted. */
const HELD_BYTES = 128 << 20;
/** What is taken out of a buffer at once. */
const PIECE_BYTES = 16 << 20;
/** More bytes than this fit in no buffer of every browser. */
const MOST_BUFFER = 2 ** 31;
/** A packed byte becomes no more than this: Zstandard writes a block of 128 KiB that is all the same in four. */
const MOST_PACKED = 1 << 15;

export async function open(file: File): Promise<ForeignFile> {
  const { fields, batches } = await messages(file);
  const groups = batches.map(({ rows }) => rows);
  const starts = startsOf(groups);
  const columns = fields.flatMap((field, index) => columnsOf(field, [index], ""));
  let held: { bytes: Bytes; part: number } | undefined;
  const read = (part: number, index: number): AsyncGenerator<Piece | Blob> => {
    const column = columns[index] as Found;
    const batch = batches[part] as Batch;
    const bytes = held?.part === part ? held.bytes : new Bytes(file, 0);
    return numbers(file, bytes, batch, column, starts[part] ?? 0);
  };
  const hold = async (part: number): Promise<void> => {
    const { body } = batches[part] as Batch;
    held = undefined;
    if (body.length > HELD_BYTES) return;
    held = { bytes: new Bytes(file, body.length, body.start + body.length), part };
    await held.bytes.read(body.start, body.length);
  };
  const filled = batches.find(({ rows }) => rows > 0);
  for (const column of columns) {
    if (column.fields.length > 1 && filled) await measure(new Bytes(file, 0), filled, column);
  }
  const texts = (part: number, index: number): AsyncGenerator<(Uint8Array | undefined)[]> =>
    textsOf(new Bytes(file, 0), batches[part] as Batch, columns[index] as Found);
  const table: Table = { columns, groups, hold, read, texts };
  return tableFile(table);
}

/** A field as a column, or as several where it has fields of its own. */
function columnsOf(field: Field, way: number[], prefix: string): Found[] {
  const name = prefix + field.name;
  if (field.type === type.struct && !field.isDictionary) {
    return field.children.flatMap((child, i) => columnsOf(child, [...way, i], `${name}.`));
  }
  const fields = [field];
  for (let inner = field; isList(inner) && inner.children[0]; ) {
    inner = inner.children[0];
    fields.push(inner);
  }
  const dtype = dtypeOf(fields.at(-1) as Field);
  const isListed = fields.length > 1;
  if (isListed && !isNumber(dtype))
    return [{ name, dtype: `list of ${dtype}`, axes: [], way, fields: [field] }];
  return [{ name, dtype, axes: isListed ? fields.slice(1).map(() => 1) : [], way, fields }];
}

function isList({ type: kind, isDictionary }: Field): boolean {
  return (
    !isDictionary && (kind === type.list || kind === type.largeList || kind === type.fixedList)
  );
}

const OTHERS: Record<number, string> = {
  1: "null",
  4: "bytes",
  7: "decimal",
  8: "date",
  9: "time",
  10: "timestamp",
  11: "interval",
  14: "union",
  15: "bytes",
  17: "map",
  18: "duration",
  19: "bytes",
  22: "run-end encoded",
  23: "bytes",
  25: "list view",
  26: "list view",
};

function dtypeOf({ type: kind, facts, isDictionary }: Field): string {
  if (isDictionary) return "text";
  switch (kind) {
    case type.int: {
      // The default of a flag is false, of a width 0.
      const isSigned = facts?.int8(1) === 1;
      return `${isSigned ? "" : "u"}int${facts?.int32(0)}`;
    }
    case type.float:
      return ["float16", "float32", "float64"][facts?.int16(0) ?? 0] ?? "float";
    case type.bool:
      return "bool";
    case type.text:
    case type.largeText:
    case type.textView:
      return "text";
    case type.struct:
      return "struct";
    default:
      return OTHERS[kind] ?? `type ${kind}`;
  }
}

/** A column's part in a batch, after those that it is within. */
function nodesOf(batch: Batch, { way }: Found): { node: Node; around: Node[] } {
  const [first = 0, ...others] = way;
  let node = batch.nodes[first];
  const around: Node[] = [];
  for (const child of others) {
    if (node) around.push(node);
    node = node?.children[child];
  }
  if (!node) throw broken("a batch of rows lacks a column");
  if (node.rows !== batch.rows) throw broken("a column has another number of rows than its batch");
  return { node, around };
}

/** Finds out how long the rows of lists are, from the first that is there. */
async function measure(bytes: Bytes, batch: Batch, column: Found): Promise<void> {
  let { node } = nodesOf(batch, column);
  let [start, count] = [0, node.rows];
  for (const [level, field] of column.fields.slice(0, -1).entries()) {
    let length = field.type === type.fixedList ? (field.facts?.int32(0) ?? 0) : 0;
    if (field.type !== type.fixedList && count > 0) {
      const ends = await offsets(bytes, batch.codec, field, node, start, count);
      const first = ends.findIndex((end, i) => i > 0 && end > (ends[i - 1] as number));
      if (first > 0) {
        length = (ends[first] as number) - (ends[first - 1] as number);
        start = ends[first - 1] as number;
      }
    } else {
      start *= length;
    }
    count = length;
    column.axes[level] = length;
    node = node.children[0] as Node;
  }
}

/** The numbers of a column in a batch. */
async function* numbers(
  file: File,
  bytes: Bytes,
  batch: Batch,
  column: Found,
  rowsBefore: number,
): AsyncGenerator<Piece | Blob> {
  const { name, axes, fields } = column;
  const dtype = column.dtype as Dtype;
  const { node: outer, around } = nodesOf(batch, column);
  let node = outer;
  let [start, count] = [0, node.rows];
  let inRow = 1;
  const isThere = async (part: Node): Promise<void> => {
    const first = await firstNull(bytes, batch.codec, part, start, count);
    if (first >= 0) throw nullIn(name, rowsBefore + Math.floor(first / inRow));
  };
  if (count === 0) return;
  for (const part of around) await isThere(part);
  for (const [level, field] of fields.slice(0, -1).entries()) {
    await isThere(node);
    const length = axes[level] as number;
    if (field.type === type.fixedList) {
      start *= length;
    } else {
      const ends = await offsets(bytes, batch.codec, field, node, start, count);
      for (let i = 0; i < count; i += 1) {
        const found = (ends[i + 1] as number) - (ends[i] as number);
        if (found === length) continue;
        if (found < 0) throw broken("a list ends before it begins");
        const isRow = inRow === 1;
        throw ragged(name, rowsBefore + Math.floor(i / inRow), isRow ? found : undefined, length);
      }
      start = ends[0] as number;
    }
    count *= length;
    inRow *= length;
    node = node.children[0] as Node;
    if (!(start >= 0 && start + count <= node.rows))
      throw broken("a list goes on after its numbers");
  }
  if (axes.length > 0) await isThere(node);
  const isNull = axes.length > 0 ? undefined : await nulls(bytes, batch.codec, node, count);
  const data = node.buffers[1] as Range;
  if (!batch.codec && dtype !== "bool") {
    const size = sizeOf(dtype);
    if ((start + count) * size > data.length) throw broken("a column is shorter than its numbers");
    yield* plain(file, bytes, data.start + start * size, count, dtype, isNull, axes.length > 0);
    return;
  }
  const all = await buffer(bytes, batch.codec, data);
  if (dtype === "bool") {
    if (start + count > 8 * all.length) throw broken("a column is shorter than its numbers");
    yield { numbers: unpackBits(all, start, count), isNull };
  } else {
    const size = sizeOf(dtype);
    if ((start + count) * size > all.length) throw broken("a column is shorter than its numbers");
    yield { numbers: view(dtype, all.subarray(start * size), count), isNull };
  }
}

/** The texts of a column in a batch. Those of classes, and those that lie apart, are not looked at. */
async function* textsOf(
  bytes: Bytes,
  batch: Batch,
  column: Found,
): AsyncGenerator<(Uint8Array | undefined)[]> {
  const [field] = column.fields;
  if (!field || field.isDictionary || ![type.text, type.largeText].includes(field.type as 5))
    return;
  const { node } = nodesOf(batch, column);
  if (node.rows === 0) return;
  const size = field.type === type.largeText ? type.largeList : type.list;
  const ends = await offsets(bytes, batch.codec, { ...field, type: size }, node, 0, node.rows);
  const letters = await buffer(bytes, batch.codec, node.buffers[2] as Range);
  const isNull = await nulls(bytes, batch.codec, node, node.rows);
  yield Array.from({ length: node.rows }, (_, i) =>
    isNull?.[i] ? undefined : letters.subarray(ends[i], ends[i + 1]),
  );
}

/** Numbers that stand in the file as they are. */
async function* plain(
  file: File,
  bytes: Bytes,
  start: number,
  count: number,
  dtype: Dtype,
  isNull: Uint8Array | undefined,
  mayBeApart: boolean,
): AsyncGenerator<Piece | Blob> {
  const size = sizeOf(dtype);
  if (mayBeApart && count * size >= APART_BYTES) {
    yield file.slice(start, start + count * size);
    return;
  }
  const most = PIECE_BYTES / size;
  for (let done = 0; done < count; done += most) {
    const length = Math.min(most, count - done);
    const read = await bytes.read(start + done * size, length * size);
    // What is held may be read by others, too.
    const numbers = view(dtype, isNull ? read.slice() : read, length);
    yield { numbers, isNull: isNull?.subarray(done, done + length) };
  }
}

/** Where the rows of a list end: one more than there are rows. */
async function offsets(
  bytes: Bytes,
  codec: Codec | undefined,
  { type: kind }: Field,
  node: Node,
  start: number,
  count: number,
): Promise<Int32Array | Float64Array> {
  const size = kind === type.largeList ? 8 : 4;
  const range = node.buffers[1] as Range;
  const from = codec ? await buffer(bytes, codec, range) : undefined;
  const [first, length] = [start * size, (count + 1) * size];
  if (first + length > (from?.length ?? range.length)) throw broken("a list lacks its ends");
  const part = from
    ? from.subarray(first, first + length)
    : await bytes.read(range.start + first, length);
  if (size === 4) return view("int32", part, count + 1) as Int32Array;
  return Float64Array.from(view("int64", part, count + 1) as BigInt64Array, Number);
}

/** The first place of a part of a column that holds nothing, or −1. */
async function firstNull(
  bytes: Bytes,
  codec: Codec | undefined,
  node: Node,
  start: number,
  count: number,
): Promise<number> {
  const [there] = node.buffers;
  if (node.nulls === 0 || !there || there.length === 0) return -1;
  const bits = await buffer(bytes, codec, there);
  if (start + count > 8 * bits.length) throw broken("a column is shorter than its rows");
  return unpackBits(bits, start, count).indexOf(0);
}

/** Ones where a column holds nothing; undefined where it is full. */
async function nulls(
  bytes: Bytes,
  codec: Codec | undefined,
  node: Node,
  count: number,
): Promise<Uint8Array | undefined> {
  if ((await firstNull(bytes, codec, node, 0, count)) < 0) return undefined;
  const bits = await buffer(bytes, codec, node.buffers[0] as Range);
  return unpackBits(bits, 0, count).map((bit) => 1 - bit);
}

/** What a buffer holds, unpacked. */
async function buffer(
  bytes: Bytes,
  codec: Codec | undefined,
  { start, length }: Range,
): Promise<Uint8Array<ArrayBuffer>> {
  const read = await bytes.read(start, length);
  if (!codec || length === 0) return read;
  const unpacked = Number(new DataView(read.buffer, read.byteOffset, length).getBigInt64(0, true));
  const packed = read.subarray(8);
  // Left as it was, because packing did not make it smaller.
  if (unpacked === -1) return packed;
  if (!(unpacked >= 0 && unpacked <= MOST_PACKED * packed.length + (1 << 20)))
    throw broken("a buffer has no honest length");
  if (unpacked > MOST_BUFFER) {
    throw new ForeignRefusal(
      "no_room",
      `A batch of its rows unpacks to ${group(unpacked)} bytes, which is more than a browser holds at once. Save it in smaller batches: feather.write_feather(table, path, chunksize=65536).`,
    );
  }
  if (codec === "lz4") return unpackLz4(packed, unpacked);
  return decompress(packed, new Uint8Array(unpacked)) as Uint8Array<ArrayBuffer>;
}
