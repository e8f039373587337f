// The GPU in the page: its numbers are the exact engine's, it is chosen only where it is faster, and whatever happens to it no row is lost or counted
// twice. Chromium's SwiftShader stands in for one; a browser that has none fails these tests.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { launchChromium } from "./lib/browser.mjs";
import { breakable, breakGpu, gpuWorker, launchWithGpu } from "./lib/gpu.mjs";
import { repeatFile, streamFile } from "./lib/large.mjs";
import { openPage, pickFiles, waitFor, waitForState } from "./lib/page.mjs";
import {
  choose,
  clear,
  clipboard,
  copyReport,
  press,
  settled,
  startStopwatch,
  stopwatch,
} from "./lib/person.mjs";
import {
  cases,
  differences,
  example,
  grouped,
  named,
  repeated,
  sharedCases,
} from "./lib/reference.mjs";
import { isOfRest, serveSite } from "./lib/site.mjs";

/** How far an eigenvalue may be off, times λ₁. */
const ALLOWED = 1e-6;
/** Milliseconds in which a cancelled run has to be over. */
const promptly = 100;
/** SwiftShader needs seconds to compile the kernels of a new device. */
const slow = { timeout: 120_000 };

let site;
before(async () => {
  site = await serveSite();
});
after(() => site?.close());

