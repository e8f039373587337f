/**
 * What lets the page work without a network, and tells when there is a newer one. Loaded once the page rests: the first visit does not
 * wait for it.
 */

import { serviceWorkerUrl, trustedScriptUrl } from "../engine/trusted";
import type { Workspace } from "../state/workspace";
import { showUpdate } from "../view/update";
import { receiveLaunches } from "./launch";
import type { Asked } from "./protocol";

export function start(workspace: Workspace): void {
  receiveLaunches(workspace);
  // Another site's frame keeps nothing.
  if (window.parent === window && "serviceWorker" in navigator) void keep(workspace);
}

/** Has the site's files kept. */
async function keep(workspace: Workspace): Promise<void> {
  const { serviceWorker } = navigator;
  let registration: ServiceWorkerRegistration;
  try {
    registration = await serviceWorker.register(trustedScriptUrl(serviceWorkerUrl()));
  } catch {
    // Private windows and switched-off storage: the page needs a network to be loaded, and everything else is as ever.
    return;
  }
  const offer = () => showUpdate(workspace, () => takeOver(registration));
  const wait = async (version: ServiceWorker): Promise<void> => {
    // A page that came past what is kept is that version already.
    if (await holdsThisPage(version)) ask(version, { type: "take-over" });
    else offer();
  };
  let controller = serviceWorker.controller;
  serviceWorker.addEventListener("controllerchange", async () => {
    // Another tab has taken a version that is not this page's.
    const now = serviceWorker.controller;
    if (controller && now && !(await holdsThisPage(now))) offer();
    controller = now;
  });
  registration.addEventListener("updatefound", () => {
    const version = registration.installing;
    version?.addEventListener("statechange", () => {
      if (registration.waiting === version && registration.active) void wait(version);
    });
  });
  if (registration.waiting) await wait(registration.waiting);
  else if (registration.active) ask(registration.active, { type: "tidy" });
}

/** Loads the page again in the version that waits, if there is one still. */
function takeOver({ waiting }: ServiceWorkerRegistration): void {
  const reload = () => location.reload();
  if (waiting) {
    navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
    ask(waiting, { type: "take-over" });
  } else {
    reload();
  }
}

/** Whether the scripts and styles that this document names are a version's. */
function holdsThisPage(version: ServiceWorker): Promise<boolean> {
  const scripts = Array.from(document.querySelectorAll<HTMLScriptElement>("script[src]"));
  const styles = document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]");
  const urls = [...scripts.map(({ src }) => src), ...Array.from(styles, ({ href }) => href)];
  const { port1, port2 } = new MessageChannel();
  ask(version, { type: "holds", urls }, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === true);
  });
}

function ask(version: ServiceWorker, question: Asked, transfer: Transferable[] = []): void {
  version.postMessage(question, transfer);
}
