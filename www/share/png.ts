/** A PNG that carries a text: drawn by the browser, with one more chunk than the browser writes (iTXt, PNG 1.2, section 4.2.3.3). */

import { AnalysisError } from "../engine/types";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** As its metadata element in an SVG is called. */
const keyword = "eigenscope";
/** Of a chunk: length and type before its data, a checksum behind them. */
const before = 8;
const behind = 4;
/** The last chunk, which has no data. */
const ending = before + behind;

/**
 * Draws an SVG picture, `scale` pixels for each of its own.
 *
 * @param text what goes into the chunk
 */
export async function png(svg: string, text: string, scale = 2): Promise<Blob> {
  const drawn = await draw(svg, scale);
  const bytes = new Uint8Array(await drawn.arrayBuffer());
  const end = bytes.length - ending;
  return new Blob([bytes.subarray(0, end), textChunk(text), bytes.subarray(end)], {
    type: "image/png",
  });
}

async function draw(svg: string, scale: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    const drawn = await image
      .decode()
      .then(() => painted(image, scale))
      .catch(() => null);
    if (drawn) return drawn;
  } finally {
    URL.revokeObjectURL(address);
  }
  throw new AnalysisError(
    "picture_too_large",
    "The browser cannot draw a PNG of that size. Save the picture as SVG, or leave some datasets out of it.",
  );
}

/** A canvas that is too large gives nothing, or, in Firefox, throws. */
async function painted(image: HTMLImageElement, scale: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** An uncompressed international text: keyword, 0, compression 0 and its method 0, no language, no translated keyword. */
function textChunk(text: string): Uint8Array<ArrayBuffer> {
  const data = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(4 + data.length + behind);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(4 + data.length, crc(data));
  return chunk;
}

/** Whether bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** The text that a PNG carries; null where there is none, or it is damaged. */
export function textIn(bytes: Uint8Array): string | null {
  if (!isPng(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signature.length; at + ending <= bytes.length; ) {
    const end = at + before + view.getUint32(at);
    if (end + behind > bytes.length) return null;
    const chunk = bytes.subarray(at + 4, end);
    const text = textOf(chunk);
    if (text) return view.getUint32(end) === crc(chunk) ? decoded(text) : null;
    at = end + behind;
  }
  return null;
}

const beginning = new TextEncoder().encode(`iTXt${keyword}\0\0\0`);

/** The bytes of the text, where a chunk is one of ours: behind the language and the translated keyword, each of which ends with a 0. */
function textOf(chunk: Uint8Array): Uint8Array | null {
  if (!beginning.every((byte, index) => chunk[index] === byte)) return null;
  const language = chunk.indexOf(0, beginning.length);
  const translated = language < 0 ? -1 : chunk.indexOf(0, language + 1);
  return translated < 0 ? null : chunk.subarray(translated + 1);
}

function decoded(text: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(text);
  } catch {
    return null;
  }
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32, as PNG and zlib have it. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
