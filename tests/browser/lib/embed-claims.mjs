// What holds inside a page of another origin, in any browser: the element, the protocol, and what must never be told.
// The tests that use these: tests/browser/embed.test.mjs, tests/full/embed.test.mjs.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { differences, named } from "../../lib/reference.mjs";
import {
  addEndless,
  analyze,
  cancelMany,
  cancelOnceReading,
  changeAttributes,
  countEars,
  echo,
  frameOf,
  inbox,
  inSight,
  isDeaf,
  isSilent,
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
} from "./embedded.mjs";
import { serveHost } from "./host.mjs";
import { drawn, dropFiles, pickFiles, waitFor, waitForState, waitForStudy } from "./page.mjs";
import { SUB_PATH, serveSite } from "./site.mjs";
import { assert } from "./test.mjs";

const features = named("minilm_layer6_160x128_f2.npy");
const [path] = features.files;
const law = named("powerlaw_alpha2_100x40_f4.npy");
const ping = { type: "eigenscope:ping", version: 1 };
const pong = { type: "eigenscope:pong", version: 1 };

const page = (head, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
const policy = (text) => `<meta http-equiv="Content-Security-Policy" content="${text}">`;
const script = (from) => `<script type="module" src="${from}"></script>`;
const frame = (address) => `<iframe src="${address}"></iframe>`;

/** What docs/embed.md says that a host's policy needs; connect-src is for the matrix that the test fetches. */
const needed = (scripts, site) =>
  policy(
    `default-src 'none'; script-src ${scripts}; frame-src ${site}; connect-src 'self'; img-src data:`,
  );

/** Tests with pages of another origin: `visit(where)` opens one, which keeps its messages in `inbox`. */
export function embedding(test) {
  return test.extend({
    site: [
      // As GitHub Pages does: without it, a script of another origin is no module.
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
      async ({}, use) => {
        const site = await serveSite({ headers: () => ({ "Access-Control-Allow-Origin": "*" }) });
        await use(site);
        await site.close();
      },
      { scope: "file" },
    ],
    neighbour: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
      async ({}, use) => {
        const neighbour = await serveHost({ "/": page("", "") });
        await use(neighbour);
        await neighbour.close();
      },
      { scope: "file" },
    ],
    host: [
      async ({ site, neighbour }, use) => {
        const host = await serveHost(await pagesOf(site, neighbour));
        await use(host);
        await host.close();
      },
      { scope: "file" },
    ],
    visit: async ({ open, host }, use) => {
      await use((where, options) =>
        open(`${host.origin}${where}`, { init: keepMessages, ...options }),
      );
    },
  });
}

async function pagesOf({ origin }, neighbour) {
  const loaded = script(`${origin}${SUB_PATH}eigen-scope.js`);
  return {
    "/": page(needed(origin, origin) + loaded, "<eigen-scope></eigen-scope>"),
    "/two": page(loaded, "<eigen-scope></eigen-scope><eigen-scope></eigen-scope>"),
    "/copied": page(
      needed("'self'", origin) + script("/eigen-scope.js"),
      `<eigen-scope site="${origin}/" theme="dark" link="s=abc" label="Layer 6" height="300"></eigen-scope>`,
    ),
    "/eigen-scope.js": await readFile(join(top, "dist/eigen-scope.js"), "utf8"),
    "/plain": page("", frame(`${origin}/?embed`)),
    "/other": page("", frame(`${origin}/?embed=${neighbour.origin}`)),
    "/wrong": page("", frame(`${origin}/?embed=neighbour`)),
    "/beside": page("", frame(`${origin}/?embed`) + frame(neighbour.origin)),
    // Without frame-src.
    "/forbids": page(
      `${policy(`default-src 'none'; script-src ${origin}`)}${script(`${origin}/eigen-scope.js`)}`,
      "<eigen-scope></eigen-scope>",
    ),
  };
}

