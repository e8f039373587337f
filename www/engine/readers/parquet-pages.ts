/**
 * The pages of a Parquet column.
 *
 * hyparquet gives a JavaScript array for each row; features want flat numbers. So its parts read the footer, the headers and what is packed, and the pages are
 * decoded here, into typed arrays.
 */

import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from "hyparquet/src/delta.js";
import { deserializeTCompactProtocol, readVarInt } from "hyparquet/src/thrift.js";
import { compressors } from "hyparquet-compressors";
import type { Bytes } from "./bytes";
import { malformed, packedWith } from "./foreign";
import { type Dtype, type Numbers, sizeOf, unpackBits, view } from "./numbers";

/** How the numbers of a column are stored. */
export interface Stored {
  /** Parquet's name of the type. */
  type: string;
  /** The same width in NumPy's words. */
  dtype: Dtype;
  /** Levels of a number that is there, and of one that goes on with its list. */
  definition: number;
  repetition: number;
}

/** What a page holds. */
export interface Page {
  /** Places, with a number or without. */
  places: number;
  /** Levels of each place; undefined where they can only be 0. */
  repetitions: Uint8Array | undefined;
  definitions: Uint8Array | undefined;
  /** The numbers that are there. */
  numbers: Numbers;
}

/** A page of texts. */
export interface TextPage extends Omit<Page, "numbers"> {
  /** The texts that are there, as UTF-8. */
  texts: Uint8Array[];
}

/** What a page or a dictionary holds: numbers, or texts. */
type Values = Numbers | Uint8Array[];

/** A column in one group of rows. */
export interface Chunk {
  start: number;
  end: number;
  places: number;
  codec: string;
  stored: Stored;
}

interface Header {
  kind: number;
  packed: number;
  unpacked: number;
  places: number;
  encoding: number;
  /** Version 2: bytes of the levels, and whether numbers are packed. */
  levels: { definitions: number; repetitions: number; isPacked: boolean } | undefined;
  /** Version 1: how levels are encoded. */
  encodings: { definitions: number; repetitions: number };
}

/** More places than this are in no honest page. */
const MOST_PLACES = 1 << 27;
/** Bytes that a page's header takes at most. */
const HEADER_BYTES = 64 << 10;

/** Kinds of pages. */
const DATA = 0;
const DICTIONARY = 2;
const DATA_V2 = 3;

/** Parquet's type of texts. */
export const TEXT = "BYTE_ARRAY";

/** Encodings. */
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const BIT_PACKED = 4;
const DELTA = 5;
const DELTA_LENGTHS = 6;
const DELTA_TEXTS = 7;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;

/** A Parquet file that contradicts itself. */
export function broken(problem: string): Error {
  return malformed("parquet", problem);
}

/** The pages of a column of numbers in a group. */
export async function* pages(bytes: Bytes, chunk: Chunk): AsyncGenerator<Page> {
  for await (const { values, ...page } of allPages(bytes, chunk))
    yield { ...page, numbers: values as Numbers };
}

/** The pages of a column of texts in a group. */
export async function* textPages(bytes: Bytes, chunk: Chunk): AsyncGenerator<TextPage> {
  for await (const { values, ...page } of allPages(bytes, chunk))
    yield { ...page, texts: values as Uint8Array[] };
}

async function* allPages(
  bytes: Bytes,
  chunk: Chunk,
): AsyncGenerator<Omit<Page, "numbers"> & { values: Values }> {
  let offset = chunk.start;
  let dictionary: Values | undefined;
  let left = chunk.places;
  while (left > 0) {
    if (offset >= chunk.end) throw broken("a column ends before its last number");
    const most = Math.min(HEADER_BYTES, chunk.end - offset);
    const { header, length } = headerOf(await bytes.peek(offset, most));
    offset += length;
    const body = await bytes.read(offset, header.packed);
    offset += header.packed;
    if (header.kind === DICTIONARY) {
      const unpacked = unpack(body, header.unpacked, chunk.codec);
      dictionary = plain(unpacked, chunk.stored, checked(header.places));
    } else if (header.kind === DATA || header.kind === DATA_V2) {
      if (checked(header.places) > left) throw broken("a page holds more than its column");
      left -= header.places;
      yield pageOf(header, body, chunk, dictionary);
    }
  }
}

function checked(places: number): number {
  if (!(places >= 0 && places <= MOST_PLACES))
    throw broken("a page claims to hold too many numbers");
  return places;
}

