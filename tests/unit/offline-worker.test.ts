// The service worker keeps the site's own files and nothing else, and a newer version waits until it is wanted.

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Caches, type Files, Network, scriptFor, Version } from "./lib/service-worker";

const site = "https://host.example/scope/";
const here = "http://localhost:4173/";

const older: Files = {
  "index.html": "the older page",
  "manifest.webmanifest": "{}",
  "licenses.txt": "MIT",
  "assets/main-aaaaaaaa.js": "older code",
  "assets/same-cccccccc.js": "code of both",
  _headers: "for hosts",
  "eigen-scope.d.ts": "types",
};
const newer: Files = {
  "index.html": "the newer page",
  "manifest.webmanifest": "{}",
  "licenses.txt": "MIT",
  "assets/main-bbbbbbbb.js": "newer code",
  "assets/same-cccccccc.js": "code of both",
};
const kept = (files: Files): string[] =>
  Object.keys(files).filter((name) => !/^_headers$|\.d\.ts$/.test(name));

let scripts: { older: string; newer: string };
beforeAll(async () => {
  scripts = { older: await scriptFor(older), newer: await scriptFor(newer) };
}, 60_000);

let network: Network;
let caches: Caches;
beforeEach(() => {
  network = new Network(site, older);
  caches = new Caches();
});

const at = (names: readonly string[], folder = site): string[] =>
  names.map((name) => `${folder}${name}`).sort();

/** The older version, installed and active. */
async function first(): Promise<Version> {
  const version = new Version(scripts.older, network, caches);
  await version.install();
  await version.activate();
  return version;
}

/** A newer site, and its version, which waits. */
async function second(): Promise<Version> {
  network.files = newer;
  const version = new Version(scripts.newer, network, caches);
  await version.install();
  return version;
}

describe("at the first visit", () => {
  test("every file of the site is asked for once, and no other", async () => {
    await first();
    expect([...network.asked].sort()).toEqual(at(kept(older)));
    expect(caches.addresses).toEqual(at(kept(older)));
  });

  test("the page of that visit can be offline at once", async () => {
    const version = await first();
    expect(version.claimed).toBe(1);
    expect(version.skipped).toBe(0);
  });

  test.each(["assets/main-aaaaaaaa.js", "index.html", "licenses.txt"])(
    "a %s with other bytes than the build's is not kept: the version does not install",
    async (name) => {
      network.files = { ...older, [name]: "other bytes" };
      const version = new Version(scripts.older, network, caches);
      await expect(version.install()).rejects.toThrow(/integrity/);
    },
  );

  test("a file that is not there keeps the version from installing", async () => {
    const { "licenses.txt": _, ...rest } = older;
    network.files = rest;
    const version = new Version(scripts.older, network, caches);
    await expect(version.install()).rejects.toThrow();
  });
});

describe("without a network", () => {
  test("every file is there, whatever its parameters", async () => {
    const version = await first();
    network.isOff = true;
    network.asked.length = 0;
    for (const name of kept(older)) {
      expect(await version.get(name)).toBe(older[name]);
      expect(await version.get(`${name}?embed=https://x&theme=dark`)).toBe(older[name]);
    }
    expect(network.asked).toEqual([]);
  });

  test.each(["", "?embed", "?embed=https%3A%2F%2Fhost&x=1", "index.html", "#learn/window"])(
    "the page is there at “%s”",
    async (address) => {
      const version = await first();
      network.isOff = true;
      expect(await version.get(address, { navigates: true })).toBe("the older page");
    },
  );

  test("what the site does not have is left to the network, which is not there", async () => {
    const version = await first();
    network.isOff = true;
    expect(await version.get("features.npy")).toBeNull();
    expect(await version.get("_headers")).toBeNull();
    expect(await version.get("eigen-scope.d.ts")).toBeNull();
    expect(await version.get("https://other.example/index.html")).toBeNull();
    await expect(version.get("assets/gone-dddddddd.js")).rejects.toThrow(TypeError);
  });
});

describe("with a network", () => {
  test("the page comes from what is kept", async () => {
    const version = await first();
    network.files = newer;
    network.asked.length = 0;
    expect(await version.get("", { navigates: true })).toBe("the older page");
    expect(network.asked).toEqual([]);
  });

  test("what the site does not have is between the page and the network", async () => {
    const version = await first();
    network.asked.length = 0;
    expect(await version.get("features.npy")).toBeNull();
    expect(await version.get("assets/gone-dddddddd.js")).toBe(404);
    expect(network.asked).toEqual(at(["assets/gone-dddddddd.js"]));
  });
});

