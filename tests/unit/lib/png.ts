/** PNG files, made and looked at with nothing of the page's own (PNG 1.2; zlib has the checksum). */

import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Length, type, data and checksum. */
export function chunk(type: string, data: Uint8Array | string): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Buffer.from(data)]);
  const made = Buffer.alloc(body.length + 8);
  made.writeUInt32BE(body.length - 4, 0);
  body.copy(made, 4);
  made.writeUInt32BE(crc32(body), body.length + 4);
  return made;
}

/** Keyword, compression, its method, language, translated keyword and text of an iTXt chunk. */
export function international(
  text: string,
  { keyword = "eigenscope", compression = 0, language = "", translated = "" } = {},
): Buffer {
  const data = `${keyword}\0${String.fromCharCode(compression, 0)}${language}\0${translated}\0${text}`;
  return chunk("iTXt", Buffer.from(data));
}

/** A grey picture of 2 × 2 pixels with more chunks before its last one. */
export function pngWith(...chunks: Buffer[]): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(2, 0);
  header.writeUInt32BE(2, 4);
  header[8] = 8;
  const rows = deflateSync(Buffer.from([0, 9, 9, 0, 9, 9]));
  const parts = [signature, chunk("IHDR", header), chunk("IDAT", rows), ...chunks];
  return Uint8Array.from(Buffer.concat([...parts, chunk("IEND", "")]));
}

/** The chunks of a PNG; throws where a length or a checksum is wrong, or bytes are left over. */
export function chunksOf(bytes: Uint8Array): { type: string; data: Buffer }[] {
  const file = Buffer.from(bytes);
  if (!file.subarray(0, 8).equals(signature)) throw new Error("this is not a PNG");
  const found: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    const body = file.subarray(at + 4, end);
    if (file.readUInt32BE(end) !== crc32(body)) throw new Error(`wrong checksum at ${end}`);
    found.push({ type: body.toString("latin1", 0, 4), data: body.subarray(4) });
    at = end + 4;
  }
  return found;
}
