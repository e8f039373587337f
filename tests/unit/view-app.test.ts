// The page as a whole: what its title and its state say, which panels there are, and what becomes of files and folders that come in.

import "./lib/page-globals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Progress } from "../../www/engine/types";
import { AnalysisError } from "../../www/engine/types";
import { ShownPart, stubBrowser } from "./lib/parts";
import { endScenes, file, Scene, scene, turn } from "./lib/scripted-engine";
import { all, type Element, only, words } from "./lib/template";

const comeBack = vi.hoisted(() => vi.fn());
vi.mock("../../www/share/back", () => ({ comeBack }));
// What they draw is not in question here.
vi.mock("../../www/view/depth", () => ({}));
vi.mock("../../www/view/compare", () => ({}));

const page = { title: "", documentElement: { dataset: {} as Record<string, string> } };
const media = { matches: true, addEventListener: () => {} };

stubBrowser();
vi.stubGlobal("matchMedia", () => media);
vi.stubGlobal("document", { ...page, adoptedStyleSheets: [], querySelectorAll: () => [] });
vi.stubGlobal("getComputedStyle", () => ({ getPropertyValue: () => "#fff" }));
await import("../../www/view/app");

beforeEach(() => {
  vi.useFakeTimers();
  media.matches = true;
  comeBack.mockReset();
});
afterEach(async () => {
  await endScenes();
  vi.useRealTimers();
});

/** The page that shows a workspace, as Lit updates it after each change. */
class App extends ShownPart {
  readonly #app: { dataset: Record<string, string>; willUpdate(changed: unknown): void };

  constructor(readonly scene: Scene) {
    super("eigen-app", scene.workspace, { dataset: {} });
    this.#app = this.element as never;
  }

  override get root(): Element {
    this.#app.willUpdate(new Map());
    return super.root;
  }

  get said(): { state: string; study: string; title: string } {
    this.#app.willUpdate(new Map());
    const { state = "", study = "" } = this.#app.dataset;
    return { state, study, title: document.title };
  }

  get panels(): string[] {
    const [bench] = all(this.root, "div", { class: "workbench" });
    return (bench?.children ?? []).flatMap((child) =>
      typeof child === "string" ? [] : [child.name.replace("eigen-", "")],
    );
  }

  /** As the picker of files or of a folder. */
  async pick(name: "files" | "folder", ...names: string[]): Promise<void> {
    const picker = { files: names.map(file), value: "C:\\fakepath" };
    this.fire(only(this.root, "input", { type: "file", name }), "change", picker);
    // The same file can be chosen again.
    expect(picker.value).toBe("");
    await turn();
    await vi.dynamicImportSettled();
    await turn();
  }

  get notice(): string {
    const [alert] = all(this.root, "p", { role: "alert" });
    return alert ? `${alert.attributes["data-code"]}: ${words(alert)}` : "";
  }
}

const progress: Progress = {
  stage: "reading",
  onGpu: false,
  rows: 40_000,
  rowsTotal: 160_000,
  bytes: 40,
  bytesTotal: 160,
  bytesPerSecond: 1,
  secondsLeft: null,
};

describe("the page says", () => {
  test("its state and how far a run is, and then the answer", async () => {
    const one = await scene();
    const app = new App(one);
    expect(app.said).toMatchObject({ state: "empty", study: "open" });
    expect(app.said.title).toMatch(/^Eigenscope/);
    await one.offer("a.npy");
    expect(app.said.state).toBe("running");
    one.engine.reading.events.onProgress(progress);
    expect(app.said.title).toBe("40,000 of 160,000 rows · Eigenscope");
    await one.engine.answer({ spectrum: { alpha: 0.98765 } });
    expect(app.said).toEqual({
      state: "done",
      study: "open",
      title: "α 0.988 · a.npy · Eigenscope",
    });
    await one.engine.finish();
    expect(app.said.study).toBe("done");
    one.workspace.runAgain(one.id("a.npy"));
    await one.engine.refuse("file_changed");
    expect(app.said).toMatchObject({ state: "error", title: expect.stringMatching(/^Eigenscope/) });
  });

  test("a lesson's title is the lesson's own", async () => {
    const one = await scene();
    const app = new App(one);
    document.title = "Window · Eigenscope";
    one.workspace.openLesson("#learn/window");
    expect(app.said.title).toBe("Window · Eigenscope");
    expect(all(app.root, "eigen-learn")).toHaveLength(1);
  });

  test("why it cannot start, where that is so", async () => {
    const one = new Scene();
    one.engine.bootFailure = new AnalysisError("no_simd", "This browser is too old.");
    await one.workspace.start();
    expect(new App(one).notice).toBe("no_simd: This browser is too old.");
  });

  test("a notice, until it is dismissed", async () => {
    const one = await scene();
    const app = new App(one);
    one.workspace.report(new TypeError("x is undefined"));
    expect(app.notice).toMatch(/^unexpected: .*x is undefined/);
    app.fire(only(app.root, "button", { "aria-label": "Dismiss" }), "click");
    expect(app.notice).toBe("");
  });

  test("what happens, to screen readers", async () => {
    const one = await scene();
    const app = new App(one);
    await one.offer("a.npy");
    expect(words(only(app.root, "p", { role: "status" }))).toBe("Reading a.npy.");
  });
});