describe("on a server of this machine", () => {
  beforeEach(() => {
    network = new Network(here, older);
  });

  test("the page is asked for first, because such servers come and go", async () => {
    const version = await first();
    network.files = newer;
    expect(await version.get("", { navigates: true })).toBe("the newer page");
    expect(await version.get("assets/main-aaaaaaaa.js")).toBe("older code");
  });

  test("without that server the page is what is kept", async () => {
    const version = await first();
    network.isOff = true;
    expect(await version.get("", { navigates: true })).toBe("the older page");
    expect(await version.get("deep/down", { navigates: true })).toBe("the older page");
  });

  test.each(["http://127.0.0.1:8000/x/", "http://[::1]:8000/"])(
    "%s is one as well",
    async (folder) => {
      network = new Network(folder, older);
      const version = await first();
      network.files = newer;
      expect(await version.get("", { navigates: true })).toBe("the newer page");
    },
  );

  test.each(["http://eigenscope.localhost:8000/", "http://localhost.example/"])(
    "%s is not",
    async (folder) => {
      network = new Network(folder, older);
      const version = await first();
      network.files = newer;
      expect(await version.get("", { navigates: true })).toBe("the older page");
    },
  );
});

describe("a newer version", () => {
  test("asks only for what has changed", async () => {
    await first();
    network.asked.length = 0;
    await second();
    expect([...network.asked].sort()).toEqual(at(["assets/main-bbbbbbbb.js", "index.html"]));
  });

  test("waits: the older one answers as before, though the server has none of it", async () => {
    const version = await first();
    const next = await second();
    expect([next.skipped, next.claimed]).toEqual([0, 0]);
    network.isOff = true;
    expect(await version.get("", { navigates: true })).toBe("the older page");
    expect(await version.get("assets/main-aaaaaaaa.js")).toBe("older code");
    expect(await next.get("", { navigates: true })).toBe("the newer page");
  });

  test("takes over where it is asked to", async () => {
    await first();
    const next = await second();
    await next.tell({ type: "take-over" });
    expect(next.skipped).toBe(1);
    await next.activate();
    expect(next.claimed).toBe(1);
  });

  test("has for older pages, in other tabs, what those have not loaded yet", async () => {
    await first();
    const next = await second();
    await next.activate();
    network.isOff = true;
    expect(await next.get("assets/main-aaaaaaaa.js")).toBe("older code");
    expect(await next.get("assets/main-bbbbbbbb.js")).toBe("newer code");
  });

  test("knows whether a page is of it, by the files that the page names", async () => {
    const version = await first();
    const next = await second();
    const holds = (of: Version, names: readonly string[]): Promise<unknown> =>
      of.tell({ type: "holds", urls: at(names) });
    expect(await holds(version, ["assets/main-aaaaaaaa.js", "assets/same-cccccccc.js"])).toBe(true);
    expect(await holds(next, ["assets/main-aaaaaaaa.js", "assets/same-cccccccc.js"])).toBe(false);
    expect(await holds(next, ["assets/main-bbbbbbbb.js"])).toBe(true);
    expect(await holds(next, [])).toBe(true);
    expect(await next.tell({ type: "holds", urls: ["https://other.example/main.js"] })).toBe(false);
  });
});

describe("to tidy", () => {
  test("forgets what older versions have left, and keeps its own", async () => {
    await first();
    const next = await second();
    await next.activate();
    await next.tell({ type: "tidy" });
    expect(caches.addresses).toEqual(at(Object.keys(newer)));
    network.isOff = true;
    expect(await next.get("", { navigates: true })).toBe("the newer page");
  });

  test.each<[string, Partial<Version>]>([
    ["another window may want it", { windows: 2 }],
    ["another version waits", { isOtherWaiting: true }],
    ["another version installs", { isOtherInstalling: true }],
  ])("waits while %s", async (_, changes) => {
    await first();
    const next = Object.assign(await second(), changes);
    await next.tell({ type: "tidy" });
    expect(caches.addresses).toContain(`${site}assets/main-aaaaaaaa.js`);
    Object.assign(next, { windows: 1, isOtherWaiting: false, isOtherInstalling: false });
    await next.tell({ type: "tidy" });
    expect(caches.addresses).not.toContain(`${site}assets/main-aaaaaaaa.js`);
  });

  test("is not done by itself: the older version may still be open", async () => {
    await first();
    const next = await second();
    await next.activate();
    expect(caches.addresses).toContain(`${site}assets/main-aaaaaaaa.js`);
  });
});

test("other messages change nothing", async () => {
  const version = await first();
  const before = caches.addresses;
  expect(await version.tell({ type: "delete" })).toBeUndefined();
  expect(caches.addresses).toEqual(before);
  expect(version.skipped).toBe(0);
});
