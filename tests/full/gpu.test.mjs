// The GPU in the page, with Chromium's SwiftShader for one: its numbers are the exact engine's, it is chosen only where it is
// faster, and whatever happens to it no row is lost or counted twice. The same with scripted workers: tests/unit/engine-gpu*.

import { breakable, breakGpu, gpuWorker, test } from "../browser/lib/gpu.mjs";
import { repeatFile, streamFile } from "../browser/lib/large.mjs";
import { pickFiles, waitFor, waitForState } from "../browser/lib/page.mjs";
import { choose, clear, copyReport, press, settled } from "../browser/lib/person.mjs";
import { isOfRest } from "../browser/lib/site.mjs";
import { assert, describe, test as inSharedChromium } from "../browser/lib/test.mjs";
import { cases, differences, example, grouped, named, repeated } from "../lib/reference.mjs";

/** How far an eigenvalue may be off, times λ₁. */
const ALLOWED = 1e-6;
/** SwiftShader needs seconds to compile the kernels of a new device. */
const slow = { timeout: 240_000 };
const patience = { timeout: 600_000 };
const small = named("minilm_layer6_160x128_f2.npy");

/** A page on which the GPU was chosen and has its kernels compiled. */
async function openWithGpu(open, faults) {
  const opened = await open("/", { init: breakable(faults) });
  await waitForState(opened.page, "empty");
  const loaded = opened.requests.length;
  await choose(opened.page, { engine: "gpu" });
  await analyze(opened.page, small);
  await clear(opened.page);
  return { ...opened, loaded };
}

/** The report of a case of the reference. */
async function analyze(page, { files }) {
  await pickFiles(page, files);
  if (files.length > 1) await page.click("button[name=one-matrix]");
  await settled(page, 1, slow);
  return copyReport(page);
}

/** All that is wrong with a report of the GPU. */
function wrongOnGpu(report, right) {
  const [largest] = right.report.eigenvalues;
  const wrong = differences(report, right);
  const claim = (holds, words) => holds || wrong.push(words);
  claim(report.engine === "webgpu", `the engine is ${report.engine}`);
  claim(report.precision === "fast", `the precision is ${report.precision}`);
  claim(/swiftshader/i.test(report.adapter?.name), `the adapter is ${report.adapter?.name}`);
  claim(report.adapter?.software === true, "the adapter is not a program");
  claim(report.gpu_rows === report.n, `${report.gpu_rows} of ${report.n} rows`);
  right.report.eigenvalues.forEach((value, index) => {
    const off = Math.abs(report.eigenvalues[index] - value);
    claim(off <= ALLOWED * largest, `λ${index + 1} is off by ${off / largest} λ₁`);
    claim(off <= report.floor, `λ${index + 1} is off by ${off}, more than ${report.floor}`);
  });
  return wrong.slice(0, 5);
}