function headerOf(bytes: Uint8Array): { header: Header; length: number } {
  const reader = { view: viewOf(bytes), offset: 0 };
  const fields = deserializeTCompactProtocol(reader);
  const [data, dictionary, second] = [fields.field_5, fields.field_7, fields.field_8];
  const kind = fields.field_1 as number;
  const known = kind === DATA ? data : kind === DICTIONARY ? dictionary : second;
  const levels =
    kind === DATA_V2
      ? {
          definitions: second.field_5 as number,
          repetitions: second.field_6 as number,
          isPacked: second.field_7 !== false,
        }
      : undefined;
  const header = {
    kind,
    unpacked: fields.field_2,
    packed: fields.field_3,
    places: known?.field_1 ?? 0,
    encoding: (kind === DATA_V2 ? known?.field_4 : known?.field_2) ?? PLAIN,
    levels,
    encodings: { definitions: data?.field_3 ?? RLE, repetitions: data?.field_4 ?? RLE },
  };
  if (!(header.packed >= 0 && header.unpacked >= 0)) throw broken("a page has a negative length");
  return { header, length: reader.offset };
}

function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
  codec: string,
): Uint8Array<ArrayBuffer> {
  if (codec === "UNCOMPRESSED") return bytes;
  const known = compressors[codec as keyof typeof compressors];
  if (!known)
    throw packedWith(codec, "Save it with Snappy or Zstandard: pq.write_table(table, path).");
  if (length === 0) return new Uint8Array();
  const unpacked = known(bytes, length) as Uint8Array<ArrayBuffer>;
  if (unpacked.length !== length) throw broken("a page unpacks to another length than it says");
  return unpacked;
}

function pageOf(
  header: Header,
  body: Uint8Array<ArrayBuffer>,
  { codec, stored }: Chunk,
  dictionary: Values | undefined,
): Omit<Page, "numbers"> & { values: Values } {
  const { places, levels } = header;
  let repetitions: Uint8Array | undefined;
  let definitions: Uint8Array | undefined;
  let rest: Uint8Array<ArrayBuffer>;
  if (levels) {
    const start = levels.repetitions + levels.definitions;
    if (!(levels.repetitions >= 0 && levels.definitions >= 0 && start <= body.length))
      throw broken("a page is shorter than its levels");
    repetitions = levelsOf(body.subarray(0, levels.repetitions), stored.repetition, places);
    definitions = levelsOf(body.subarray(levels.repetitions, start), stored.definition, places);
    rest = body.subarray(start);
    if (levels.isPacked) rest = unpack(rest, header.unpacked - start, codec);
  } else {
    rest = unpack(body, header.unpacked, codec);
    const next = (most: number, encoding: number): Uint8Array | undefined => {
      if (most === 0) return undefined;
      if (encoding === BIT_PACKED)
        throw broken("its levels are in an encoding that was given up long ago");
      const length = viewOf(rest).getUint32(0, true);
      if (length > rest.length - 4) throw broken("a page is shorter than its levels");
      const found = levelsOf(rest.subarray(4, 4 + length), most, places);
      rest = rest.subarray(4 + length);
      return found;
    };
    repetitions = next(stored.repetition, header.encodings.repetitions);
    definitions = next(stored.definition, header.encodings.definitions);
  }
  const there = definitions ? count(definitions, stored.definition) : places;
  const values = valuesOf(rest, header, stored, there, dictionary);
  return { places, repetitions, definitions, values };
}

function levelsOf(bytes: Uint8Array, most: number, places: number): Uint8Array | undefined {
  if (most === 0) return undefined;
  const levels = new Uint8Array(places);
  readHybrid(bytes, 32 - Math.clz32(most), levels);
  return levels;
}

function count(levels: Uint8Array, wanted: number): number {
  let found = 0;
  for (const level of levels) found += level === wanted ? 1 : 0;
  return found;
}

function valuesOf(
  bytes: Uint8Array<ArrayBuffer>,
  { encoding }: Header,
  stored: Stored,
  length: number,
  dictionary: Values | undefined,
): Values {
  const isText = stored.type === TEXT;
  switch (encoding) {
    case DELTA_LENGTHS:
    case DELTA_TEXTS: {
      if (!isText) break;
      const texts: Uint8Array[] = new Array(length);
      const read = encoding === DELTA_TEXTS ? deltaByteArray : deltaLengthByteArray;
      if (length > 0) read({ view: viewOf(bytes), offset: 0 }, length, texts);
      return texts;
    }
    case PLAIN:
      return plain(bytes, stored, length);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY:
      if (length === 0) return plain(bytes, stored, 0);
      if (!dictionary) throw broken("a page refers to a dictionary that is not there");
      return looked(bytes, dictionary, length);
    case BYTE_STREAM_SPLIT:
      if (isText) break;
      return joined(bytes, stored, length);
    case DELTA:
      if (isText) break;
      return deltas(bytes, stored, length);
    case RLE: {
      if (stored.type !== "BOOLEAN") break;
      const bits = new Uint8Array(length);
      readHybrid(bytes.subarray(4), 1, bits);
      return bits;
    }
  }
  throw broken(`a page of ${stored.type} has encoding ${encoding}, which is none for it`);
}

