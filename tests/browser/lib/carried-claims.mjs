// Files that contain results are distinguished from all others, give them back, and end in an error sentence at worst, in any browser.
// The tests that use these: tests/browser/carried.test.mjs, tests/full/carried.test.mjs.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { printed } from "../../lib/programs.mjs";
import { waitFor } from "./page.mjs";
import { serveShare } from "./share.mjs";
import { assert } from "./test.mjs";

const fixture = "tests/data/minilm_layer6_160x128_f2.npy";

/**
 * Tests with what reads results out of files, alone on a page of its own: `reader()` opens it. `written` is what the command
 * writes: the Report as { json }, and a picture with it as { svg }.
 */
export function carrying(test) {
  return test.extend({
    share: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
      async ({}, use) => {
        const share = await serveShare();
        await use(share);
        await share.close();
      },
      { scope: "file" },
    ],
    written: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
      async ({}, use) => {
        const folder = mkdtempSync(join(tmpdir(), "eigenscope-"));
        const picture = join(folder, "picture.svg");
        const json = printed("analyze", "--json", "--svg", picture, fixture);
        const svg = readFileSync(picture, "utf8");
        rmSync(folder, { recursive: true });
        await use({ json, svg });
      },
      { scope: "file" },
    ],
    reader: async ({ open, share }, use) => {
      await use(async () => {
        // A browser may complain of XML that is broken.
        const { page, requests } = await open(`${share.origin}/`, { faults: [] });
        await waitFor(page, () => window.share !== undefined, null, { what: "modules" });
        const read = (name, content) => page.evaluate(readOne, { name, content });
        return { page, requests, read };
      });
    },
  });
}