describe("chosen by hand", () => {
  let browser;
  let page;
  let faults;
  let requests;
  let loaded;
  before(async () => {
    browser = await launchWithGpu();
    const opened = await openPage(browser, `${site.origin}/`, { ...clipboard, init: breakable() });
    ({ page, faults, requests } = opened);
    await waitForState(page, "empty");
    loaded = requests.length;
    await choose(page, { engine: "gpu" });
    // The kernels are compiled once, for all that follows.
    await pickFiles(page, example.files);
    await settled(page, 1, slow);
    await clear(page);
  });
  afterEach(() => clear(page));
  after(() => browser?.close());

  /** All that is wrong with a report of the GPU. */
  function wrongOnGpu(report, right) {
    const [largest] = right.report.eigenvalues;
    const wrong = differences(report, right);
    const claim = (holds, words) => holds || wrong.push(words);
    claim(report.engine === "webgpu", `the engine is ${report.engine}`);
    claim(report.precision === "fast", `the precision is ${report.precision}`);
    claim(/swiftshader/i.test(report.adapter?.name), `the adapter is ${report.adapter?.name}`);
    claim(report.adapter?.software === true, "the adapter is no program");
    claim(report.gpu_rows === report.n, `${report.gpu_rows} of ${report.n} rows`);
    right.report.eigenvalues.forEach((value, index) => {
      const off = Math.abs(report.eigenvalues[index] - value);
      claim(off <= ALLOWED * largest, `λ${index + 1} is off by ${off / largest} λ₁`);
      claim(off <= report.floor, `λ${index + 1} is off by ${off}, more than ${report.floor}`);
    });
    return wrong.slice(0, 5);
  }

  const good = cases.filter(({ report }) => report);
  const shards = good.filter(({ files }) => files.length > 1);
  for (const [folder, group] of Object.entries({ ...grouped(good), shards })) {
    test(`${folder}: NumPy's spectrum and α`, slow, async () => {
      assert.ok(group.length > 0);
      const wrong = {};
      for (const one of group) {
        await pickFiles(page, one.files);
        if (one.files.length > 1) await page.click("button[name=one-matrix]");
        await settled(page, 1, slow);
        const found = wrongOnGpu(await copyReport(page), one);
        if (found.length > 0) wrong[one.name] = found;
        await clear(page);
      }
      assert.deepEqual(wrong, {});
    });
  }

  for (const { name, path, report } of sharedCases()) {
    test(`shared/${name}`, slow, async () => {
      await pickFiles(page, [path]);
      await settled(page, 1, slow);
      assert.deepEqual(wrongOnGpu(await copyReport(page), { report }), []);
    });
  }

  test("the page says what it is, and why", async () => {
    await pickFiles(page, example.files);
    await settled(page, 1, slow);
    const shown = await page.evaluate(() => {
      const { textContent, title } = document.querySelector("[data-name=engine]");
      const reason = document.querySelector("[data-name=engine_reason]");
      return [textContent.trim(), title, reason.textContent.trim()];
    });
    assert.equal(shown[0], "software GPU, fast");
    assert.match(shown[1], /swiftshader.* 3,000 of 3,000 rows/i);
    assert.equal(shown[2], "This engine was chosen by hand.");
  });

  test("only the site's own script was loaded for it, and its worker reaches nobody", async () => {
    // Each worker that was started for it has asked for it.
    // The page’s own icon and what it does at rest may come late, and a square matrix may be a covariance, which the reader looks at.
    const isOther = (url) =>
      url.endsWith(".svg") || /\/reader-[\w-]+\.js$/.test(url) || isOfRest(url);
    const own = requests.slice(loaded).filter(({ url }) => !isOther(url));
    const later = new Set(own.map(({ method, url }) => `${method} ${url}`));
    assert.match([...later].join("\n"), /^GET \S+\/assets\/gpu-[\w-]+\.js$/);
    const before = faults.length;
    const worker = await gpuWorker(page);
    const reached = await worker.evaluate(async (url) => {
      const tries = { fetch: () => fetch(url), import: () => import(`${url}x.js`) };
      const reached = [];
      for (const [name, attempt] of Object.entries(tries)) {
        await attempt().then(
          () => reached.push(name),
          () => {},
        );
      }
      return reached;
    }, "http://elsewhere.invalid/");
    assert.deepEqual(reached, []);
    // Its attempts are told on the console.
    const told = faults.splice(before);
    assert.ok(
      told.every((line) => /Content Security Policy|violates/i.test(line)),
      told.join("\n"),
    );
  });

  describe("when something fails", () => {
    const times = 4;
    const right = repeated(example, times);

    /** Twelve thousand rows in as many chunks as eight workers want. */
    async function run() {
      await choose(page, { workers: 8 });
      await repeatFile(page, example.files[0], times);
      await settled(page, 1, slow);
      const report = await copyReport(page);
      assert.deepEqual(differences(report, right), []);
      assert.equal(report.n, 12_000);
      return report;
    }

    /** What a report says of a failure, in its reason and among its notes. */
    function assertSays(report, code, rows) {
      assert.equal(report.engine_reason.code, code);
      const note = report.notes.find((note) => note.code === code);
      assert.equal(note?.message, report.engine_reason.message);
      assert.match(note.message, rows > 0 ? /after [\d,]+ of 12,000 rows/ : /all the work/);
      assert.equal(report.gpu_rows > 0, rows > 0, `${report.gpu_rows} rows`);
      assert.equal(report.engine, rows > 0 ? "webgpu" : "cpu");
    }

    test("a device that is lost at once leaves all to the workers", slow, async () => {
      await breakGpu(page, { destroyAfter: 1 });
      assertSays(await run(), "gpu_lost", 0);
    });

    test("a device that is lost in the middle leaves the rest to the workers", slow, async () => {
      // Its clock jumps ahead with each submission, so that what is there is made certain now and then.
      await breakGpu(page, { destroyAfterCommit: 3, jump: 1000 });
      const report = await run();
      assertSays(report, "gpu_lost", 1);
      assert.ok(report.gpu_rows < 12_000);
      await breakGpu(page, { jump: 0 });
    });

    test("the next run opens another device", slow, async () => {
      const report = await run();
      assert.deepEqual([report.engine, report.gpu_rows], ["webgpu", 12_000]);
    });

    test("a refused device", slow, async () => {
      await breakGpu(page, { destroyAfter: 1, refuse: true });
      await run();
      await clear(page);
      assertSays(await run(), "gpu_refused", 0);
      await breakGpu(page, { refuse: false });
    });

    test("a kernel that does not compile", slow, async () => {
      await breakGpu(page, { kernel: true });
      assertSays(await run(), "gpu_kernel", 0);
      await breakGpu(page, { kernel: false });
    });

    test("memory that is full", slow, async () => {
      await breakGpu(page, { memory: true });
      assertSays(await run(), "gpu_out_of_memory", 0);
      await breakGpu(page, { memory: false });
    });

    test("sums that are wrong are found out", slow, async () => {
      await breakGpu(page, { numbers: true });
      assertSays(await run(), "gpu_wrong", 0);
      await breakGpu(page, { numbers: false });
    });

    test("bands of tiles: workers take over where no worker has them all", slow, async () => {
      // Thirteen workers would need more memory than there is for whole triangles.
      const file = { name: "bands.npy", d: 1024, rows: 2000, times: 1 };
      await choose(page, { engine: "exact", workers: 1 });
      await streamFile(page, file);
      await settled(page, 1, slow);
      const exact = await copyReport(page);
      await clear(page);
      await choose(page, { engine: "gpu", workers: 13 });
      await breakGpu(page, { destroyAfter: 2 });
      await streamFile(page, file);
      await settled(page, 1, slow);
      const report = await copyReport(page);
      assert.deepEqual([report.engine, report.workers], ["cpu", 12]);
      assert.equal(report.engine_reason.code, "gpu_lost");
      assert.deepEqual(differences(report, { report: exact, default_fit: exact.fit }), []);
    });

    test("a page that goes into the background", slow, async () => {
      // One worker has three chunks of at most 32 MiB on their way to the GPU. Once more rows than that were prepared, the GPU has some.
      const [onTheWay, n] = [3 * (32 << 20), 240_000];
      await choose(page, { workers: 1 });
      await streamFile(page, { name: "hidden.npy", d: 384, rows: 20_000, times: n / 20_000 });
      const rows = (most) =>
        Number(document.querySelector("[data-name=rows_read]")?.value) > most / (384 * 4);
      await waitFor(page, rows, onTheWay, { ...slow, what: "rows that the GPU has" });
      await page.evaluate(hide, true);
      await settled(page, 1, slow);
      await page.evaluate(hide, false);
      const hidden = await copyReport(page);
      assert.equal(hidden.engine_reason.code, "hidden");
      assert.equal(hidden.n, n);
      assert.ok(hidden.gpu_rows > 0 && hidden.gpu_rows < hidden.n, `${hidden.gpu_rows} rows`);
      await clear(page);
      await choose(page, { engine: "exact" });
      await streamFile(page, { name: "hidden.npy", d: 384, rows: 20_000, times: n / 20_000 });
      await settled(page, 1, slow);
      const report = { ...(await copyReport(page)) };
      assert.deepEqual(differences(hidden, { report, default_fit: report.fit }), []);
      await choose(page, { engine: "gpu" });
    });

    test("a worker that dies takes only the GPU with it", slow, async () => {
      await choose(page, { workers: 8 });
      const worker = await gpuWorker(page);
      await worker.evaluate(() => {
        const { postMessage: post } = globalThis;
        globalThis.postMessage = (message) => {
          if (message.type !== "batched") return post(message);
          setTimeout(() => {
            throw new Error("the end of a worker");
          });
        };
      });
      const report = await run();
      assertSays(report, "gpu_died", 0);
    });

    test("small buffers", slow, async () => {
      await pickFiles(page, example.files);
      await settled(page, 1, slow);
      await clear(page);
      // The limits are asked for when a device is opened.
      await breakGpu(page, { destroyAfter: 1, bufferBytes: 4 * 2 ** 20 });
      await run();
      await clear(page);
      const report = await run();
      assert.deepEqual(wrongOnGpu(report, right), []);
      await breakGpu(page, { bufferBytes: undefined });
    });
  });

  test("cancel takes effect at once, and the page goes on", slow, async () => {
    await choose(page, { workers: 0 });
    await streamFile(page, { name: "endless.npy", d: 1024, rows: 10_000, times: 500 });
    const rows = () => Number(document.querySelector("[data-name=rows_read]")?.value) > 0;
    await waitFor(page, rows, null, { ...slow, what: "rows" });
    await startStopwatch(page);
    await press(page, "Escape");
    await waitForState(page, "cancelled");
    const took = await stopwatch(page);
    console.log(`cancelled in ${took.toFixed(1)} ms`);
    assert.ok(took < promptly, `${took} ms`);
    await clear(page);
    await pickFiles(page, named("minilm_layer6_160x128_f2.npy").files);
    await settled(page, 1, slow);
    const report = await copyReport(page);
    assert.deepEqual(wrongOnGpu(report, named("minilm_layer6_160x128_f2.npy")), []);
  });

  test("all of this was without a fault", () => assert.deepEqual(faults, []));
});