function plain(bytes: Uint8Array<ArrayBuffer>, { type, dtype }: Stored, length: number): Values {
  if (type === TEXT) return plainTexts(bytes, length);
  const isBits = type === "BOOLEAN";
  const needed = isBits ? Math.ceil(length / 8) : length * sizeOf(dtype);
  if (needed > bytes.length) throw broken("a page is shorter than its numbers");
  return isBits ? unpackBits(bytes, 0, length) : view(dtype, bytes, length);
}

/** Texts one after another, each behind its length. */
function plainTexts(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array[] {
  const lengths = viewOf(bytes);
  const texts: Uint8Array[] = [];
  for (let at = 0; texts.length < length; ) {
    if (at + 4 > bytes.length) throw broken("a page is shorter than its texts");
    const end = at + 4 + lengths.getUint32(at, true);
    if (end > bytes.length) throw broken("a page is shorter than its texts");
    texts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return texts;
}

/** Values that stand in a dictionary. */
function looked(bytes: Uint8Array, dictionary: Values, length: number): Values {
  const places = new Uint32Array(length);
  readHybrid(bytes.subarray(1), bytes[0] ?? 0, places);
  const Kind = dictionary.constructor as new (length: number) => Float64Array<ArrayBuffer>;
  const numbers = new Kind(length);
  const from = dictionary as Float64Array;
  for (let i = 0; i < length; i += 1) {
    const place = places[i] as number;
    if (place >= from.length) throw broken("a page refers to what is not in its dictionary");
    numbers[i] = from[place] as number;
  }
  return numbers;
}

/** Numbers whose bytes stand apart: all first ones, all second ones. */
function joined(bytes: Uint8Array, { dtype }: Stored, length: number): Numbers {
  const size = sizeOf(dtype);
  if (length * size > bytes.length) throw broken("a page is shorter than its numbers");
  const out = new Uint8Array(length * size);
  for (let byte = 0; byte < size; byte += 1) {
    const from = byte * length;
    for (let i = 0; i < length; i += 1) out[i * size + byte] = bytes[from + i] as number;
  }
  return view(dtype, out, length);
}

function deltas(bytes: Uint8Array, { type }: Stored, length: number): Numbers {
  const reader = { view: viewOf(bytes), offset: 0 };
  const block = readVarInt(reader);
  const parts = readVarInt(reader);
  if (!(block > 0 && parts > 0 && block % parts === 0))
    throw broken("a page has blocks of no length");
  reader.offset = 0;
  if (type === "INT32") {
    const numbers = new Int32Array(length);
    if (length > 0) deltaBinaryUnpack(reader, length, numbers);
    return numbers;
  }
  if (type !== "INT64") throw broken(`a page of ${type} holds differences`);
  const numbers = new BigInt64Array(length);
  if (length > 0) deltaBinaryUnpack(reader, length, numbers);
  return numbers;
}

/** Small numbers, in runs and in bits. */
export function readHybrid(bytes: Uint8Array, width: number, out: Uint8Array | Uint32Array): void {
  // Indices of so many bits would need a dictionary of 16 million numbers.
  if (width > 24) throw broken(`a page has numbers of ${width} bits`);
  let at = 0;
  let done = 0;
  while (done < out.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined || shift > 28) throw broken("a page ends inside its runs");
      at += 1;
      header |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    const left = out.length - done;
    if (header & 1) {
      const length = Math.min((header >>> 1) * 8, left);
      if (Math.ceil((length * width) / 8) > bytes.length - at)
        throw broken("a page ends inside its runs");
      readBits(bytes, at, width, out.subarray(done, done + length));
      at += (header >>> 1) * width;
      done += length;
    } else {
      const length = Math.min(header >>> 1, left);
      let value = 0;
      for (let shift = 0; shift < width; shift += 8, at += 1) value |= (bytes[at] ?? 0) << shift;
      out.fill(value, done, done + length);
      done += length;
    }
  }
}

function readBits(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Uint8Array | Uint32Array,
): void {
  const mask = (1 << width) - 1;
  let at = start;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < out.length; i += 1) {
    while (bits < width) {
      held |= (bytes[at] as number) << bits;
      at += 1;
      bits += 8;
    }
    out[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
