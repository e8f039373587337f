// A run: what is seen while rows stream, how it ends, and that nothing that goes wrong in it ends the page.

import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../scripts/setup/step.mjs";
import { named } from "../lib/reference.mjs";
import { npyHeader, streamFile } from "./lib/large.mjs";
import { dropFiles, errors, numbers, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import { choose, clear, press, settled } from "./lib/person.mjs";
import { assert, describe, test } from "./lib/test.mjs";

/** 30 GB: minutes of work, so that no test of the middle of a run meets its end. */
const endless = { name: "endless.npy", d: 768, rows: 10_000, times: 1000 };
/** Seconds of eigenvalues after a second of sums. */
const wide = { name: "wide.npy", d: 2048, rows: 2100, times: 1 };
const features = named("minilm_layer6_160x128_f2.npy");
const shards = named("shards");

describe("while rows stream", () => {
  test("progress and a provisional α are shown; Esc cancels, no worker goes on, and it can be started again", async ({
    page,
  }) => {
    await streamFile(page, endless);
    const told = () => {
      const words = document.querySelector(".progress-words")?.innerText;
      return /[\d,]+ of 10,000,000 rows\s+[\d.]+ [MG]B\/s\s+.+ left/.test(words);
    };
    await waitFor(page, told, null, { what: "progress" });
    assert.match(await provisional(page), /^Provisional: [\d,]+ of 10,000,000 rows\.$/);
    const early = await numbers(page);
    assert.ok(early.alpha > 0.5 && early.alpha < 1.5, `α = ${early.alpha}`);
    await rowsRead(page, early.rows_read);
    assert.equal(await page.$("button[name=json]"), null, "what is provisional is not saved");
    assert.ok(page.workers().length > 0);

    await press(page, "Escape");
    await waitForState(page, "cancelled");
    await workersGone(page);

    await page.click("button[name=again]");
    await provisional(page);
    await page.click("button[name=cancel]");
    await waitForState(page, "cancelled");
    await workersGone(page);
    await assertWorks(page, 2);
  });

  test("Esc closes a menu before it ends the run, and removing the dataset ends it too", async ({
    page,
  }) => {
    await streamFile(page, endless);
    await rowsRead(page);
    await page.click(".menu summary");
    await press(page, "Escape");
    assert.equal(await page.$eval("eigen-app", ({ dataset }) => dataset.state), "running");
    assert.equal(await page.$(".menu[open]"), null);
    await rowsRead(page);
    await clear(page);
    await waitForState(page, "empty");
    await workersGone(page);
    await assertWorks(page, 1);
  });

  test("the page says that it is done only when it shows α of all rows", async ({ page }) => {
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
});

test("while eigenvalues are computed their part is shown, and Esc cancels", async ({ page }) => {
  await streamFile(page, wide);
  const part = (before) => {
    const words = document.querySelector(".progress-words")?.innerText ?? "";
    const now = Number(words.match(/all 2,100 rows read, computing eigenvalues, (\d+) %/)?.[1]);
    return now > before && now;
  };
  const early = await waitFor(page, part, 0, { what: "part of the eigenvalues" });
  const later = await waitFor(page, part, early, { what: "more of the eigenvalues" });
  assert.ok(later <= 100, `${later} %`);
  const bar = await page.$eval(".progress progress", ({ value, max }) => value / max);
  assert.ok(bar > 0 && bar <= 1, `the bar is at ${bar}`);
  await press(page, "Escape");
  await waitForState(page, "cancelled");
  await workersGone(page);
});

describe("what goes wrong", () => {
  let folder;
  const path = (name) => join(folder, name);

  test("a file that shrinks while it is read, or has changed or gone before it is read again", async ({
    page,
  }) => {
    folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
    try {
      await writeFile(path("shrinks.npy"), npyHeader("<f4", 2_000_000, 768));
      // Zeros that take no room on the disk.
      await truncate(path("shrinks.npy"), 128 + 2_000_000 * 768 * 4);
      await pickInPlace(page, path("shrinks.npy"));
      await rowsRead(page);
      await truncate(path("shrinks.npy"), 1_000_000);
      await refused(page, "file_changed");
      await clear(page);

      const small = Buffer.concat([npyHeader("<f4", 9, 4), Buffer.alloc(9 * 4 * 4, "rows")]);
      for (const [name, change] of [
        ["changes.npy", (file) => writeFile(file, npyHeader("<f4", 3, 3))],
        ["goes.npy", (file) => rm(file)],
      ]) {
        await writeFile(path(name), small);
        await pickInPlace(page, path(name));
        await settled(page, 1);
        await change(path(name));
        await choose(page, { engine: "fast" });
        await page.click("button[name=again]");
        await refused(page, "file_changed");
        await choose(page, { engine: "exact" });
        await clear(page);
      }
      await assertWorks(page, 1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a worker that dies ends its run, and not the page", async ({ page }) => {
    // Without a worker for a GPU, whose death would end nothing but that.
    await choose(page, { engine: "exact" });
    await streamFile(page, endless);
    await rowsRead(page);
    const [worker] = page.workers();
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("a fault of the test's own");
      });
    });
    await refused(page, "worker_died");
    await workersGone(page);
    await assertWorks(page, 2);
  });
});

describe("files come in", () => {
  test("by drop, by paste, by the picker, by a picked folder and from the system", async ({
    open,
  }) => {
    const { page } = await open("/", { init: queueLaunch, idle: true });
    await waitForState(page, "empty");
    const [file] = features.files.map((path) => join(top, path));
    const base64 = await readFile(file, "base64");
    const ways = {
      drop: () => dropFiles(page, features.files),
      paste: () => dropFiles(page, features.files, "paste"),
      picker: async () => {
        const [chooser] = await Promise.all([
          page.waitForEvent("filechooser"),
          page.click("button[name=choose]"),
        ]);
        await chooser.setFiles([file]);
      },
      folder: async () => {
        const folder = await mkdtemp(join(tmpdir(), "eigenscope-"));
        await copyFile(file, join(folder, basename(file)));
        await writeFile(join(folder, "notes.md"), "Not features.");
        const input = await page.$("input[type=file][name=folder]");
        await input.setInputFiles(folder);
        await rm(folder, { recursive: true });
      },
      system: () => page.evaluate(launch, [basename(file), base64]),
    };
    for (const [name, give] of Object.entries(ways)) {
      await give();
      assertAlpha(await settled(page, 1), await numbers(page), name);
      await clear(page);
    }
  });

  test("several at once: separate matrices in natural order, or one with one key", async ({
    page,
  }) => {
    await dropFiles(page, shards.files.toReversed());
    await page.click("button[name=separate]");
    const entries = await settled(page, 3);
    assert.deepEqual(
      entries.map(({ name, code }) => [name, code]),
      [
        ["shard_1.npy", undefined],
        ["shard_2.npy", "too_few_rows"],
        ["shard_10.npy", undefined],
      ],
    );
    await clear(page);
    await dropFiles(page, shards.files.toReversed());
    // Where the names say so.
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

/**
 * Picks a file by its path. Playwright would send a copy to a browser that it is connected to, which would not change with
 * the file.
 */
async function pickInPlace(page, file) {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send("DOM.getDocument");
  const selector = "input[type=file][name=files]";
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  await session.send("DOM.setFileInputFiles", { nodeId, files: [file] });
  await session.detach();
}

/** Waits until more rows of a run have been read. */
function rowsRead(page, before = 0) {
  const more = (rows) => Number(document.querySelector("data[data-name=rows_read]")?.value) > rows;
  return waitFor(page, more, before, { what: "rows" });
}

/** Waits for a spectrum of the rows so far; resolves to what is said of it. */
function provisional(page) {
  const words = () => document.querySelector("[data-name=provisional]")?.innerText;
  return waitFor(page, words, null, { what: "provisional spectrum" });
}

/** Waits for the dataset in view to be refused with a code. */
async function refused(page, code) {
  await waitForState(page, "error");
  const said = await errors(page);
  assert.deepEqual(
    said.map((one) => one.code),
    [code],
    said[0]?.text,
  );
}

/** The page still analyzes a file, as number `count` of its list. */
async function assertWorks(page, count) {
  await pickFiles(page, features.files);
  assertAlpha(await settled(page, count), await numbers(page));
}

function assertAlpha(entries, { alpha }, way = "") {
  assert.equal(entries.at(-1).state, "done", way);
  assert.ok(Math.abs(alpha - features.default_fit.alpha) < 1e-9, `${way} α = ${alpha}`);
}

/** Waits until the browser has ended every worker of the page. */
async function workersGone(page) {
  for (let left = 1500; page.workers().length > 0; left -= 1) {
    assert.ok(left > 0, `${page.workers().length} workers go on`);
    await sleep(20);
  }
}

// These run in the page.

/** Before its scripts: stands in for what Chromium has in installed pages. */
function queueLaunch() {
  const setConsumer = (consume) => {
    window.launch = consume;
  };
  Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
}

/** The system opens a file with the page; resolves once the page listens. */
async function launch([name, base64]) {
  while (!window.launch) await new Promise(requestAnimationFrame);
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  window.launch({ files: [{ getFile: async () => new File([bytes], name) }] });
}
