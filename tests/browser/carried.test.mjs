// Files that bring results are told from all others, give them back, and whatever is in them ends in a sentence at worst.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { attempt, top } from "../../scripts/setup/step.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import { openPage, waitFor } from "./lib/page.mjs";
import { serveShare } from "./lib/share.mjs";

const fixture = "tests/data/minilm_layer6_160x128_f2.npy";
/** Each mutation of a file is read so often. */
const times = 700;

/** What the command writes: the Report, and a picture with it. */
let json;
let svg;
before(async () => {
  const picture = join(mkdtempSync(join(tmpdir(), "eigenscope-")), "picture.svg");
  const command = ["run", "--quiet", "--bin", "eigenscope", "--", "analyze"];
  const { code, output } = await attempt(
    "cargo",
    [...command, "--json", "--svg", picture, fixture],
    { cwd: top },
  );
  assert.equal(code, 0, output);
  json = output;
  svg = readFileSync(picture, "utf8");
});

for (const [browserName, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(browserName, () => {
    let host;
    let browser;
    let page;
    before(async () => {
      host = await serveShare();
      browser = await launch();
      ({ page } = await openPage(browser, `${host.origin}/`));
      await waitFor(page, () => window.share !== undefined);
    });
    after(async () => {
      await browser?.close();
      await host?.close();
    });

    const read = (name, content) => page.evaluate(readOne, { name, content });

    test("a Report of the command, or a list of them, is given as it stands", async () => {
      assert.deepEqual(await read("a.json", json), { may: true, text: json });
      const list = JSON.stringify([JSON.parse(json)], null, 1);
      assert.deepEqual(await read("b.json", list), { may: true, text: list });
    });

    test("a picture of the command gives its Report, and so does a PNG of it", async () => {
      const { may, text } = await read("a.svg", svg);
      assert.ok(may);
      const { timings: _, ...report } = JSON.parse(json);
      assert.deepEqual(untimed(JSON.parse(text)), untimed([report]));
      assert.deepEqual(
        await read("a.svg", `\ufeff<?xml version="1.0"?>\n<!-- edited -->\n${svg}`),
        { may, text },
      );
      assert.deepEqual(await page.evaluate(throughPng, { svg, text }), { may, text });
    });

    test("a picture without results says so", async () => {
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

    test("every other file is left to the readers", async () => {
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

    test("a picture too large for results is not read", async () => {
      const { code, message } = await page.evaluate(readLarge, svg);
      assert.equal(code, "results_too_large");
      assert.match(message, /^large\.svg has 2\d\d MB/);
    });

    test("a PNG beyond what the browser can draw is refused", async () => {
      const { code } = await page.evaluate(drawLarge, svg);
      assert.equal(code, "picture_too_large");
    });

    test("nothing in an SVG runs, loads, or grows without end", async () => {
      const entities = Array.from(
        { length: 30 },
        (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`,
      ).join("");
      const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "0123456789">${entities}]><svg xmlns="http://www.w3.org/2000/svg"><metadata id="eigenscope">&e30;</metadata></svg>`;
      const { code, text } = await read("bomb.svg", bomb);
      assert.ok(code === "no_reports" || text.length < 1e7, `${text?.length} letters`);
      const active = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = 1"><script>window.ran = 1</script><image href="${host.origin}/asked" onerror="window.ran = 1"/><metadata id="eigenscope">[<x/>1]</metadata></svg>`;
      assert.equal((await read("active.svg", active)).text, "[1]");
      assert.equal(await page.evaluate(() => window.ran), undefined);
    });

    for (const kind of ["png", "svg", "json"]) {
      test(`${times} damaged files of ${kind} give a text, a sentence, or are another's`, async () => {
        const counts = await page.evaluate(mutate, { kind, svg, json, times });
        assert.deepEqual(counts.wrong, []);
        assert.equal(counts.text + counts.refused + counts.none, times);
        // Mutations that never hit, or always, would show nothing.
        assert.ok(counts.text > 0 && counts.text < times, JSON.stringify(counts));
      });
    }
  });
}

/** Times differ between a Report that is printed and one that is drawn. */
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
