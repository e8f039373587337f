// Eigenscope inside pages of another origin: the element, the protocol, and what must never be told.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../scripts/setup/step.mjs";
import { launchChromium, launchFirefox } from "./lib/browser.mjs";
import {
  addEndless,
  analyze,
  cancelOnceReading,
  changeAttributes,
  countEars,
  frameOf,
  inbox,
  inSight,
  keepBlobs,
  keepMessages,
  looks,
  misuse,
  post,
  sendMalformed,
  sendMany,
  sendStrange,
  takeOut,
  untilRefused,
  watchStorage,
} from "./lib/embedded.mjs";
import { serveHost } from "./lib/host.mjs";
import {
  drawn,
  dropFiles,
  openPage,
  pickFiles,
  waitFor,
  waitForState,
  waitForStudy,
} from "./lib/page.mjs";
import { differences, named } from "./lib/reference.mjs";
import { SUB_PATH, serveSite } from "./lib/site.mjs";

/** Milliseconds in which an answer that must not come would have come. */
const patience = 300;
const features = named("minilm_layer6_160x128_f2.npy");
const [path] = features.files;
const law = named("powerlaw_alpha2_100x40_f4.npy");

const document = (head, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
const policy = (text) => `<meta http-equiv="Content-Security-Policy" content="${text}">`;

/** What docs/embed.md says that a host's policy needs; connect-src is for the matrix that the test fetches. */
const needed = (scripts, site) =>
  policy(
    `default-src 'none'; script-src ${scripts}; frame-src ${site}; connect-src 'self'; img-src data:`,
  );

for (const [name, launch] of [
  ["Chromium", launchChromium],
  ["Firefox", launchFirefox],
]) {
  describe(name, () => {
    let site;
    let host;
    let neighbour;
    let browser;
    before(async () => {
      // As GitHub Pages does: without it, a script of another origin is no module.
      site = await serveSite({ headers: () => ({ "Access-Control-Allow-Origin": "*" }) });
      neighbour = await serveHost({ "/": document("", "") });
      const { origin } = site;
      const script = (from) => `<script type="module" src="${from}"></script>`;
      const loaded = script(`${origin}${SUB_PATH}eigen-scope.js`);
      const frame = (address) => `<iframe src="${address}"></iframe>`;
      host = await serveHost({
        "/": document(needed(origin, origin) + loaded, "<eigen-scope></eigen-scope>"),
        "/two": document(loaded, "<eigen-scope></eigen-scope><eigen-scope></eigen-scope>"),
        "/copied": document(
          needed("'self'", origin) + script("/eigen-scope.js"),
          `<eigen-scope site="${origin}/" theme="dark" link="s=abc" label="Layer 6" height="300"></eigen-scope>`,
        ),
        "/eigen-scope.js": await readFile(join(top, "dist/eigen-scope.js"), "utf8"),
        "/plain": document("", frame(`${origin}/?embed`)),
        "/other": document("", frame(`${origin}/?embed=${neighbour.origin}`)),
        "/wrong": document("", frame(`${origin}/?embed=neighbour`)),
        "/beside": document("", frame(`${origin}/?embed`) + frame(neighbour.origin)),
      });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      for (const one of [site, host, neighbour]) await one?.close();
    });

    /** A page of the host whose messages are kept in `inbox`. */
    async function open(t, where, options = {}) {
      const opened = await openPage(browser, `${host.origin}${where}`, {
        init: keepMessages,
        ...options,
      });
      t.after(opened.close);
      return opened;
    }

    describe("the element", () => {
      test("gives the Report that the page gives, on a host with a strict policy", async (t) => {
        const { page, faults } = await open(t, "/");
        const { report, stages, heard, left } = await analyze(page, path);
        assert.equal(left, 0, "the buffer was handed over, not copied");
        assert.deepEqual(differences(report, features), []);
        assert.ok(report.uncertainty.standard_error > 0, "the whole study is awaited");
        assert.ok(stages.includes("study"), stages.join());
        assert.deepEqual(heard, [report.name]);
        assert.deepEqual(faults, []);
        assert.deepEqual(report, await reportOfPage(t));
      });

      test("takes the window, the weights, a name and an array", async (t) => {
        const { page } = await open(t, "/");
        const options = { name: "mine", window: { first: 5, last: 60 }, weights: "none" };
        const { report } = await analyze(page, path, options);
        const { first, last, weight } = report.fit;
        assert.deepEqual([report.name, first, last, weight], ["mine", 5, 60, "none"]);
        const frame = await frameOf(page, site);
        const shown = () => Number(document.querySelector("data[data-name=alpha]").value);
        assert.equal(await frame.evaluate(shown), report.fit.alpha);
        const two = "tests/formats/npz/two_matrices.npz";
        assert.equal((await analyze(page, two, { array: "missing" })).code, "no_such_array");
        const other = await analyze(page, two, { array: "gradients" });
        assert.equal(other.report.array, "gradients");
      });

      test("asks the person in the frame what only a person knows", async (t) => {
        const { page } = await open(t, "/");
        const answer = analyze(page, "tests/formats/npz/two_matrices.npz");
        const frame = await frameOf(page, site);
        await waitForState(frame, "choosing");
        await frame.evaluate(() => document.querySelector(".chooser .array").click());
        const { report, stages } = await answer;
        assert.ok(stages.includes("question"), stages.join());
        assert.ok(report.array !== "");
      });

      test("says why there is no Report", async (t) => {
        const { page } = await open(t, "/");
        const { code, message, kind } = await analyze(page, "tests/hostile/value/nan.npy");
        assert.equal(code, "non_finite");
        assert.match(message, /NaN/);
        assert.equal(kind, "EigenScopeError");
        assert.equal(await page.evaluate(misuse), "bad_message");
      });

      test("two on a page: each has its own answer", async (t) => {
        const { page } = await open(t, "/two");
        const answers = await Promise.all([
          analyze(page, path, {}, 0),
          analyze(page, law.files[0], {}, 1),
        ]);
        assert.deepEqual(differences(answers[0].report, features), []);
        assert.deepEqual(differences(answers[1].report, law), []);
      });

      test("cancels, and goes on", async (t) => {
        const { page } = await open(t, "/");
        await addEndless(page);
        const outcome = page.evaluate(cancelOnceReading);
        assert.deepEqual(await outcome, { code: "cancelled", name: "AbortError", cause: "enough" });
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        assert.deepEqual(differences((await analyze(page, path)).report, features), []);
      });

      test("taken out of the page and put back, it begins anew", async (t) => {
        const { page } = await open(t, "/");
        await addEndless(page);
        assert.equal(await page.evaluate(takeOut), "removed");
        assert.equal((await analyze(page, path, {}, "removed")).code, "not_connected");
        await page.evaluate(() => document.body.append(window.removed));
        assert.deepEqual(differences((await analyze(page, path)).report, features), []);
        // Moving it is taking it out and putting it back.
        await page.evaluate(() => document.body.prepend(window.removed));
        assert.deepEqual(differences((await analyze(page, path)).report, features), []);
      });

      test("a frame that is loaded anew says so, and answers again", async (t) => {
        const { page } = await open(t, "/");
        await addEndless(page);
        const outcome = page.evaluate(untilRefused);
        const frame = await frameOf(page, site);
        await waitForState(frame, "running");
        await frame.evaluate(() => void setTimeout(() => location.reload()));
        assert.equal(await outcome, "reloaded");
        assert.deepEqual(differences((await analyze(page, path)).report, features), []);
      });

      test("lies on the host as a copy too, and its attributes reach the frame", async (t) => {
        const { page, faults } = await open(t, "/copied");
        const { report } = await analyze(page, path);
        assert.deepEqual(differences(report, features), []);
        const frame = await frameOf(page, site);
        const theme = () => document.documentElement.dataset.theme;
        assert.equal(await frame.evaluate(theme), "dark");
        assert.equal(new URL(frame.url()).hash, "#s=abc");
        assert.deepEqual(await page.evaluate(looks), { title: "Layer 6", height: 300 });
        await page.evaluate(changeAttributes);
        await waitFor(frame, () => document.documentElement.dataset.theme === "light");
        await waitFor(frame, () => location.hash === "#s=def");
        await waitFor(frame, () => document.querySelector(".embed-bar a").hash === "#s=def");
        const inner = await page.evaluate(looks);
        assert.deepEqual(inner, { title: "Eigenscope: eigenspectrum of features", height: 480 });
        const alpha = () => document.querySelector("data[data-name=alpha]") !== null;
        assert.ok(await frame.evaluate(alpha), "the frame was not loaded anew for this");
        assert.deepEqual(faults, []);
      });
    });

    describe("the frame", () => {
      test("speaks the protocol, and refuses what is not in it", async (t) => {
        const { page, faults } = await open(t, "/plain");
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        await post(page, { type: "eigenscope:ping", version: 1 });
        assert.deepEqual(await inbox(page, site, 1), [{ type: "eigenscope:pong", version: 1 }]);
        const cases = await page.evaluate(sendMalformed);
        const answers = await inbox(page, site, cases.length);
        for (const [index, { what, code, id }] of cases.entries()) {
          const { message, ...answer } = answers[index];
          assert.deepEqual(answer, { type: "eigenscope:refused", id, code }, what);
          assert.match(message, /^[A-Z"].+\.$/s, what);
        }
        await page.evaluate(sendStrange);
        await post(page, { type: "eigenscope:ping", version: 1 });
        await sleep(patience);
        assert.deepEqual(await inbox(page, site, 1), [{ type: "eigenscope:pong", version: 1 }]);
        const left = () => document.querySelectorAll("[data-name=dataset]").length;
        assert.equal(await frame.evaluate(left), 0);
        assert.deepEqual(faults, []);
      });

      test("takes 64 analyses at a time, each under its own id, and cancels them", async (t) => {
        const { page } = await open(t, "/plain");
        await waitForState(await frameOf(page, site), "empty");
        await addEndless(page);
        await page.evaluate(sendMany, 65);
        const refusals = () => window.inbox.map(({ data }) => data).filter(({ code }) => code);
        await waitFor(page, () => window.inbox.some(({ data }) => data.code));
        const [{ id, code }] = await page.evaluate(refusals);
        assert.deepEqual([id, code], [64, "too_many"]);
        await post(page, { type: "eigenscope:analyze", id: 0, file: "endless" });
        await post(page, { type: "eigenscope:cancel", id: 64 });
        await waitFor(page, () => window.inbox.filter(({ data }) => data.code).length === 3);
        const codes = (await page.evaluate(refusals)).map((one) => one.code);
        assert.deepEqual(codes, ["too_many", "id_in_use", "unknown_id"]);
        for (let i = 63; i >= 0; i -= 1) await post(page, { type: "eigenscope:cancel", id: i });
        await waitFor(page, () => window.inbox.filter(({ data }) => data.code).length === 67);
        await waitForState(await frameOf(page, site), "empty");
      });

      test("a file that is dropped on it is not told", async (t) => {
        const { page } = await open(t, "/plain");
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        await post(page, { type: "eigenscope:ping", version: 1 });
        assert.equal((await inbox(page, site, 1)).length, 1);
        await dropFiles(frame, features.files);
        await waitForState(frame, "done");
        await waitForStudy(frame);
        await dropFiles(frame, ["tests/hostile/value/nan.npy"]);
        await waitForState(frame, "error");
        await sleep(patience);
        assert.deepEqual(await inbox(page, site, 0), []);
      });

      test("hears the origin in its address alone", async (t) => {
        const { page } = await open(t, "/other");
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        await post(page, { type: "eigenscope:ping", version: 1 });
        await post(page, { type: "eigenscope:analyze", id: 1, file: "endless" });
        await waitFor(frame, () => document.documentElement.dataset.ignored === "2");
        await sleep(patience);
        assert.deepEqual(await inbox(page, site, 0), []);
        assert.equal(
          await frame.evaluate(() => document.querySelector("[data-name=dataset]")),
          null,
        );
      });

      test("hears nobody where its address names no origin, and says so", async (t) => {
        const { page } = await open(t, "/wrong");
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        const notice = () => document.querySelector(".notice [data-code]")?.dataset.code;
        assert.equal(await frame.evaluate(notice), "bad_embed_origin");
        await post(page, { type: "eigenscope:ping", version: 1 });
        await sleep(patience);
        assert.deepEqual(await inbox(page, site, 0), []);
      });

      test("hears its parent alone, not what stands beside it", async (t) => {
        const { page } = await open(t, "/beside");
        const frame = await frameOf(page, site);
        await waitForState(frame, "empty");
        const other = await frameOf(page, neighbour);
        await other.evaluate(() =>
          parent.frames[0].postMessage({ type: "eigenscope:ping", version: 1 }, "*"),
        );
        await waitFor(frame, () => document.documentElement.dataset.ignored === "1");
        await sleep(patience);
        assert.deepEqual(await other.evaluate(() => window.inbox), []);
        assert.deepEqual(await inbox(page, site, 0), []);
        // The neighbour has not pinned it.
        await post(page, { type: "eigenscope:ping", version: 1 });
        assert.equal((await inbox(page, site, 1)).length, 1);
      });

      test("keeps nothing in the browser, and reads nothing from it", async (t) => {
        const { page } = await open(t, "/", { init: watchStorage });
        await analyze(page, path);
        const frame = await frameOf(page, site);
        await page.evaluate(() =>
          document.querySelector("eigen-scope").setAttribute("theme", "dark"),
        );
        await waitFor(frame, () => document.documentElement.dataset.theme === "dark");
        const kept = await frame.evaluate(async () => ({
          touched: window.touched,
          cookies: document.cookie,
          workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
        }));
        assert.deepEqual(kept, { touched: [], cookies: "", workers: 0 });
        const whole = await openPage(browser, `${site.origin}/`, { init: watchStorage });
        t.after(whole.close);
        await waitForState(whole.page, "empty");
        const touched = await whole.page.evaluate(() => window.touched);
        assert.ok(touched.includes("localStorage"), "the page by itself looks for a theme");
      });

      test("shows the spectrum and α at once in 640 × 480, and in 360", async (t) => {
        for (const [width, height] of [
          [640, 480],
          [360, 480],
        ]) {
          const { page } = await open(t, "/", { viewport: { width: width + 16, height: 600 } });
          await page.evaluate((width) => {
            Object.assign(document.querySelector("eigen-scope").style, { width: `${width}px` });
          }, width);
          await analyze(page, path);
          const frame = await frameOf(page, site);
          // The Report goes to the host as soon as it is known; the picture follows.
          await drawn(frame);
          const seen = await frame.evaluate(inSight);
          assert.deepEqual(seen, { width, height, outside: [], overflow: 0, list: false });
        }
      });
    });

    test("without ?embed there is no ear, and nothing of this is loaded", async (t) => {
      for (const [query, isLoaded] of [
        ["", false],
        // By itself, a frame's page has no parent.
        ["?embed", true],
      ]) {
        const address = `${site.origin}/${query}`;
        const { page, requests, close } = await openPage(browser, address, { init: countEars });
        t.after(close);
        await waitForState(page, "empty");
        assert.equal(await page.evaluate(() => window.ears), 0);
        const urls = requests.map(({ url }) => url);
        assert.equal(
          urls.some((url) => /\/(frame|embed)-[^/]*\.(js|css)$/.test(url)),
          isLoaded,
        );
        assert.ok(!urls.some((url) => url.includes("eigen-scope")));
      }
    });

    /** What the page itself saves of the same file. */
    async function reportOfPage(t) {
      const { page, close } = await openPage(browser, `${site.origin}/`, { init: keepBlobs });
      t.after(close);
      await waitForState(page, "empty");
      await pickFiles(page, [path]);
      await waitForState(page, "done");
      await waitForStudy(page);
      await page.click("button[name=json]");
      return JSON.parse(await page.evaluate(() => window.blobs.at(-1).text()));
    }
  });
}

test("a host that forbids the frame is told what to do", async (t) => {
  const site = await serveSite({ headers: () => ({ "Access-Control-Allow-Origin": "*" }) });
  t.after(site.close);
  const head = `${policy(`default-src 'none'; script-src ${site.origin}`)}<script type="module" src="${site.origin}/eigen-scope.js"></script>`;
  const host = await serveHost({ "/": document(head, "<eigen-scope></eigen-scope>") });
  t.after(host.close);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.clock.install();
  await page.goto(`${host.origin}/`);
  const outcome = page.evaluate(async () => {
    const scope = document.querySelector("eigen-scope");
    return scope.analyze(new ArrayBuffer(8)).catch(({ code, message }) => ({ code, message }));
  });
  await page.clock.runFor(40_000);
  const { code, message } = await outcome;
  assert.equal(code, "no_answer");
  assert.match(message, /frame-src/);
});