describe("chosen by hand", () => {
  const good = cases.filter(({ report }) => report);
  const shards = good.filter(({ files }) => files.length > 1);
  for (const [folder, group] of Object.entries({ ...grouped(good), shards })) {
    test(`${folder}: NumPy's spectrum and α`, patience, async ({ open }) => {
      assert.ok(group.length > 0);
      const { page } = await openWithGpu(open);
      const wrong = {};
      for (const one of group) {
        const found = wrongOnGpu(await analyze(page, one), one);
        if (found.length > 0) wrong[one.name] = found;
        await clear(page);
      }
      assert.deepEqual(wrong, {});
    });
  }

  test(
    "only the site's own script is loaded for it, and its worker reaches no other host",
    patience,
    async ({ open, faults }) => {
      const { page, requests, loaded } = await openWithGpu(open);
      await analyze(page, example);
      // The page's own icon and what it does at rest may come late, and a square matrix may be a covariance, which the reader looks at.
      const isOther = (url) =>
        url.endsWith(".svg") || /\/reader-[\w-]+\.js$/.test(url) || isOfRest(url);
      const own = requests.slice(loaded).filter(({ url }) => !isOther(url));
      // Each worker that was started for it has asked for it.
      const later = new Set(own.map(({ method, url }) => `${method} ${url}`));
      assert.match([...later].join("\n"), /^GET \S+\/assets\/gpu-[\w-]+\.js$/);
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
      // Its attempts are reported on the console.
      const told = faults.splice(0);
      assert.ok(
        told.every((line) => /Content Security Policy|violates/i.test(line)),
        told.join("\n"),
      );
    },
  );

  test("Esc cancels, and the page goes on", patience, async ({ open }) => {
    const { page } = await openWithGpu(open);
    await streamFile(page, { name: "endless.npy", d: 1024, rows: 10_000, times: 500 });
    const rows = () => Number(document.querySelector("[data-name=rows_read]")?.value) > 0;
    await waitFor(page, rows, null, { ...slow, what: "rows" });
    await press(page, "Escape");
    await waitForState(page, "cancelled");
    await clear(page);
    assert.deepEqual(wrongOnGpu(await analyze(page, small), small), []);
  });
});