describe("the panels", () => {
  test("stand side by side where there is room, and in one column with the answer first", async () => {
    const one = await scene();
    const app = new App(one);
    expect(all(app.root, "eigen-start")).toHaveLength(1);
    await one.analyzed("a.npy");
    await vi.dynamicImportSettled();
    await turn();
    const panels = ["list", "spectrum", "readout", "facts", "truth", "depth"];
    void app.root;
    await vi.dynamicImportSettled();
    await turn();
    expect(app.panels).toEqual(panels);
    media.matches = false;
    expect(app.panels).toEqual(["readout", "spectrum", "facts", "truth", "depth", "list"]);
  });

  test("begin with the list in one column where it has something to say", async () => {
    media.matches = false;
    const one = await scene();
    const app = new App(one);
    await one.offer("a.npy");
    expect(app.panels.at(-1)).toBe("list");
    one.workspace.cancel();
    expect(app.panels[0]).toBe("list");
    one.workspace.runAgain(one.id("a.npy"));
    await one.engine.refuse("file_changed");
    expect(app.panels[0]).toBe("list");
    one.workspace.runAgain(one.id("a.npy"));
    await one.engine.finish();
    expect(app.panels[0]).toBe("readout");
    one.workspace.askWhichAgain(one.id("a.npy"));
    expect(app.panels[0]).toBe("list");
    one.workspace.keep(one.id("a.npy"));
    await one.offered("b.npy", "c.npy");
    expect(app.panels[0]).toBe("list");
  });

  test("have the comparison once there are two datasets, and busy until it is loaded", async () => {
    const one = await scene();
    const app = new App(one);
    await one.offer("a.npy");
    void app.root;
    await vi.dynamicImportSettled();
    await turn();
    expect(app.panels).not.toContain("compare");
    await one.offer("b.npy");
    expect(only(app.root, "div", { class: "workbench" }).attributes["aria-busy"]).toBe(true);
    await vi.dynamicImportSettled();
    await turn();
    expect(only(app.root, "div", { class: "workbench" }).attributes["aria-busy"]).toBe(false);
    expect(app.panels).toContain("compare");
  });
});

describe("files that come in", () => {
  test("are read; several are asked about first", async () => {
    const one = await scene();
    const app = new App(one);
    await app.pick("files", "a.npy");
    expect(one.engine.busy).toBe("read a.npy");
    await app.pick("files", "b.npy", "c.npy");
    expect(one.workspace.state.question?.flat().map(({ name }) => name)).toEqual([
      "b.npy",
      "c.npy",
    ]);
    expect(comeBack).not.toHaveBeenCalled();
  });

  test("may bring back what was saved: pictures and Reports are looked at for that first", async () => {
    const one = await scene();
    const app = new App(one);
    comeBack.mockResolvedValueOnce({ others: [file("photo.png")], refusal: null });
    await app.pick("files", "plot.svg", "photo.png", "report.JSON", "a.npy");
    const [workspace, looked] = comeBack.mock.calls[0] as [unknown, File[]];
    expect(workspace).toBe(one.workspace);
    expect(looked.map(({ name }) => name)).toEqual(["plot.svg", "photo.png", "report.JSON"]);
    // What brings nothing back is read like any other file.
    expect(one.workspace.state.question?.flat().map(({ name }) => name)).toEqual([
      "a.npy",
      "photo.png",
    ]);
  });

  test("that cannot be brought back say why, also where another file is read", async () => {
    const one = await scene();
    const app = new App(one);
    const refusal = new AnalysisError("bad_report", "report.json: no.");
    comeBack.mockResolvedValueOnce({ others: [], refusal });
    await app.pick("files", "report.json", "a.npy");
    expect(one.engine.busy).toBe("read a.npy");
    expect(app.notice).toBe("bad_report: report.json: no.");
  });

  test("lead back from a lesson to the analyzer", async () => {
    const one = await scene();
    const app = new App(one);
    one.workspace.leaveLessons("#s=abc");
    one.workspace.openLesson("#learn/window");
    await app.pick("files", "a.npy");
    expect(location.hash).toBe("#s=abc");
    location.hash = "";
  });
});

describe("a folder that is chosen", () => {
  test("gives its features, not its notes", async () => {
    const one = await scene();
    await new App(one).pick("folder", "step1.npy", "step0.npy", "notes.md", ".hidden.npy");
    expect(one.workspace.state.question?.flat().map(({ name }) => name)).toEqual([
      "step0.npy",
      "step1.npy",
    ]);
  });

  test("without features says so", async () => {
    const one = await scene();
    const app = new App(one);
    await app.pick("folder", "notes.md");
    expect(app.notice).toMatch(/^folder: No file in that folder/);
    expect(one.datasets).toEqual([]);
  });
});
