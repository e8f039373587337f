// Arrow streams that no library writes, put together by hand (arrow.apache.org/docs/format: Columnar, and its .fbs files).

/** What a FlatBuffers field holds: [kind, value], or undefined where it is left out. */
const sizes = { i8: 1, i16: 2, i32: 4, i64: 8, text: 4, table: 4, tables: 4, i64s: 4, pairs: 4 };

/** A table of FlatBuffers as the root of a message. Each table is followed by what it refers to. */
function flatbuffer(root) {
  const bytes = Buffer.alloc(64 << 10);
  let end = 4;
  const take = (length, align = 8) => {
    const at = Math.ceil(end / align) * align;
    end = at + length;
    return at;
  };
  const numbers = (list, each) => {
    // The length stands just before what is aligned.
    const at = take(8 * list.length + 8) + 4;
    bytes.writeUInt32LE(list.length / each, at);
    for (const [i, value] of list.entries()) bytes.writeBigInt64LE(BigInt(value), at + 4 + 8 * i);
    return at;
  };
  const children = {
    text: (words) => {
      const at = take(5 + words.length, 4);
      bytes.writeUInt32LE(words.length, at);
      bytes.write(words, at + 4);
      return at;
    },
    table: (fields) => writeTable(fields),
    tables: (list) => {
      const at = take(4 + 4 * list.length, 4);
      bytes.writeUInt32LE(list.length, at);
      for (const [i, fields] of list.entries()) {
        const to = at + 4 + 4 * i;
        bytes.writeUInt32LE(writeTable(fields) - to, to);
      }
      return at;
    },
    i64s: (list) => numbers(list, 1),
    pairs: (list) => numbers(list.flat(), 2),
  };
  const writeTable = (fields) => {
    const entries = take(4 + 2 * fields.length, 2);
    const at = take(4);
    const places = fields.map((field) => field && take(sizes[field[0]], sizes[field[0]]));
    bytes.writeUInt16LE(4 + 2 * fields.length, entries);
    bytes.writeUInt16LE(end - at, entries + 2);
    bytes.writeInt32LE(at - entries, at);
    for (const [i, field] of fields.entries()) {
      if (!field) continue;
      const [kind, value] = field;
      const place = places[i];
      bytes.writeUInt16LE(place - at, entries + 4 + 2 * i);
      if (kind === "i64") bytes.writeBigInt64LE(BigInt(value), place);
      else if (kind in children) bytes.writeUInt32LE(children[kind](value) - place, place);
      else bytes.writeIntLE(value, place, sizes[kind]);
    }
    return at;
  };
  bytes.writeUInt32LE(writeTable(root), 0);
  return bytes.subarray(0, Math.ceil(end / 8) * 8);
}

/** Types: their number, and the table of what is said of them. */
export const types = {
  int64: [
    2,
    [
      ["i32", 64],
      ["i8", 1],
    ],
  ],
  uint16: [
    2,
    [
      ["i32", 16],
      ["i8", 0],
    ],
  ],
  float32: [3, [["i16", 1]]],
  float64: [3, [["i16", 2]]],
  textView: [24, []],
  struct: [13, []],
  list: [12, []],
  fixedList: (length) => [16, [["i32", length]]],
};

/** A column: its name, its type, and the columns within it. */
export const field = (name, [kind, facts], children = []) => [
  ["text", name],
  ["i8", 1],
  ["i8", kind],
  ["table", facts],
  undefined,
  ["tables", children],
];

/**
 * A stream of one batch.
 *
 * @param nodes rows and nulls of each column, and of each within it, in their order
 * @param buffers the bytes of all buffers, in the order of the format; empty ones too
 * @param more numbers of further buffers of views; a codec (0: LZ4, 1: Zstandard); the byte order (1: high byte first)
 */
export function arrowStream(fields, rows, nodes, buffers, { views, codec, order = 0 } = {}) {
  const places = [];
  let length = 0;
  for (const buffer of buffers) {
    places.push([length, buffer.length]);
    length += Math.ceil(buffer.length / 8) * 8;
  }
  const body = Buffer.alloc(length);
  for (const [i, buffer] of buffers.entries()) body.set(buffer, places[i][0]);
  const schema = message(
    1,
    [
      ["i16", order],
      ["tables", fields],
    ],
    0,
  );
  const packing = codec === undefined ? undefined : ["table", [["i8", codec]]];
  const batch = [
    ["i64", rows],
    ["pairs", nodes],
    ["pairs", places],
    packing,
    views && ["i64s", views],
  ];
  return Buffer.concat([
    schema,
    message(3, batch, length),
    body,
    Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]),
  ]);
}

/** The head of a message: a mark, its length, and its description (version 5). */
function message(kind, content, length) {
  const head = flatbuffer([
    ["i16", 4],
    ["i8", kind],
    ["table", content],
    ["i64", length],
  ]);
  const start = Buffer.alloc(8, 255);
  start.writeInt32LE(head.length, 4);
  return Buffer.concat([start, head]);
}

/** The bytes of a typed array. */
export const raw = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** No bytes: where all values are there, nothing says so. */
export const none = Buffer.alloc(0);
