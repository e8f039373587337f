// What a test does with a page that has Eigenscope inside (lib/host.mjs), from the page's side and from the frame's.

import assert from "node:assert/strict";
import { waitFor } from "./page.mjs";

/** The frame of a server's page, once it is there. */
export async function frameOf(page, { origin }) {
  const found = () => page.frames().find((frame) => frame.url().startsWith(origin));
  for (const end = Date.now() + 10_000; !found(); ) {
    assert.ok(Date.now() < end, `no frame of ${origin}`);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
  }
  return found();
}

/** Has an element analyze a file of the repository: what came of it, the stages it went through, and the names that its events gave. */
export function analyze(page, path, options = {}, which = 0) {
  return page.evaluate(analyzeFile, [`/${path}`, options, which]);
}

/** Sends a message to the first frame; a file "endless" is the one that {@link addEndless} has made. */
export function post(page, message) {
  return page.evaluate((said) => {
    const { endless } = window;
    window.frames[0].postMessage(said.file ? { ...said, file: endless } : said, "*");
  }, message);
}

/** The next `count` messages to the page, all of them from the site; with 0, those that are there. */
export async function inbox(page, { origin }, count) {
  await waitFor(page, (wanted) => window.inbox.length >= wanted, count, { what: "answers" });
  const all = await page.evaluate(() => window.inbox.splice(0));
  for (const one of all) assert.equal(one.origin, origin);
  return all.map(({ data }) => data);
}

/** Whether all that a frame has said to its parent until now is nothing: what it says next comes after that. */
export async function isSilent(page, frame) {
  await frame.evaluate(() => parent.postMessage("sentinel", "*"));
  return endsWithSentinel(page);
}

/** Has a frame say something when it next hears a message, after whatever else hears it; then {@link isDeaf} knows. */
export function echo(frame) {
  return frame.evaluate(() => {
    addEventListener("message", () => parent.postMessage("sentinel", "*"), { once: true });
  });
}

/** Whether a frame said nothing of its own before its {@link echo}. */
export function isDeaf(page) {
  return endsWithSentinel(page);
}

async function endsWithSentinel(where) {
  const found = () => window.inbox.some(({ data }) => data === "sentinel");
  await waitFor(where, found, null, { what: "sentinel" });
  const [{ data }, ...more] = await where.evaluate(() => window.inbox.splice(0));
  return data === "sentinel" && more.length === 0;
}

/** Makes `endless`, a file of 60 GB that takes no room, in the page. */
export function addEndless(page) {
  return page.evaluate(makeEndless);
}

// Before the page's own scripts.

export function keepMessages() {
  window.inbox = [];
  window.addEventListener("message", ({ data, origin }) => window.inbox.push({ data, origin }));
}

export function countEars() {
  window.ears = 0;
  const add = window.addEventListener;
  window.addEventListener = function (type, ...rest) {
    if (type === "message") window.ears += 1;
    return add.call(this, type, ...rest);
  };
}

export function watchStorage() {
  window.touched = [];
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    const value = window[name];
    Object.defineProperty(window, name, {
      get: () => {
        window.touched.push(name);
        return value;
      },
    });
  }
}

export function keepBlobs() {
  window.blobs = [];
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.blobs.push(blob);
    return make(blob);
  };
}

// In the page around the frame.

async function analyzeFile([address, options, which]) {
  const scope =
    which === "removed" ? window.removed : document.querySelectorAll("eigen-scope")[which];
  const stages = [];
  const heard = [];
  scope.addEventListener("report", ({ detail }) => heard.push(detail.name), { once: true });
  const bytes = await (await fetch(address)).arrayBuffer();
  const name = address.split("/").at(-1);
  const onProgress = ({ stage }) => stages.push(stage);
  try {
    const report = await scope.analyze(bytes, { name, onProgress, ...options });
    return { report, stages, heard, left: bytes.byteLength };
  } catch ({ code, message, name: kind }) {
    return { code, message, kind, stages };
  }
}

