// The claims about the page without a network, and how a newer one comes: tests/browser/offline.test.mjs, tests/full/offline.test.mjs.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { top } from "../../../scripts/setup/step.mjs";
import { serviceWorker } from "../../../scripts/site/offline.mjs";
import { serve } from "../../../scripts/site/server.mjs";
import { python } from "../../lib/programs.mjs";
import { named } from "../../lib/reference.mjs";
import { numbers, pickFiles, waitFor, waitForState } from "./page.mjs";
import { select, settled } from "./person.mjs";
import { keptOffline } from "./sealed.mjs";
import { SUB_PATH } from "./site.mjs";
import { assert } from "./test.mjs";

const dist = join(top, "dist");
const features = named("minilm_layer6_160x128_f2.npy");
/** One for each script that opens files. */
const formats = [
  "tests/formats/npz/deflated_f4.npz",
  "tests/formats/hdf5/gzip.h5",
  "tests/formats/parquet/list.parquet",
  "tests/formats/arrow/list_lz4.arrow",
];

/** Names that browsers take for this machine: the page treats the first as a server that comes and goes, the second as any host. */
const hosts = ["localhost", "eigenscope.localhost"];

/** Where a site may be: at the top of a server, and below it. */
export const offlineAddresses = [
  [hosts[0], "/"],
  [hosts[1], SUB_PATH],
];

/** Tests with servers and folders of their own, which end with the test. */
const withServers = (plainTest) =>
  plainTest.extend({
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
    ending: async ({}, use) => {
      const ends = [];
      await use((end) => ends.push(end));
      for (const end of ends.reverse()) await end();
    },
    serving: async ({ ending }, use) => {
      await use(async (folder, options) => {
        const site = await serve(folder, options);
        let isOpen = true;
        const close = async () => {
          if (isOpen) await site.close();
          isOpen = false;
        };
        ending(close);
        return { ...site, close };
      });
    },
    temporary: async ({ ending }, use) => {
      await use(() => {
        const folder = mkdtempSync(join(tmpdir(), "eigenscope-"));
        ending(() => rmSync(folder, { recursive: true }));
        return folder;
      });
    },
  });

/** A visit to each of these addresses is enough; `test` is that of a browser. */
export function worksOffline(plainTest, addresses = offlineAddresses) {
  const test = withServers(plainTest);
  for (const [host, path] of addresses) {
    test(`after one visit to ${host}${path} everything works without the server`, async ({
      open,
      serving,
    }) => {
      const site = await serving(dist, { paths: [path] });
      const { page } = await open(addressOf(site, host, path), { offline: true });
      await keptOffline(page);
      await site.close();

      await pickFiles(page, [formats[0]]);
      await settled(page, 1);
      await page.reload();
      await waitForState(page, "empty");
      await page.click("button[name=example]");
      await settled(page, 1);
      await pickFiles(page, features.files);
      for (const [index, file] of formats.entries()) {
        await pickFiles(page, [file]);
        await settled(page, index + 3);
      }
      const all = await settled(page, formats.length + 2);
      const done = all.filter(({ state }) => state === "done").map(({ name: file }) => file);
      const wanted = [...features.files, ...formats].map((file) => basename(file));
      assert.deepEqual(done.slice(1), wanted);
      await select(page, basename(features.files[0]));
      const { alpha } = await numbers(page);
      assert.ok(Math.abs(alpha - features.default_fit.alpha) < 1e-9);
    });
  }
}

