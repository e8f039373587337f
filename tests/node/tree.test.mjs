// The rules of ARCHITECTURE.md that a look at the files can check.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";

const read = (file) => readFileSync(join(top, file), "utf8");
const git = (...args) =>
  execFileSync("git", args, { cwd: top, encoding: "utf8" }).split("\0").filter(Boolean);

/** What is in the repository or would be with the next `git add`; a file deleted but not yet removed is in neither. */
const deleted = new Set(git("ls-files", "-z", "--deleted"));
const files = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").filter(
  (file) => !deleted.has(file),
);

const sources = files.filter((file) =>
  [".rs", ".ts", ".mjs", ".css", ".wgsl"].includes(extname(file)),
);
const within =
  (...folders) =>
  (file) =>
    folders.some((folder) => file.startsWith(folder));
const naming = (pattern) => (file) => pattern.test(read(file));

/** Files that may be longer than 500 lines, each with its reason. */
const mayBeLong = new Map();

test("only web.rs names wasm-bindgen and its kin", () => {
  const rust = files.filter(within("crate/src/")).filter((file) => file.endsWith(".rs"));
  assert.ok(rust.length > 0);
  const knowing = rust.filter(naming(/\b(wasm_bindgen|js_sys|web_sys|serde_wasm_bindgen)\b/));
  assert.deepEqual(
    knowing.filter((file) => file !== "crate/src/web.rs" && !file.startsWith("crate/src/web/")),
    [],
  );
});

test("only gpu/ names wgpu", () => {
  const rust = files.filter(within("crate/src/")).filter((file) => file.endsWith(".rs"));
  const knowing = rust.filter(naming(/\bwgpu::/));
  assert.ok(knowing.length > 0);
  assert.deepEqual(
    knowing.filter((file) => !file.startsWith("crate/src/gpu/")),
    [],
  );
});

test("the page uses no shared memory, so it needs no special headers", () => {
  const page = files.filter(within("www/", "crate/src/", "index.html"));
  assert.deepEqual(
    page.filter((file) => sources.includes(file)).filter(naming(/SharedArrayBuffer|Atomics\b/)),
    [],
  );
});

test("the page names no other host, but for the sources of lessons, which a click follows", () => {
  const page = files
    .filter(within("www/", "index.html"))
    .filter((file) => /\.(ts|css|html|svg)$/.test(file));
  // XML names its vocabularies by address; nothing is fetched from there.
  const address = /["'(\s](https?:)?\/\/(?!www\.w3\.org\/(2000\/svg|1999\/xlink))[\w-]+\./;
  const sources = /\bhref: "https:\/\/[^"]+"(?=,$| \},$)/gm;
  const without = (file) =>
    /^www\/learn\/[\w-]+\/lesson\.ts$/.test(file) ? read(file).replaceAll(sources, "") : read(file);
  assert.deepEqual(
    page.filter((file) => address.test(without(file))),
    [],
  );
});

test("the content security policy comes before anything that it governs", () => {
  const head = read("index.html").match(/<head>(.*?)<\/head>/s)[1];
  const tags = head.match(/<[a-z][^>]*>/g);
  assert.match(tags[0], /<meta charset="utf-8"/i);
  assert.match(tags[1], /<meta\s+http-equiv="Content-Security-Policy"/);
});

test("generated files are not tracked", () => {
  assert.deepEqual(
    git("ls-files", "-z").filter(within("dist/", "target/", "node_modules/", "www/wasm/")),
    [],
  );
});

test("files stay below 500 lines", () => {
  const long = sources.filter((file) => read(file).split("\n").length > 501);
  assert.deepEqual(
    long.filter((file) => !mayBeLong.has(file)),
    [],
  );
  assert.deepEqual(
    [...mayBeLong.keys()].filter((file) => !long.includes(file)),
    [],
    "these are short again: take them from the list",
  );
});

test("package-lock.json sends nobody to another registry", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  const elsewhere = Object.entries(packages).filter(
    ([, { resolved }]) => resolved && !resolved.startsWith("https://registry.npmjs.org/"),
  );
  assert.deepEqual(elsewhere, []);
  const unverified = Object.entries(packages).filter(([name, { integrity }]) => name && !integrity);
  assert.deepEqual(unverified, []);
});

test("xtask uses the very wasm-bindgen that the crate is built with", () => {
  const [, locked] = read("Cargo.lock").match(/name = "wasm-bindgen"\nversion = "([\d.]+)"/);
  const [, pinned] = read("xtask/Cargo.toml").match(/wasm-bindgen-cli-support = "=([\d.]+)"/);
  assert.equal(pinned, locked);
});
