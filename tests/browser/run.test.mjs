// A run: what is seen while rows stream, how it ends, and that nothing that goes wrong in it ends the page.

import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { npyHeader, streamFile } from "./lib/large.mjs";
import {
  dropFiles,
  errors,
  numbers,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
} from "./lib/page.mjs";
import { choose, clear, press, settled, startStopwatch, stopwatch } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

/** Milliseconds in which a cancelled run has to be over. */
const promptly = 100;

/** 30 GB: minutes of work, so that no test of the middle of a run meets its end. */
const endless = { name: "endless.npy", d: 768, rows: 10_000, times: 1000 };
/** Seconds of eigenvalues after a second of sums. */
const wide = { name: "wide.npy", d: 3072, rows: 3200, times: 1 };
const features = named("minilm_layer6_160x128_f2.npy");
const shards = named("shards");

let site;
let browser;
let page;
let faults;
let folder;
before(async () => {
  site = await serveSite();
  browser = await launchChromium();
  ({ page, faults } = await openPage(browser, `${site.origin}/`));
  folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
  await waitForState(page, "empty");
  await page.waitForSelector(".menu");
});
afterEach(() => clear(page));
after(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("while rows stream", () => {
  test("rows, speed and time left are told, and then a provisional spectrum with its α", async () => {
    await streamFile(page, endless);
    const told = () => {
      const words = document.querySelector(".progress-words")?.innerText;
      return /[\d,]+ of 10,000,000 rows\s+[\d.]+ [MG]B\/s\s+.+ left/.test(words) && words;
    };
    await waitFor(page, told, null, { what: "progress" });
    const provisional = () => document.querySelector("[data-name=provisional]")?.innerText;
    const words = await waitFor(page, provisional, null, { what: "provisional spectrum" });
    assert.match(words, /^Provisional: [\d,]+ of 10,000,000 rows\.$/);
    const early = await numbers(page);
    assert.ok(early.alpha > 0.5 && early.alpha < 1.5, `α = ${early.alpha}`);
    const later = (rows) => {
      const now = Number(document.querySelector("data[data-name=rows_read]")?.value);
      return now > rows && now;
    };
    await waitFor(page, later, early.rows_read, { what: "more rows" });
    assert.equal(await page.$("button[name=json]"), null, "what is provisional is not saved");
  });
});

test("a page that says it is done shows α of all rows", async () => {
  await page.evaluate(() => {
    const app = document.querySelector("eigen-app");
    const answer = ".readout:not([data-provisional]) data[data-name=alpha]";
    new MutationObserver((_changes, observer) => {
      if (app.dataset.state !== "done") return;
      observer.disconnect();
      window.answeredWhenDone = document.querySelector(answer) !== null;
    }).observe(app, { attributeFilter: ["data-state"] });
  });
  // Parts are drawn throughout such a run, so that its end comes among them.
  await streamFile(page, { name: "short.npy", d: 256, rows: 20_000, times: 4 });
  await waitForState(page, "done");
  assert.equal(await page.evaluate(() => window.answeredWhenDone), true);
});

test("while eigenvalues are computed their part is told, and a cancel takes effect at once", async () => {
  await streamFile(page, wide);
  const part = (before) => {
    const words = document.querySelector(".progress-words")?.innerText ?? "";
    const now = Number(words.match(/all 3,200 rows read, computing eigenvalues, (\d+) %/)?.[1]);
    return now > before && now;
  };
  const early = await waitFor(page, part, 0, { what: "part of the eigenvalues" });
  const later = await waitFor(page, part, early, { what: "more of the eigenvalues" });
  assert.ok(later <= 100, `${later} %`);
  const bar = await page.$eval(".progress progress", ({ value, max }) => value / max);
  assert.ok(bar > 0 && bar < 1, `the bar is at ${bar}`);
  await soonCancelled(
    () => press(page, "Escape"),
    async () => {
      await page.click("button[name=again]");
      await waitFor(page, part, 0, { what: "part of the eigenvalues" });
    },
  );
  // Chromium waits two seconds for a worker that is in the middle of a call before it ends it by force.
  await gone(3000);
});

/** Cancels promptly. A machine that is busy with something else just then gets two more tries, after `again`. */
async function soonCancelled(cancel, again) {
  const took = [];
  while (took.length < 3) {
    if (took.length > 0) await again();
    await startStopwatch(page);
    await cancel();
    await waitForState(page, "cancelled");
    took.push(await stopwatch(page));
    if (took.at(-1) < promptly) return;
  }
  assert.fail(`cancelled after ${took.map((time) => time.toFixed(0)).join(", ")} ms`);
}

describe("cancel", () => {
  for (const [how, cancel] of [
    ["Esc", () => press(page, "Escape")],
    ["the button", () => page.click("button[name=cancel]")],
  ]) {
    test(`by ${how} takes effect at once, and no worker goes on`, async () => {
      const streaming = () => {
        const streams = () => document.querySelector("[data-name=provisional]") !== null;
        return waitFor(page, streams, null, { what: "provisional spectrum" });
      };
      await streamFile(page, endless);
      await streaming();
      assert.ok(page.workers().length > 0);
      await soonCancelled(cancel, async () => {
        await page.click("button[name=again]");
        await streaming();
      });
      await gone();
    });
  }

  test("leaves a page that starts again, and analyzes the next file", async () => {
    await streamFile(page, endless);
    await waitForState(page, "running");
    await press(page, "Escape");
    await waitForState(page, "cancelled");
    await page.click("button[name=again]");
    await waitForState(page, "running");
    await press(page, "Escape");
    await waitForState(page, "cancelled");
    await assertWorks(2);
  });

  test("by removing the dataset ends its run too", async () => {
    await streamFile(page, endless);
    await rowsRead();
    await clear(page);
    await waitForState(page, "empty");
    await gone();
  });

  test("Esc closes a menu before it ends a run", async () => {
    await streamFile(page, endless);
    await waitForState(page, "running");
    await page.click(".menu summary");
    await press(page, "Escape");
    assert.equal(await page.$eval("eigen-app", ({ dataset }) => dataset.state), "running");
    await press(page, "Escape");
    await waitForState(page, "cancelled");
  });
});

describe("what goes wrong", () => {
  test("a file that shrinks while it is read", async () => {
    const path = join(folder, "shrinks.npy");
    await writeFile(path, npyHeader("<f4", 2_000_000, 768));
    await truncate(path, 128 + 2_000_000 * 768 * 4); // Zeros that take no room on the disk.
    await pickFiles(page, [relative(top, path)]);
    await rowsRead();
    await truncate(path, 1_000_000);
    await refused("file_changed");
    await assertWorks(2);
  });

  for (const [what, change] of [
    ["was written anew", (path) => writeFile(path, npyHeader("<f4", 3, 3))],
    ["was removed", (path) => rm(path)],
  ]) {
    test(`a file that ${what} between two runs`, async () => {
      const path = join(folder, "changes.npy");
      await writeFile(
        path,
        Buffer.concat([npyHeader("<f4", 9, 4), Buffer.alloc(9 * 4 * 4, "rows")]),
      );
      await pickFiles(page, [relative(top, path)]);
      await settled(page, 1);
      await change(path);
      await choose(page, { engine: "fast" });
      await page.click("button[name=again]");
      await refused("file_changed");
      await choose(page, { engine: "exact" });
      await assertWorks(2);
    });
  }

  test("a worker that dies", async () => {
    // Without a worker for a GPU, whose death would end nothing but that.
    await choose(page, { engine: "exact" });
    await streamFile(page, endless);
    await rowsRead();
    const [worker] = page.workers();
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("a fault of ours");
      });
    });
    await refused("worker_died");
    await gone();
    await assertWorks(2);
  });
});