export function carriedClaims(test) {
  test("a Report of the command, or a list of them, is given as it is", async ({
    reader,
    written: { json },
  }) => {
    const { read } = await reader();
    assert.deepEqual(await read("a.json", json), { may: true, text: json });
    const list = JSON.stringify([JSON.parse(json)], null, 1);
    assert.deepEqual(await read("b.json", list), { may: true, text: list });
  });

  test("a picture of the command gives its Report, and so does a PNG of it", async ({
    reader,
    written: { json, svg },
  }) => {
    const { page, read } = await reader();
    const { may, text } = await read("a.svg", svg);
    assert.ok(may);
    const { timings: _, ...report } = JSON.parse(json);
    assert.deepEqual(untimed(JSON.parse(text)), untimed([report]));
    const edited = `\ufeff<?xml version="1.0"?>\n<!-- edited -->\n${svg}`;
    assert.deepEqual(await read("a.svg", edited), { may, text });
    assert.deepEqual(await page.evaluate(throughPng, { svg, text }), { may, text });
  });

  test("a picture without results says so", async ({ reader }) => {
    const { read } = await reader();
    for (const [name, content] of [
      ["drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      [
        "elsewhere.svg",
        '<svg xmlns="http://www.w3.org/2000/svg"><g><metadata id="eigenscope">[]</metadata></g></svg>',
      ],
      ["broken.svg", "<svg <"],
      ["photo.png", { base64: Buffer.from("\x89PNG\r\n\x1a\n", "latin1").toString("base64") }],
    ]) {
      const { may, code, message } = await read(name, content);
      assert.deepEqual([may, code], [true, "no_reports"]);
      assert.ok(message.startsWith(`${name} is a picture, but carries no results of Eigenscope`));
    }
  });

  test("every other file is left to the readers", async ({ reader }) => {
    const { read } = await reader();
    const npy = { base64: readFileSync(join(top, fixture)).toString("base64") };
    for (const [name, content] of [
      ["x.npy", npy],
      ["empty.npy", ""],
      ["x.csv", "1,2\n3,4\n"],
      ["x.jsonl", "[1, 2]\n[3, 4]\n"],
      ["y.jsonl", '{"embedding": [1, 2], "software": "other"}\n'],
      ["x.xml", '<?xml version="1.0"?><table/>'],
      ["late.json", `{"x": "${"y".repeat(400)}", "software": "eigenscope 0.1.0"}`],
    ])
      assert.deepEqual(await read(name, content), { may: false, text: null }, name);
  });

  test("a picture too large for results is not read, and a PNG too large to draw is an error", async ({
    reader,
    written: { svg },
  }) => {
    const { page } = await reader();
    const { code, message } = await page.evaluate(readLarge, svg);
    assert.equal(code, "results_too_large");
    assert.match(message, /^large\.svg has 2\d\d MB/);
    assert.equal((await page.evaluate(drawLarge, svg)).code, "picture_too_large");
  });

  test("nothing in an SVG runs, loads, or grows without end", async ({ reader, share }) => {
    const { page, requests, read } = await reader();
    const entities = Array.from(
      { length: 30 },
      (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`,
    ).join("");
    const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "0123456789">${entities}]><svg xmlns="http://www.w3.org/2000/svg"><metadata id="eigenscope">&e30;</metadata></svg>`;
    const { code, text } = await read("bomb.svg", bomb);
    assert.ok(code === "no_reports" || text.length < 1e7, `${text?.length} letters`);
    const active = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"><script>window.ran = 1</script><image href="${share.origin}/asked" onerror="window.ran = 1"/><metadata id="eigenscope">[<x/>1]</metadata></svg>`;
    assert.equal((await read("active.svg", active)).text, "[1]");
    // What the picture had asked for was asked for by the end of this.
    await page.evaluate(() => fetch("page.js?sentinel").then((answer) => answer.text()));
    assert.ok(requests.some(({ url }) => url.endsWith("?sentinel")));
    assert.ok(!requests.some(({ url }) => url.endsWith("/asked")));
    assert.equal(await page.evaluate(() => window.ran), undefined);
  });
}

/** Damaged files, `times` of each kind. */
export function damageClaims(test, times) {
  test.for(["png", "svg", "json"])(
    `${times} damaged files of %s give a text, an error sentence, or are left to the readers`,
    async (kind, { reader, written }) => {
      const { page } = await reader();
      const counts = await page.evaluate(mutate, { kind, ...written, times });
      assert.deepEqual(counts.wrong, []);
      const outcomes = [counts.text, counts.refused, counts.none];
      assert.equal(
        outcomes.reduce((sum, count) => sum + count),
        times,
      );
      // Mutations that all end alike would show nothing.
      assert.ok(outcomes.filter((count) => count > 0).length > 1, JSON.stringify(counts));
    },
  );
}

/** A Report without its times, which differ from run to run. */
function untimed(report) {
  return JSON.parse(
    JSON.stringify(report, (key, value) => (/seconds|timings/.test(key) ? undefined : value)),
  );
}

// These run in the page.

async function readOne({ name, content }) {
  const { mayCarry, carriedIn } = window.share;
  const bytes =
    content.base64 === undefined
      ? content
      : Uint8Array.from(atob(content.base64), (letter) => letter.charCodeAt(0));
  const file = new File([bytes], name);
  const may = await mayCarry(file);
  try {
    return { may, text: await carriedIn(file) };
  } catch (error) {
    if (error.name !== "AnalysisError") throw error;
    return { may, code: error.code, message: error.message };
  }
}

async function throughPng({ svg, text }) {
  const { mayCarry, carriedIn, png } = window.share;
  const file = new File([await png(svg, text)], "a.png");
  return { may: await mayCarry(file), text: await carriedIn(file) };
}

async function readLarge(svg) {
  const megabyte = new Blob([new Uint8Array(2 ** 20)]);
  const file = new File([svg, ...Array(256).fill(megabyte)], "large.svg");
  try {
    return { text: await window.share.carriedIn(file) };
  } catch ({ code, message }) {
    return { code, message };
  }
}

async function drawLarge(svg) {
  try {
    return { bytes: (await window.share.png(svg, "", 200)).size };
  } catch ({ code, message }) {
    return { code, message };
  }
}

/** Reads files that were changed at random, the same in every run: bytes, lengths, cuts, pieces twice and pieces left out. */
async function mutate({ kind, svg, json, times }) {
  const { mayCarry, carriedIn, png, textIn } = window.share;
  let seed = 1;
  const random = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const small =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="20" height="9"/></svg>';
  const whole = {
    png: await png(small, json.slice(0, 3000)),
    svg: new Blob([svg]),
    json: new Blob([json]),
  }[kind];
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const counts = { text: 0, refused: 0, none: 0, wrong: [] };
  for (let time = 0; time < times; time += 1) {
    let changed = bytes.slice();
    const [at, length] = [random(bytes.length), random(200)];
    // The beginning is what tells the kind: half of the changes are there.
    const near = random(2) ? random(Math.min(bytes.length, 300)) : at;
    const how = random(5);
    if (how === 0) changed[near] = random(256);
    else if (how === 1) for (let i = 0; i < 4; i += 1) changed[near + i] = [0, 255, 127][random(3)];
    else if (how === 2) changed = changed.subarray(0, at);
    else if (how === 3)
      changed = new Uint8Array([...changed.subarray(0, near), ...changed.subarray(near + length)]);
    else changed = new Uint8Array([...changed.subarray(0, at + length), ...changed.subarray(at)]);
    try {
      const text = textIn(changed);
      if (text !== null && typeof text !== "string")
        counts.wrong.push(`textIn gives ${typeof text}`);
      const file = new File([changed], "changed");
      const may = await mayCarry(file);
      const carried = await carriedIn(file);
      if (may !== (carried !== null))
        counts.wrong.push(`it may carry: ${may}, and does: ${carried !== null}`);
      counts[carried === null ? "none" : "text"] += 1;
    } catch (error) {
      if (error.name === "AnalysisError" && error.code === "no_reports") counts.refused += 1;
      else counts.wrong.push(`${error.name}: ${error.message}`);
    }
  }
  return counts;
}