/** One analysis, and the handshake. */
export function essentialClaims(test) {
  test("the element gives the Report that the page gives, on a host with a strict policy", async ({
    open,
    visit,
  }) => {
    const { page } = await visit("/");
    const { report, stages, heard, left } = await analyze(page, path);
    assert.equal(left, 0, "the buffer was handed over, not copied");
    assert.deepEqual(differences(report, features), []);
    assert.ok(report.uncertainty.standard_error > 0, "the whole study is awaited");
    assert.ok(stages.includes("study"), stages.join());
    assert.deepEqual(heard, [report.name]);
    assert.deepEqual(report, await reportOfPage(open));
  });

  test("the frame speaks the protocol, and rejects what is not in it", async ({ site, visit }) => {
    const { page } = await visit("/plain");
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    await post(page, ping);
    assert.deepEqual(await inbox(page, site, 1), [pong]);
    const cases = await page.evaluate(sendMalformed);
    const answers = await inbox(page, site, cases.length);
    for (const [index, { what, code, id }] of cases.entries()) {
      const { message, ...answer } = answers[index];
      assert.deepEqual(answer, { type: "eigenscope:refused", id, code }, what);
      assert.match(message, /^[A-Z"].+\.$/s, what);
    }
    await page.evaluate(sendStrange);
    await post(page, ping);
    assert.deepEqual(await inbox(page, site, 1), [pong]);
    assert.ok(await isSilent(page, frame));
    const left = () => document.querySelectorAll("[data-name=dataset]").length;
    assert.equal(await frame.evaluate(left), 0);
  });
}

/** The rest of what the element does. */
export function elementClaims(test) {
  test("takes the window, the weights, a name and an array", async ({ site, visit }) => {
    const { page } = await visit("/");
    const options = { name: "mine", window: { first: 5, last: 60 }, weights: "none" };
    const { report } = await analyze(page, path, options);
    const { first, last, weight } = report.fit;
    assert.deepEqual([report.name, first, last, weight], ["mine", 5, 60, "none"]);
    const frame = await frameOf(page, site);
    await drawn(frame);
    const shown = () => Number(document.querySelector("data[data-name=alpha]").value);
    assert.equal(await frame.evaluate(shown), report.fit.alpha);
    const two = "tests/formats/npz/two_matrices.npz";
    assert.equal((await analyze(page, two, { array: "missing" })).code, "no_such_array");
    const other = await analyze(page, two, { array: "gradients" });
    assert.equal(other.report.array, "gradients");
  });

  test("asks the person in the frame what only a person knows", async ({ site, visit }) => {
    const { page } = await visit("/");
    const answer = analyze(page, "tests/formats/npz/two_matrices.npz");
    const frame = await frameOf(page, site);
    await waitForState(frame, "choosing");
    await frame.evaluate(() => document.querySelector(".chooser .array").click());
    const { report, stages } = await answer;
    assert.ok(stages.includes("question"), stages.join());
    assert.ok(report.array !== "");
  });

  test("says why there is no Report", async ({ visit }) => {
    const { page } = await visit("/");
    const { code, message, kind } = await analyze(page, "tests/hostile/value/nan.npy");
    assert.equal(code, "non_finite");
    assert.match(message, /NaN/);
    assert.equal(kind, "EigenScopeError");
    assert.equal(await page.evaluate(misuse), "bad_message");
  });

  test("two on a page: each has its own answer", async ({ visit }) => {
    const { page } = await visit("/two");
    const answers = await Promise.all([
      analyze(page, path, {}, 0),
      analyze(page, law.files[0], {}, 1),
    ]);
    assert.deepEqual(differences(answers[0].report, features), []);
    assert.deepEqual(differences(answers[1].report, law), []);
  });

  test("cancels, and works on", async ({ site, visit }) => {
    const { page } = await visit("/");
    await addEndless(page);
    const outcome = page.evaluate(cancelOnceReading);
    assert.deepEqual(await outcome, { code: "cancelled", name: "AbortError", cause: "enough" });
    await waitForState(await frameOf(page, site), "empty");
    assert.deepEqual(differences((await analyze(page, path)).report, features), []);
  });

  test("taken out of the page and put back, it starts again", async ({ visit }) => {
    const { page } = await visit("/");
    await addEndless(page);
    assert.equal(await page.evaluate(takeOut), "removed");
    assert.equal((await analyze(page, path, {}, "removed")).code, "not_connected");
    await page.evaluate(() => document.body.append(window.removed));
    assert.deepEqual(differences((await analyze(page, path)).report, features), []);
    // Moving it is taking it out and putting it back.
    await page.evaluate(() => document.body.prepend(window.removed));
    assert.deepEqual(differences((await analyze(page, path)).report, features), []);
  });

  test("says that its frame was loaded again, and then answers", async ({ site, visit }) => {
    const { page } = await visit("/");
    await addEndless(page);
    const outcome = page.evaluate(untilRefused);
    const frame = await frameOf(page, site);
    await waitForState(frame, "running");
    await frame.evaluate(() => void setTimeout(() => location.reload()));
    assert.equal(await outcome, "reloaded");
    assert.deepEqual(differences((await analyze(page, path)).report, features), []);
  });

  test("works as a copy on the host too, and its attributes reach the frame", async ({
    site,
    visit,
  }) => {
    const { page } = await visit("/copied");
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
    assert.ok(await frame.evaluate(alpha), "the frame was not loaded again for this");
  });
}

/** The rest of what the frame hears and tells. */
export function frameClaims(test) {
  test("takes 64 analyses at a time, each under its own id, and cancels them", async ({
    site,
    visit,
  }) => {
    const { page } = await visit("/plain");
    await waitForState(await frameOf(page, site), "empty");
    await addEndless(page);
    await page.evaluate(sendMany, 65);
    const refusals = () => window.inbox.map(({ data }) => data).filter(({ code }) => code);
    const refused = (count) =>
      waitFor(
        page,
        (wanted) => window.inbox.filter(({ data }) => data.code).length === wanted,
        count,
      );
    await refused(1);
    const [{ id, code }] = await page.evaluate(refusals);
    assert.deepEqual([id, code], [64, "too_many"]);
    await post(page, { type: "eigenscope:analyze", id: 0, file: "endless" });
    await post(page, { type: "eigenscope:cancel", id: 64 });
    await refused(3);
    const codes = (await page.evaluate(refusals)).map((one) => one.code);
    assert.deepEqual(codes, ["too_many", "id_in_use", "unknown_id"]);
    await page.evaluate(cancelMany, 64);
    await refused(67);
    await waitForState(await frameOf(page, site), "empty");
  });

  test("a dropped file is not told to the parent", async ({ site, visit }) => {
    const { page } = await visit("/plain");
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    await post(page, ping);
    assert.deepEqual(await inbox(page, site, 1), [pong]);
    await dropFiles(frame, features.files);
    await waitForState(frame, "done");
    await waitForStudy(frame);
    await dropFiles(frame, ["tests/hostile/value/nan.npy"]);
    await waitForState(frame, "error");
    assert.ok(await isSilent(page, frame));
  });

  test("hears only the origin in its address", async ({ site, visit }) => {
    const { page } = await visit("/other");
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    await post(page, ping);
    await post(page, { type: "eigenscope:analyze", id: 1, file: "endless" });
    await waitFor(frame, () => document.documentElement.dataset.ignored === "2");
    assert.ok(await isSilent(page, frame));
    assert.equal(await frame.evaluate(() => document.querySelector("[data-name=dataset]")), null);
  });

  test("hears no message where its address has no valid origin, and says so", async ({
    site,
    visit,
  }) => {
    const { page } = await visit("/wrong");
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    const notice = () => document.querySelector(".notice [data-code]")?.dataset.code;
    assert.equal(await frame.evaluate(notice), "bad_embed_origin");
    await echo(frame);
    await post(page, ping);
    assert.ok(await isDeaf(page));
  });

  test("hears only its parent, not another frame of it", async ({ neighbour, site, visit }) => {
    const { page } = await visit("/beside");
    const frame = await frameOf(page, site);
    await waitForState(frame, "empty");
    const other = await frameOf(page, neighbour);
    await other.evaluate((said) => parent.frames[0].postMessage(said, "*"), ping);
    await waitFor(frame, () => document.documentElement.dataset.ignored === "1");
    assert.ok(await isSilent(page, frame));
    await frame.evaluate(() => parent.frames[1].postMessage("sentinel", "*"));
    await waitFor(other, () => window.inbox.length > 0);
    assert.deepEqual(await other.evaluate(() => window.inbox.map(({ data }) => data)), [
      "sentinel",
    ]);
    // The neighbour has not pinned it.
    await post(page, ping);
    assert.deepEqual(await inbox(page, site, 1), [pong]);
  });

  test("keeps nothing in the browser, and reads nothing from it", async ({ open, site, visit }) => {
    const { page } = await visit("/", { init: watchStorage });
    await analyze(page, path);
    const frame = await frameOf(page, site);
    await page.evaluate(() => document.querySelector("eigen-scope").setAttribute("theme", "dark"));
    await waitFor(frame, () => document.documentElement.dataset.theme === "dark");
    const kept = await frame.evaluate(async () => ({
      touched: window.touched,
      cookies: document.cookie,
      workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    }));
    assert.deepEqual(kept, { touched: [], cookies: "", workers: 0 });
    const whole = await open("/", { init: watchStorage });
    await waitForState(whole.page, "empty");
    const touched = await whole.page.evaluate(() => window.touched);
    assert.ok(touched.includes("localStorage"), "the page by itself looks for a theme");
  });

  for (const [width, height] of [
    [640, 480],
    [360, 480],
  ])
    test(`shows the spectrum and α at once in ${width} × ${height}`, async ({ site, visit }) => {
      const { page } = await visit("/", { viewport: { width: width + 16, height: 600 } });
      await page.evaluate((pixels) => {
        Object.assign(document.querySelector("eigen-scope").style, { width: `${pixels}px` });
      }, width);
      await analyze(page, path);
      const frame = await frameOf(page, site);
      // The Report goes to the host as soon as it is known; the picture follows.
      await drawn(frame);
      const seen = await frame.evaluate(inSight);
      assert.deepEqual(seen, { width, height, outside: [], overflow: 0, list: false });
    });

  // By itself, a frame's page has no parent.
  for (const [query, isLoaded] of [
    ["", false],
    ["?embed", true],
  ])
    test(`opened by itself as /${query}, the page has no message listener`, async ({ open }) => {
      const { page, requests } = await open(`/${query}`, { init: countEars });
      await waitForState(page, "empty");
      assert.equal(await page.evaluate(() => window.ears), 0);
      const urls = requests.map(({ url }) => url);
      const hasFrame = urls.some((url) => /\/(frame|embed)-[^/]*\.(js|css)$/.test(url));
      assert.equal(hasFrame, isLoaded);
      assert.ok(!urls.some((url) => url.includes("eigen-scope")));
    });
}

/** What the page itself saves of the same file. */
async function reportOfPage(open) {
  const { page } = await open("/", { init: keepBlobs });
  await waitForState(page, "empty");
  await pickFiles(page, [path]);
  await waitForState(page, "done");
  await waitForStudy(page);
  await page.click("button[name=json]");
  return JSON.parse(await page.evaluate(() => window.blobs.at(-1).text()));
}
