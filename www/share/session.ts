/** Results that stay in this browser over a reload, if the person has asked for that. */

import { clear, get, set } from "idb-keyval";
import type { Adornment } from "../state/dataset";
import { wishSession } from "../state/session";
import type { State } from "../state/state";
import type { Workspace } from "../state/workspace";
import { type Returned, readReport } from "./recorded";

/** Where it is in IndexedDB. */
const place = "session";
/** It is saved when nothing has changed for so many milliseconds. */
const rest = 500;

type View = Pick<State, "window" | "weight" | "preparation" | "dropped">;

/** What is kept: Reports, how each is shown, and what was in view. */
interface Session {
  view: View;
  datasets: { report: string; adornment: Adornment }[];
}

let unsubscribe: (() => void) | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Begins to keep results, or lets go of them. */
export function keep(workspace: Workspace, wanted: boolean): void {
  try {
    wishSession(wanted);
  } catch (error) {
    workspace.report(error);
    return;
  }
  if (wanted) follow(workspace);
  else void stop();
}

/** Shows what was kept, and keeps what follows; what cannot be shown stays where it is. */
export async function restore(workspace: Workspace): Promise<void> {
  try {
    const session = await get<Session>(place);
    if (session) await show(workspace, session);
  } catch (error) {
    workspace.report(error);
    return;
  }
  follow(workspace);
}

async function show(workspace: Workspace, { datasets, view }: Session): Promise<void> {
  const all: Returned[] = [];
  for (const { report, adornment } of datasets) {
    const returned = await readReport(JSON.parse(report));
    all.push({ ...returned, name: adornment.name });
  }
  workspace.receive(all, "report");
  workspace.state.datasets.slice(-all.length).forEach(({ id }, index) => {
    const adornment = datasets[index]?.adornment;
    if (adornment) workspace.adorn(id, adornment);
  });
  workspace.prepare(view.preparation, view.dropped);
  workspace.setWindow(view.window);
  workspace.setWeight(view.weight);
}

function follow(workspace: Workspace): void {
  unsubscribe?.();
  let seen: readonly unknown[] = [];
  const changed = (): void => {
    const { datasets, window, weight } = workspace.state;
    const now = [window, weight, ...datasets.flatMap((one) => [one.analysis, ...shownAs(one)])];
    if (now.length === seen.length && now.every((part, index) => part === seen[index])) return;
    seen = now;
    clearTimeout(timer);
    timer = setTimeout(() => void save(workspace), rest);
  };
  unsubscribe = workspace.subscribe(changed);
  changed();
}

const shownAs = ({ name, style, isHidden, place }: Adornment): unknown[] => [
  name,
  style,
  isHidden,
  place,
];

async function save({ state }: Workspace): Promise<void> {
  const { window, weight, preparation, dropped } = state;
  const datasets = state.datasets.flatMap(({ analysis, name, style, isHidden, place }) => {
    if (!analysis) return [];
    const report = JSON.stringify(analysis.report(window.first, window.last, weight));
    return [{ report, adornment: { name, style, isHidden, place } }];
  });
  await set(place, { view: { window, weight, preparation, dropped }, datasets } satisfies Session);
}

async function stop(): Promise<void> {
  unsubscribe?.();
  unsubscribe = undefined;
  clearTimeout(timer);
  await clear();
}

/** Takes everything off the page and out of this browser. */
export async function clearEverything(workspace: Workspace): Promise<void> {
  workspace.removeAll();
  workspace.setSettings({ theme: "system" });
  await stop();
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("eigenscope.")) localStorage.removeItem(key);
  }
  history.replaceState(null, "", location.pathname + location.search);
  // The same origin may have other pages, with what is theirs.
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return;
  for (const name of await caches.keys())
    if (name.endsWith(registration.scope)) await caches.delete(name);
  await registration.unregister();
}