/** How a newer version comes, a site from a zip, and files that the system opens. */
export function versions(plainTest) {
  const test = withServers(plainTest);

  test("a zip of the site, served by Python, works", async ({ open, temporary, ending }) => {
    const folder = temporary();
    const run = (...args) => execFileSync(python, args, { cwd: folder });
    run("-m", "zipfile", "-c", "site.zip", `${dist}/.`);
    run("-m", "zipfile", "-e", "site.zip", "site");
    const port = await freePort();
    const server = spawn(python, ["-m", "http.server", String(port), "--directory", "site"], {
      cwd: folder,
      stdio: "ignore",
    });
    ending(() => server.kill());
    const url = `http://localhost:${port}/`;
    await waitUntilAnswered(url);
    const { page } = await open(url, { offline: true });
    await keptOffline(page);
    await page.click("button[name=example]");
    await settled(page, 1);
    await pickFiles(page, [formats[0]]);
    const list = await settled(page, 2);
    assert.deepEqual(
      list.map(({ state }) => state),
      ["done", "done"],
    );
  });

  test("a newer version waits until it is wanted, and replaces the older one", async ({
    open,
    serving,
    temporary,
  }) => {
    const { folder, deploy } = await twoVersions(temporary());
    const site = await serving(folder);
    const url = addressOf(site, hosts[1]);
    const { page } = await open(url, { offline: true });
    await keptOffline(page);
    const older = await mainScript(page);
    const another = await (page.context?.() ?? page.browserContext()).newPage();
    await another.goto(url);
    await waitForState(another, "empty");
    deploy();

    // A tab behind another has slow timers.
    await page.bringToFront();
    await page.reload();
    await waitForState(page, "empty");
    assert.equal(await mainScript(page), older);
    await pickFiles(page, features.files);
    await settled(page, 1);
    await noticed(page);
    assert.match(await noticeText(page), /A new version is ready\..+what is loaded here/);
    // Not a byte of the older version is on the server any more, and all of it still works here.
    await pickFiles(page, [formats[0]]);
    await settled(page, 2);

    const loaded = page.waitForNavigation();
    await page.evaluate(() => document.querySelector("eigen-update button[name=reload]").click());
    await loaded;
    await waitForState(page, "empty");
    assert.notEqual(await mainScript(page), older);
    // The other tab was not asked: it goes on as it is, and shows a notice.
    await another.bringToFront();
    await noticed(another);
    assert.equal(await mainScript(another), older);
    await pickFiles(another, [formats[0]]);
    const [{ state }] = await settled(another, 1);
    assert.equal(state, "done");
    await another.close();
    await page.bringToFront();
    await site.close();
    await page.reload();
    await waitForState(page, "empty");
    assert.notEqual(await mainScript(page), older);
    assert.equal(await page.$("eigen-update"), null);
    await pickFiles(page, [formats[0]]);
    await settled(page, 1);
    const isGone = async (script) => {
      const [cache] = await caches.keys();
      const kept = await (await caches.open(cache)).keys();
      return !kept.some((request) => request.url === script) && kept.length;
    };
    await waitFor(page, isGone, older, { what: "end of the older files" });
  });

  test("a newer version is not announced twice, nor to a page that is it", async ({
    open,
    serving,
    temporary,
  }) => {
    const { folder, deploy } = await twoVersions(temporary());
    const site = await serving(folder);
    const { page } = await open(addressOf(site, hosts[0]), { offline: true });
    await keptOffline(page);
    const older = await mainScript(page);
    deploy();

    // As after `npm start` with newer sources: a page that is loaded is the newer one at once.
    await page.reload();
    await waitForState(page, "empty");
    const newer = await mainScript(page);
    assert.notEqual(newer, older);
    const taken = async () => {
      const { waiting, installing } = await navigator.serviceWorker.getRegistration();
      const [cache] = await caches.keys();
      const kept = await (await caches.open(cache)).keys();
      const script = document.querySelector("script[src]").src;
      return !waiting && !installing && kept.some(({ url }) => url === script);
    };
    await waitFor(page, taken, null, { what: "newer version" });
    assert.equal(await page.$("eigen-update"), null);
    await site.close();
    await page.reload();
    await waitForState(page, "empty");
    assert.equal(await mainScript(page), newer);
  });

  test("files that the system opens with the page are analyzed", async ({ open }) => {
    const { page } = await open("/", { init: queueLaunch, idle: true });
    const listens = () => window.launch !== undefined;
    await waitFor(page, listens, null, { what: "launch consumer" });
    await page.evaluate(
      ([file, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        window.launch({ files: [{ getFile: async () => new File([bytes], file) }] });
      },
      [basename(features.files[0]), readFileSync(join(top, features.files[0])).toString("base64")],
    );
    const [{ state }] = await settled(page, 1);
    assert.equal(state, "done");
  });
}

/** For Chromium alone. */
export function installs(test) {
  withServers(test)(
    "Chromium finds nothing that keeps the page from being installed",
    async ({ open, serving }) => {
      const site = await serving(dist, { paths: [SUB_PATH] });
      const { page } = await open(addressOf(site, hosts[0], SUB_PATH), { offline: true });
      await keptOffline(page);
      const session = await page.context().newCDPSession(page);
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
      // A tab of the driver is in a window of its own kind, which is not to install anything.
      const hindrances = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
      assert.deepEqual(hindrances, []);
      const { url, data, errors } = await session.send("Page.getAppManifest");
      assert.equal(url, `${addressOf(site, hosts[0], SUB_PATH)}manifest.webmanifest`);
      assert.deepEqual(errors, []);
      for (const { src } of JSON.parse(data).icons)
        assert.equal((await fetch(new URL(src, url))).headers.get("content-type"), "image/png");
    },
  );
}

function addressOf({ origin }, host, path = "/") {
  return `${origin.replace("localhost", host)}${path}`;
}

/** A folder with the site; `deploy` replaces it by a newer one, in which all hashed names differ. */
async function twoVersions(parent) {
  const [folder, newer] = ["site", "newer"].map((one) => join(parent, one));
  for (const one of [folder, newer]) cpSync(dist, one, { recursive: true });
  const names = readdirSync(join(newer, "assets"));
  const renamed = (text) =>
    names.reduce(
      (done, name) => done.replaceAll(name, name.replace(/\.(?=\w+$)/, "-newer.")),
      text,
    );
  for (const name of names) {
    const path = join(newer, "assets", name);
    if (/\.(js|css)$/.test(name)) writeFileSync(path, renamed(readFileSync(path, "utf8")));
    renameSync(path, join(newer, "assets", renamed(name)));
  }
  const page = join(newer, "index.html");
  writeFileSync(page, renamed(readFileSync(page, "utf8")));
  await serviceWorker(newer);
  const deploy = () => {
    rmSync(folder, { recursive: true });
    cpSync(newer, folder, { recursive: true });
  };
  return { folder, deploy };
}

function mainScript(page) {
  return page.$eval("script[src]", ({ src }) => src);
}

function noticed(page) {
  const shown = () => document.querySelector("eigen-update") !== null;
  return waitFor(page, shown, null, { what: "notice of a new version" });
}

function noticeText(page) {
  return page.$eval("eigen-update", ({ textContent }) => textContent.trim());
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "localhost"), "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function waitUntilAnswered(url) {
  for (let left = 600; ; left -= 1) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}

/** Runs before the page: stands in for what Chromium has in installed pages. */
function queueLaunch() {
  const setConsumer = (consume) => {
    window.launch = consume;
  };
  Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
}
