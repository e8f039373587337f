// The page without what is drawn, in Node: its own state (www/state) over its own engine (engine.mjs), and its own
// modules that make links and files of that (www/share).
//
//   const page = await startPage();                               // once in each test file
//   const workspace = await page.open();                          // empty, as after a load
//   await page.analyze(workspace, [file("tests/data/x.npy")]);    // until all of each file is computed
//   page.tableCsv(page.shownBy(workspace));                       // what the page saves

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { top } from "../../../scripts/setup/step.mjs";
import { startEngine } from "./engine.mjs";

export async function startPage() {
  const engine = await startEngine();
  standInForView();
  vi.doMock("virtual:wasm/recorded", () => ({
    base64: readFileSync(join(top, "www/wasm/recorded.wasm"), "base64"),
  }));
  const [{ Workspace }, ...shared] = await Promise.all([
    import("../../../www/state/workspace"),
    import("../../../www/share/back"),
    import("../../../www/share/python"),
    import("../../../www/share/recorded"),
    import("../../../www/share/shown"),
    import("../../../www/share/tables"),
  ]);
  const { analyze, defaultWindow, group, info } = engine;
  const open = async () => {
    const boot = async () => info;
    const workspace = new Workspace({ boot, seal() {}, analyze, group, defaultWindow });
    await workspace.start();
    workspace.setSettings({ engine: "exact", workers: 2 });
    return workspace;
  };
  return Object.assign({ open, analyze: analyzed, studied, engine }, ...shared);
}

/** Gives files to the page, each a matrix of its own, and waits until all that it computes is there. */
async function analyzed(workspace, files) {
  workspace.offer(files);
  if (files.length > 1) {
    await when(workspace, ({ state }) => state.question);
    workspace.answer("separate");
  }
  const ids = workspace.state.datasets.slice(-files.length).map(({ id }) => id);
  for (const id of ids.reverse()) {
    workspace.select(id);
    await studied(workspace);
  }
}

/** Waits until all that can be computed of the dataset in view is there. */
export function studied(workspace) {
  return when(workspace, ({ state }) => {
    const { failure, status, name } = state.datasets.find(({ id }) => id === state.selected);
    if (failure ?? state.notice) throw new Error(`${name}: ${(failure ?? state.notice).message}`);
    if (status === "choosing") throw new Error(`${name}: the page asks what to read`);
    return workspace.isStudied;
  });
}

/** Waits until every dataset has its numbers in the window in view. */
export function refitted(workspace) {
  return when(workspace, ({ state: { datasets, window, weight } }) =>
    datasets.every(({ analysis, outcome }) => {
      const now = analysis.outcome(window.first, window.last, weight);
      return outcome?.fit?.alpha === now.fit?.alpha;
    }),
  );
}

/** Resolves after the first change that makes it so, or at once. */
function when(workspace, isSo) {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const look = () => {
      try {
        if (!isSo(workspace)) return false;
        resolve();
      } catch (error) {
        reject(error);
      }
      stop();
      return true;
    };
    if (!look()) stop = workspace.subscribe(look);
  });
}

/** What modules ask of a browser when they are loaded, though nothing is drawn. */
function standInForView() {
  vi.stubGlobal("litIssuedWarnings", new Set(["dev-mode"]));
  vi.stubGlobal("HTMLElement", class {});
  vi.stubGlobal("customElements", { define() {} });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("location", { search: "", hash: "", href: "http://localhost/" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem() {}, removeItem() {} });
  document.createTreeWalker = () => ({});
}