describe("files come in", () => {
  test("by drop", async () => {
    await dropFiles(page, features.files);
    assertAlpha(await settled(page, 1), await numbers(page));
  });

  test("by the picker", async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.click("button[name=choose]"),
    ]);
    await chooser.setFiles(features.files.map((file) => join(top, file)));
    assertAlpha(await settled(page, 1), await numbers(page));
  });

  test("by paste", async () => {
    await dropFiles(page, features.files, "paste");
    assertAlpha(await settled(page, 1), await numbers(page));
  });

  test("several at once: separate matrices, in natural order", async () => {
    await dropFiles(page, shards.files.toReversed());
    await page.click("button[name=separate]");
    const entries = await settled(page, 3);
    assert.deepEqual(
      entries.map(({ name }) => name),
      ["shard_1.npy", "shard_2.npy", "shard_10.npy"],
    );
    assert.deepEqual(
      entries.map(({ code }) => code),
      [undefined, "too_few_rows", undefined],
    );
  });

  test("several at once: one matrix, with one key where the names say so", async () => {
    await dropFiles(page, shards.files.toReversed());
    await waitFor(page, () => document.activeElement.name === "one-matrix", null, {
      what: "focus",
    });
    await page.keyboard.press("Enter");
    await settled(page, 1);
    const { n, alpha } = await numbers(page);
    assert.equal(n, shards.report.n);
    assert.ok(Math.abs(alpha - shards.default_fit.alpha) < 1e-9);
  });
});

test("all of this was without a fault", () => assert.deepEqual(faults, []));

/** Waits until rows of a run have been read. */
function rowsRead() {
  const some = () => Number(document.querySelector("data[data-name=rows_read]")?.value) > 0;
  return waitFor(page, some, null, { what: "rows" });
}

/** Waits for the dataset in view to be refused with a code. */
async function refused(code) {
  await waitForState(page, "error");
  const said = await errors(page);
  assert.deepEqual(
    said.map((one) => one.code),
    [code],
    said[0]?.text,
  );
}

/** The page still analyzes a file, as number `count` of its list. */
async function assertWorks(count) {
  await pickFiles(page, features.files);
  assertAlpha(await settled(page, count), await numbers(page));
}

function assertAlpha(entries, { alpha }) {
  assert.equal(entries.at(-1).state, "done");
  assert.ok(Math.abs(alpha - features.default_fit.alpha) < 1e-9, `α = ${alpha}`);
}

/** Waits until the browser has ended every worker of the page. */
async function gone(milliseconds = 1000) {
  const deadline = Date.now() + milliseconds;
  while (page.workers().length > 0) {
    assert.ok(Date.now() < deadline, `${page.workers().length} workers go on`);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 10)));
  }
}
