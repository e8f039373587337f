// What a first visit downloads, compressed as static hosts compress it.

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Refusal, top } from "../setup/step.mjs";

/** The promise to a visitor on a slow line: html, css, js and one wasm file. */
const limit = 400_000;

/** Prints the sizes of dist/ and refuses a first download above the limit. */
export function sizes() {
  const dist = join(top, "dist");
  const files = readdirSync(dist, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => extname(name) !== "")
    .map((name) => ({
      name,
      bytes: gzipSync(readFileSync(join(dist, name)), { level: 9 }).length,
    }));
  const first = firstDownload(files, (name) => readFileSync(join(dist, name), "utf8"));
  const later = files.filter((file) => !first.includes(file));
  const total = first.reduce((sum, file) => sum + file.bytes, 0);

  print("First download, gzip:", first);
  console.log(`  ${kilobytes(total)}  in all, of ${kilobytes(limit).trim()} allowed`);
  print("Not in it:", later);
  if (total > limit)
    throw new Refusal(`The first download is ${total - limit} bytes over its limit.`);
}

/** A browser takes one wasm file of the two: the larger one is counted. */
function firstDownload(files, read) {
  const wasm = files.filter(({ name }) => name.endsWith(".wasm")).sort((a, b) => b.bytes - a.bytes);
  const html = read("index.html");
  // Styles, scripts and icons that the page names, and the worker, which the main script fetches at boot.
  const named = files
    .map(({ name }) => name)
    .filter((name) => {
      return name === "index.html" || html.includes(name) || /\/worker-[^/]*\.js$/.test(name);
    });
  const needed = withImports(named, read);
  return [...files.filter(({ name }) => needed.has(name)), ...wasm.slice(0, 1)];
}

/** Files of dist/ by name, and what the scripts among them import before they run. */
export function withImports(names, read) {
  const all = new Set(names);
  // A set tells of what is added while one goes through it.
  for (const name of all)
    if (name.endsWith(".js"))
      for (const [, script] of read(name).matchAll(/\b(?:from|import)\s*["']\.\/([^"']+)["']/g))
        all.add(`assets/${script}`);
  return all;
}

function print(heading, files) {
  if (files.length === 0) return;
  console.log(heading);
  for (const { name, bytes } of files) console.log(`  ${kilobytes(bytes)}  ${name}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
}
