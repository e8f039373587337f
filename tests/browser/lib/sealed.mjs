// The moment from which on nothing leaves the page.

import { waitFor, waitForState } from "./page.mjs";

/** Waits until the page is sealed; the icon is all that may still be on its way. */
export async function sealed(page) {
  await waitForState(page, "empty");
  const has = () => document.querySelector("head > meta:last-of-type")?.content.includes("none");
  await waitFor(page, has, null, { what: "seal" });
}

/** Waits until the service worker has kept all files of the site, and answers for this page. */
export function keptOffline(page) {
  const answers = async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (
      registration?.active?.state === "activated" && navigator.serviceWorker.controller !== null
    );
  };
  return waitFor(page, answers, null, { timeout: 60_000, what: "service worker" });
}
