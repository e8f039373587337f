// The panel that makes features of a known spectrum, as a person uses it.

import assert from "node:assert/strict";
import { addAxe, violations } from "./axe.mjs";
import { waitFor, waitForState, waitForStudy } from "./page.mjs";
import { press, settled, type } from "./person.mjs";

/** Opens the panel, from the keyboard, on a page of its own. */
export async function openGenerator(open, options) {
  const opened = await open("/", options);
  await waitForState(opened.page, "empty");
  await opened.page.focus("button[name=generate]");
  await press(opened.page, "Enter");
  const isOpen = () => document.querySelector("dialog.generate")?.open;
  await waitFor(opened.page, isOpen, null, { what: "the panel" });
  return opened;
}

/** Fills fields from the keyboard and sends the form with Enter. */
export async function makeFeatures(page, fields) {
  for (const [name, value] of Object.entries(fields))
    await type(page, `dialog input[name=${name}]`, value);
  await page.focus("dialog input[name=seed]");
  await press(page, "Enter");
}

/** axe finds nothing in the panel, in its refusal and in truth and estimate, and the page is not too wide. */
export async function assertGeneratorForEveryone(open, options) {
  const { page } = await openGenerator(open, { ...options, bypassCSP: true });
  await addAxe(page);
  await makeFeatures(page, { alpha: 9 });
  assert.deepEqual(await violations(page), []);
  await makeFeatures(page, { alpha: 1, rows: 300, columns: 200 });
  await settled(page, 1);
  await waitForStudy(page);
  assert.deepEqual(await violations(page), []);
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(beside <= 0, `the page is ${beside} px too wide`);
}

// These run in the page.

/** For openPage's `init`: what the page hands out to be saved stays to be looked at. */
export function keepSaved() {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.saved = blob;
    return create.call(URL, blob);
  };
}

/** FNV-1a (Fowler, Noll and Vo) of what was saved, from its 128th byte on. */
export async function hashOfSaved() {
  const bytes = new Uint8Array(await window.saved.arrayBuffer());
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes.subarray(128))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 128));
  return { hash: hash.toString(16), start, length: bytes.length };
}
