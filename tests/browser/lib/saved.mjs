// The files that the page saves, and what is in them.

import { crc32, inflateSync } from "node:zlib";
import { drawn, waitFor } from "./page.mjs";
import { assert } from "./test.mjs";

/** Runs in the page first (openPage's `init`): what it saves stays in it. */
export function keepWhatIsSaved() {
  const blobs = new Map();
  window.savedFiles = [];
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    const address = make.call(URL, blob);
    blobs.set(address, blob);
    return address;
  };
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download) window.savedFiles.push({ name: this.download, blob: blobs.get(this.href) });
    else click.call(this);
  };
}

/** The one file that a button under "More formats…" saves: { fileName, type, bytes, text }. */
export async function saved(page, button) {
  await drawn(page);
  await page.evaluate((name) => {
    window.savedFiles.length = 0;
    document.querySelector(`eigen-exports button[name=${name}]`).click();
  }, button);
  await waitFor(page, () => window.savedFiles.length > 0, null, { what: `file of ${button}` });
  await drawn(page);
  const [file, ...others] = await page.evaluate(() =>
    Promise.all(
      window.savedFiles.map(async ({ name, blob }) => {
        let letters = "";
        for (const byte of new Uint8Array(await blob.arrayBuffer()))
          letters += String.fromCharCode(byte);
        return { fileName: name, type: blob.type, base64: btoa(letters) };
      }),
    ),
  );
  assert.deepEqual(others, [], "one file for a click");
  const { base64, ...rest } = file;
  const bytes = Buffer.from(base64, "base64");
  return { ...rest, bytes, text: bytes.toString("utf8") };
}

/** How large the browser itself finds the picture that was saved last. */
export function sizeInBrowser(page) {
  return page.evaluate(async () => {
    const { width, height } = await createImageBitmap(window.savedFiles.at(-1).blob);
    return [width, height];
  });
}

/** The table of several: each number at full precision and as it is shown. */
export async function compared(page) {
  await drawn(page);
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("[data-compared]"), (row) => [
      row.dataset.compared,
      ...Array.from(row.querySelectorAll("data"), ({ value, textContent }) => [value, textContent]),
    ]),
  );
}

/** The Reports in an SVG. */
export function metadataOf(svg) {
  const [, text] = svg.match(/<metadata id="eigenscope">([^<]*)<\/metadata>/);
  return JSON.parse(unescaped(text));
}

/** What a picture says below its plot, a line for each piece of text. */
export function legendOf(svg) {
  const below = svg.slice(svg.indexOf("</svg>"));
  return Array.from(below.matchAll(/<text[^>]*>(.*?)<\/text>/gs), ([, words]) =>
    unescaped(words.replaceAll(/<[^>]*>/g, "")),
  );
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Every chunk by its length and checksum, every text, and whether the pixels are there: { width, height, texts, colours }. */
export function decodePng(bytes) {
  assert.equal(bytes.toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const texts = {};
  const packed = [];
  const types = [];
  let at = 8;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const chunk = bytes.subarray(at + 4, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), crc32(chunk), `checksum at ${at}`);
    const type = chunk.toString("latin1", 0, 4);
    types.push(type);
    if (type === "IDAT") packed.push(chunk.subarray(4));
    if (type === "iTXt") {
      const [, keyword, text] = chunk
        .toString("utf8", 4)
        .match(/^([^\0]+)\0\0\0[^\0]*\0[^\0]*\0(.*)$/s);
      texts[keyword] = text;
    }
    at += 12 + length;
  }
  assert.equal(at, bytes.length);
  assert.deepEqual([types[0], types.at(-1)], ["IHDR", "IEND"]);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[bytes[25]];
  const pixels = inflateSync(Buffer.concat(packed));
  assert.equal(pixels.length, height * (1 + width * channels));
  return { width, height, texts, colours: new Set(pixels).size };
}
