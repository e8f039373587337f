/**
 * The service worker: keeps the site's own files, so that the page works without a network.
 *
 * Of its own accord it asks for nothing but the files in its list, each once and with the hash that the build wrote down; whatever else a
 * page asks for is between that page, its policy and the network. It is a classic script in one file, built after all others
 * (scripts/site/offline.mjs), because its list names them.
 */

import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import type { Asked } from "./protocol";

/** What the compiler knows of a page's globals is not what a service worker has. */
declare const self: {
  addEventListener(type: string, listener: (event: ServiceWorkerEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<unknown[]>;
  };
};

interface ServiceWorkerEvent {
  readonly data: Asked;
  readonly ports: readonly MessagePort[];
  waitUntil(work: Promise<unknown>): void;
}

/** All files of the site: address, hash where the address has none, and what the bytes must be. */
declare const FILES: { url: string; revision: string | null; integrity: string }[];

const kept = new PrecacheController();
kept.addToCacheList(FILES);

/**
 * On a server of this machine the page is asked for before it is taken from what is kept: such servers come and go, with newer builds
 * of this page or with other sites on the same port.
 */
if (["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)) {
  registerRoute(
    ({ request }) => request.mode === "navigate",
    async ({ request }) => {
      try {
        return await fetch(request);
      } catch {
        return (await kept.matchPrecache("index.html")) ?? Response.error();
      }
    },
  );
}
// No file means another one with other parameters.
registerRoute(new PrecacheRoute(kept, { ignoreURLParametersMatching: [/./] }));
// A page of an older version, open in another tab, finds what it has not loaded yet.
registerRoute(
  ({ url }) => url.href.startsWith(`${self.registration.scope}assets/`),
  async ({ request }) => (await caches.match(request.url)) ?? fetch(request),
);

self.addEventListener("install", (event) => kept.install(event as never));
// The page of the first visit can be offline without being loaded again.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  switch (event.data.type) {
    case "holds": {
      const held = new Set(kept.getCachedURLs());
      event.ports[0]?.postMessage(event.data.urls.every((url) => held.has(url)));
      break;
    }
    case "take-over":
      void self.skipWaiting();
      break;
    case "tidy":
      event.waitUntil(tidy(event));
  }
});

/** Forgets files of versions before this one, unless a page may still want them: one of another version, or a version that waits. */
async function tidy(event: ServiceWorkerEvent): Promise<void> {
  const { waiting, installing } = self.registration;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!waiting && !installing && windows.length <= 1) await kept.activate(event as never);
}