function makeEndless() {
  const [rows, d, times] = [500, 768, 40_000];
  const values = Float32Array.from({ length: rows * d }, (_, i) => Math.sin(i * i));
  const block = new Blob([values]);
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows * times}, ${d}), }`;
  const text = `${dictionary.padEnd(117)}\n`;
  const header = Uint8Array.from(`\x93NUMPY\x01\x00v\x00${text}`, (letter) => letter.charCodeAt(0));
  window.endless = new File([header, ...new Array(times).fill(block)], "endless.npy");
}

/** Gives an element what it does not take. */
export async function misuse() {
  const scope = document.querySelector("eigen-scope");
  return scope.analyze("text").catch(({ code }) => code);
}

/** Ends an analysis while it reads. */
export async function cancelOnceReading() {
  const abort = new AbortController();
  const { signal } = abort;
  const onProgress = ({ stage }) => stage === "reading" && abort.abort("enough");
  const scope = document.querySelector("eigen-scope");
  try {
    await scope.analyze(window.endless, { signal, onProgress });
  } catch ({ code, name, cause }) {
    return { code, name, cause };
  }
}

/** Takes the element out while it reads, as `removed`. */
export async function takeOut() {
  const scope = document.querySelector("eigen-scope");
  window.removed = scope;
  const onProgress = ({ stage }) => stage === "reading" && scope.remove();
  return scope.analyze(window.endless, { onProgress }).catch(({ code }) => code);
}

export async function untilRefused() {
  const scope = document.querySelector("eigen-scope");
  return scope.analyze(window.endless).catch(({ code }) => code);
}

/** The element's frame: its name for those who do not see it, and its height. */
export function looks() {
  const scope = document.querySelector("eigen-scope");
  const { title, clientHeight } = scope.shadowRoot.querySelector("iframe");
  return { title, height: clientHeight };
}

export function changeAttributes() {
  const scope = document.querySelector("eigen-scope");
  scope.setAttribute("theme", "light");
  scope.setAttribute("link", "s=def");
  scope.removeAttribute("label");
  scope.removeAttribute("height");
}

/** Messages that are no good: what is wrong with each, and what the answer must be. */
export function sendMalformed() {
  const buffer = () => new ArrayBuffer(8);
  const analysis = (change) => ({ type: "eigenscope:analyze", id: 7, buffer: buffer(), ...change });
  const bad = [
    ["an unknown type", { type: "eigenscope:open", id: 7 }],
    ["a type of the answers", { type: "eigenscope:report", id: 7 }],
    ["no matrix", analysis({ buffer: undefined })],
    ["two matrices", analysis({ file: new Blob(["x"]) })],
    ["a buffer that is text", analysis({ buffer: "text" })],
    ["a buffer that is a view", analysis({ buffer: new Uint8Array(8) })],
    ["a file that is a buffer", analysis({ buffer: undefined, file: buffer() })],
    ["a name that is a number", analysis({ name: 5 })],
    ["a name without end", analysis({ name: "x".repeat(1_000_000) })],
    ["options that are text", analysis({ options: "fast" })],
    ["an array that is none", analysis({ options: { array: ["features"] } })],
    ["a window of two ranks", analysis({ options: { window: { first: 11, last: 12 } } })],
    ["a window from 0", analysis({ options: { window: { first: 0, last: 100 } } })],
    ["a window of text", analysis({ options: { window: { first: "11", last: "100" } } })],
    ["a window past all", analysis({ options: { window: { first: 1, last: 2 ** 40 } } })],
    ["a window that is an array", analysis({ options: { window: [11, 100] } })],
    ["weights of another kind", analysis({ options: { weights: "constructor" } })],
    ["a theme that is none", { type: "eigenscope:theme", theme: "toString", id: 7 }],
    ["no id", analysis({ id: undefined }), null],
    ["an id that is an object", analysis({ id: { toString: 1 } }), null],
    ["a huge id", analysis({ id: "x".repeat(10_000_000) }), null],
    ["an id past the whole numbers", analysis({ id: 1e300 }), null],
    ["a cancel without an id", { type: "eigenscope:cancel" }, null],
  ].map(([what, message, id = 7]) => ({ what, message, id, code: "bad_message" }));
  const versions = [undefined, 2, "1"].map((version) => ({
    what: `version ${version}`,
    message: { type: "eigenscope:ping", version },
    id: null,
    code: "other_version",
  }));
  const cancel = { type: "eigenscope:cancel", id: "never" };
  const all = [...bad, ...versions];
  all.push({ what: "nothing to cancel", message: cancel, id: "never", code: "unknown_id" });
  for (const { message } of all) window.frames[0].postMessage(message, "*");
  return all.map(({ what, id, code }) => ({ what, id, code }));
}

/** What is for others. */
export function sendStrange() {
  const circle = {};
  circle.type = circle;
  const strange = [null, undefined, 0, "eigenscope:ping", [], circle, new Map([["type", "x"]])];
  strange.push({ type: "other:ping" }, { type: 5 }, new Error("eigenscope:ping"), new Blob(["x"]));
  for (const message of strange) window.frames[0].postMessage(message, "*");
}

/** So many analyses, of which the first never ends. */
export function sendMany(count) {
  for (let id = 0; id < count; id += 1) {
    const file = id === 0 ? window.endless : new Blob(["1,2\n3,4\n5,7\n"]);
    window.frames[0].postMessage({ type: "eigenscope:analyze", id, file }, "*");
  }
}

/** Cancels them, the last first. */
export function cancelMany(count) {
  for (let id = count - 1; id >= 0; id -= 1)
    window.frames[0].postMessage({ type: "eigenscope:cancel", id }, "*");
}

// In the frame.

/** Which parts of the answer are not in sight, and how far the page is wider than the frame. */
export function inSight() {
  const { innerWidth: width, innerHeight: height } = window;
  const outside = [".plot", ".window-fields", ".alpha", ".interval", ".fit-line"].filter((part) => {
    const { top, right, bottom, left } = document.querySelector(part).getBoundingClientRect();
    return top < 0 || left < 0 || right > width || bottom > height;
  });
  const { scrollWidth, clientWidth } = document.documentElement;
  const overflow = scrollWidth - clientWidth;
  return { width, height, outside, overflow, list: document.querySelector(".list") !== null };
}