describe("when something fails", () => {
  const times = 4;
  const right = repeated(example, times);

  /** Twelve thousand rows in as many chunks as eight workers want. */
  async function run(page) {
    await choose(page, { workers: 8 });
    await repeatFile(page, example.files[0], times);
    await settled(page, 1, slow);
    const report = await copyReport(page);
    await clear(page);
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

  for (const [what, faults, code] of [
    ["a device that is lost at once", { destroyAfter: 1 }, "gpu_lost"],
    ["memory that is full", { memory: true }, "gpu_out_of_memory"],
    ["sums that are wrong", { numbers: true }, "gpu_wrong"],
  ]) {
    test(`${what}: all the work is the workers'`, patience, async ({ open }) => {
      const { page } = await openWithGpu(open);
      await breakGpu(page, faults);
      assertSays(await run(page), code, 0);
    });
  }

  for (const [what, faults, code] of [
    ["a device that is refused", { refuse: true }, "gpu_refused"],
    ["a kernel that does not compile", { kernel: true }, "gpu_kernel"],
  ]) {
    test(`${what}: all the work is the workers'`, patience, async ({ open }) => {
      const { page } = await openWithGpu(open);
      // A device is opened anew once the one that is there is lost.
      await breakGpu(page, { destroyAfter: 1, ...faults });
      await run(page);
      assertSays(await run(page), code, 0);
    });
  }

  test(
    "a device that is lost in the middle leaves the rest to the workers, and the next run opens another",
    patience,
    async ({ open }) => {
      const { page } = await openWithGpu(open);
      // Its clock jumps ahead with each submission, so that what is there is made certain now and then.
      await breakGpu(page, { destroyAfterCommit: 3, jump: 1000 });
      const report = await run(page);
      assertSays(report, "gpu_lost", 1);
      assert.ok(report.gpu_rows < 12_000);
      await breakGpu(page, { jump: 0 });
      const next = await run(page);
      assert.deepEqual([next.engine, next.gpu_rows], ["webgpu", 12_000]);
    },
  );

  test(
    "bands of tiles: workers take over where no worker has them all",
    patience,
    async ({ open }) => {
      const { page } = await openWithGpu(open);
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
    },
  );

  test(
    "a page that goes into the background keeps what the GPU has",
    patience,
    async ({ open }) => {
      const { page } = await openWithGpu(open);
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
    },
  );

  test("a worker that dies takes only the GPU with it", patience, async ({ open }) => {
    const { page } = await openWithGpu(open);
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
    assertSays(await run(page), "gpu_died", 0);
  });

  test("small buffers give the same numbers", patience, async ({ open }) => {
    const { page } = await openWithGpu(open);
    // The limits are asked for when a device is opened.
    await breakGpu(page, { destroyAfter: 1, bufferBytes: 4 * 2 ** 20 });
    await run(page);
    const report = await run(page);
    assert.deepEqual(wrongOnGpu(report, right), []);
  });
});

describe("chosen by the page", () => {
  /** Enough for a GPU to be worth the try: n·d² = 7.7·10¹⁰. */
  const large = { d: 1024, rows: 9_200 };

  async function analyzeLarge(page, times) {
    await streamFile(page, { ...large, name: "large.npy", times });
    await settled(page, 1, slow);
    const report = await copyReport(page);
    assert.equal(report.n, large.rows * times);
    await clear(page);
    return report;
  }

  inSharedChromium("without WebGPU the workers do it, exactly", patience, async ({ page }) => {
    const report = await analyzeLarge(page, 8);
    assert.deepEqual([report.engine, report.precision], ["cpu", "exact"]);
    assert.equal(report.engine_reason.code, "no_gpu");
    assert.deepEqual(
      report.notes.filter(({ code }) => code.startsWith("gpu")),
      [],
    );
  });

  test("a program that poses as a GPU is not chosen", patience, async ({ page }) => {
    const report = await analyzeLarge(page, 8);
    assert.deepEqual([report.engine, report.precision], ["cpu", "exact"]);
    assert.equal(report.engine_reason.code, "software");
    assert.match(report.engine_reason.message, /swiftshader/i);
  });

  describe("in a race", () => {
    /** The exact answer, from the rows that are there again and again. */
    async function exactly(page, times) {
      await choose(page, { engine: "exact" });
      const report = await analyzeLarge(page, 1);
      await choose(page, { engine: "auto" });
      return repeated({ report, default_fit: report.fit }, times);
    }

    /** A page whose GPU passes for hardware, and has its kernels compiled. */
    async function openRace(open, faults) {
      const { page } = await openWithGpu(open, { hardware: true, ...faults });
      await choose(page, { workers: 1 });
      return page;
    }

    test(
      "a GPU that is slower loses, and leaves no trace in the numbers",
      patience,
      async ({ open }) => {
        const page = await openRace(open, { took: 1e6 });
        const right = await exactly(page, 40);
        const report = await analyzeLarge(page, 40);
        assert.deepEqual([report.engine, report.precision, report.gpu_rows], ["cpu", "exact", 0]);
        assert.equal(report.engine_reason.code, "slower");
        assert.match(
          report.engine_reason.message,
          /[\d,]+ rows take it [\d,.]+ ms and the workers [\d,.]+ ms/,
        );
        assert.deepEqual(differences(report, right), []);
      },
    );

    test("a GPU that is lost in it leaves an exact result", patience, async ({ open }) => {
      const page = await openRace(open, {});
      const right = await exactly(page, 16);
      await breakGpu(page, { destroyAfter: 1 });
      const report = await analyzeLarge(page, 16);
      assert.deepEqual([report.engine, report.precision, report.gpu_rows], ["cpu", "exact", 0]);
      assert.equal(report.engine_reason.code, "gpu_lost");
      assert.deepEqual(differences(report, right), []);
    });

    test(
      "a GPU that is faster wins, and what the workers have summed stays",
      patience,
      async ({ open }) => {
        // Its worker tells a time that hardware would take.
        const page = await openRace(open, { took: 1 });
        const right = await exactly(page, 40);
        const report = await analyzeLarge(page, 40);
        assert.deepEqual([report.engine, report.precision], ["webgpu", "fast"]);
        assert.equal(report.engine_reason.code, "faster");
        assert.match(
          report.engine_reason.message,
          /[\d,]+ rows take it [\d,.]+ ms and the workers [\d,.]+ ms/,
        );
        assert.equal(report.adapter.name, "tests pretending");
        const { gpu_rows: rows, n } = report;
        assert.ok(rows > 0 && rows < n, `${rows} of ${n} rows`);
        assert.deepEqual(differences(report, right), []);
      },
    );
  });
});

// Runs in the page.

function hide(isHidden) {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