describe("chosen by the page", () => {
  /** Enough for a GPU to be worth the try: n·d² = 7.7·10¹⁰. */
  const large = { d: 1024, rows: 9_200 };
  let browser;
  let page;
  after(() => browser?.close());
  afterEach(async () => {
    await browser?.close();
  });

  async function open(launch, faults) {
    browser = await launch();
    const opened = await openPage(browser, `${site.origin}/`, {
      ...clipboard,
      init: breakable(faults),
    });
    page = opened.page;
    await waitForState(page, "empty");
    return opened;
  }

  async function analyze(times) {
    await streamFile(page, { ...large, name: "large.npy", times });
    await settled(page, 1, slow);
    const report = await copyReport(page);
    assert.equal(report.n, large.rows * times);
    console.log(report.engine_reason.message);
    return report;
  }

  test("a small file asks for no GPU at all", slow, async () => {
    const { requests } = await open(launchWithGpu);
    await pickFiles(page, example.files);
    await settled(page, 1);
    const report = await copyReport(page);
    assert.deepEqual([report.engine, report.engine_reason.code], ["cpu", "too_little"]);
    assert.deepEqual(
      requests.filter(({ url }) => /\/gpu-/.test(url)),
      [],
    );
  });

  test("without WebGPU the workers do it, exactly", slow, async () => {
    await open(launchChromium);
    const report = await analyze(8);
    assert.deepEqual([report.engine, report.precision], ["cpu", "exact"]);
    assert.equal(report.engine_reason.code, "no_gpu");
    assert.deepEqual(
      report.notes.filter(({ code }) => code.startsWith("gpu")),
      [],
    );
  });

  test("a program that poses as a GPU is not chosen", slow, async () => {
    await open(launchWithGpu);
    const report = await analyze(8);
    assert.deepEqual([report.engine, report.precision], ["cpu", "exact"]);
    assert.equal(report.engine_reason.code, "software");
    assert.match(report.engine_reason.message, /swiftshader/i);
  });

  describe("in a race", () => {
    /** The exact answer, from the rows that are there again and again. */
    async function exactly(times) {
      await choose(page, { engine: "exact" });
      const report = await analyze(1);
      await clear(page);
      await choose(page, { engine: "auto" });
      return repeated({ report, default_fit: report.fit }, times);
    }

    /** A page whose GPU passes for hardware, and has its kernels compiled. */
    async function openRace(faults) {
      await open(launchWithGpu, { hardware: true, ...faults });
      await choose(page, { engine: "gpu", workers: 1 });
      await pickFiles(page, example.files);
      await settled(page, 1, slow);
      await clear(page);
    }

    test("a GPU that is slower loses, and leaves no trace in the numbers", slow, async () => {
      const times = 40;
      await openRace({});
      const right = await exactly(times);
      const report = await analyze(times);
      assert.deepEqual([report.engine, report.precision, report.gpu_rows], ["cpu", "exact", 0]);
      assert.equal(report.engine_reason.code, "slower");
      assert.match(
        report.engine_reason.message,
        /[\d,]+ rows take it [\d.]+ ms and the workers [\d.]+ ms/,
      );
      assert.deepEqual(differences(report, right), []);
    });

    test("a GPU that is lost in it leaves an exact result", slow, async () => {
      const times = 16;
      await openRace({});
      const right = await exactly(times);
      await breakGpu(page, { destroyAfter: 1 });
      const report = await analyze(times);
      assert.deepEqual([report.engine, report.precision, report.gpu_rows], ["cpu", "exact", 0]);
      assert.equal(report.engine_reason.code, "gpu_lost");
      assert.deepEqual(differences(report, right), []);
    });

    test("a GPU that is faster wins, and what the workers have summed stays", slow, async () => {
      const times = 40;
      // Its worker tells a time that hardware would take.
      await openRace({ took: 120 });
      const right = await exactly(times);
      const report = await analyze(times);
      assert.deepEqual([report.engine, report.precision], ["webgpu", "fast"]);
      assert.equal(report.engine_reason.code, "faster");
      assert.match(
        report.engine_reason.message,
        /[\d,]+ rows take it [\d.]+ ms and the workers [\d.]+ ms/,
      );
      assert.equal(report.adapter.name, "tests pretending");
      const { gpu_rows: rows, n } = report;
      assert.ok(rows > 0 && rows < n, `${rows} of ${n} rows`);
      assert.deepEqual(differences(report, right), []);
    });
  });
});

// These run in the page.

function hide(isHidden) {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
