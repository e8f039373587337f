import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { isEmbedded } from "../state/embedded";
import { pageState, runningDataset, type State, selectedDataset, theme } from "../state/state";
import { task } from "../state/task";
import type { Theme } from "../state/theme";
import { receiveFiles } from "./drop";
import "./facts";
import { featuresAmong } from "./folder";
import { decimals, whole } from "./format";
import "./header";
import { icons } from "./icons";
import "./list";
import { isLoaded } from "./load";
import { Part } from "./part";
import "./plot";
import "./progress";
import "./question";
import "./readout";
import { rendered, tracked } from "./rendered";
import "./spectrum";
import "./start";
import "./table";
import { hideTip } from "./tip";
import "./window-fields";

type Panel = "list" | "spectrum" | "readout" | "facts" | "truth" | "compare" | "depth";

/** Panels that are loaded with the first dataset, or the second, where the page has not rested before. */
type Later = "depth" | "compare";

/** From this width on the panels stand side by side. */
const wide = matchMedia("(min-width: 1100px)");

/** The page: its frame, what reaches it from outside, and which panel stands where. */
class App extends Part {
  static override properties = {
    ...Part.properties,
    hovering: { state: true },
    parts: { state: true },
  };

  /** A file is held over the window. */
  declare hovering: boolean;
  /** What is loaded when it is wanted. */
  declare parts: Readonly<Record<Later, "absent" | "loading" | "there" | "missing">>;
  #connected: AbortController | null = null;

  constructor() {
    super();
    this.hovering = false;
    this.parts = { depth: "absent", compare: "absent" };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    receiveFiles(
      {
        hover: (over) => {
          this.hovering = over;
        },
        files: (files) => void this.#offer(files),
        folder: (files) => void this.#folder(files),
      },
      signal,
    );
    wide.addEventListener("change", () => this.requestUpdate(), { signal });
    window.addEventListener("keydown", (event) => this.#escape(event), { signal });
    document.addEventListener("pointerdown", (event) => this.#closeMenus(event), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#connected?.abort();
  }

  override get tellsState(): boolean {
    return true;
  }

  /** After its parts: what it says of the state of the page is true of what they show. */
  protected override scheduleUpdate(): Promise<void> {
    return tracked(task().then(() => super.scheduleUpdate()));
  }

  /** Resolves once every element shows the current state of the page. */
  get rendered(): Promise<void> {
    return rendered();
  }

  override willUpdate(_changed: PropertyValues): void {
    const { state } = this.workspace;
    this.dataset.state = pageState(state);
    this.dataset.study = this.workspace.isStudied ? "done" : "open";
    // A lesson has a title of its own.
    if (state.lesson === null) document.title = title(state);
    wear(theme(state));
    if (state.datasets.length > 0) void this.#load("depth", () => import("./depth"));
    if (state.datasets.length > 1) void this.#load("compare", () => import("./compare"));
  }

  async #load(part: Later, load: () => Promise<unknown>): Promise<void> {
    if (this.parts[part] !== "absent") return;
    this.parts = { ...this.parts, [part]: "loading" };
    const isHere = await isLoaded(this.workspace, load());
    this.parts = { ...this.parts, [part]: isHere ? "there" : "missing" };
  }

  override render(): TemplateResult {
    const { state } = this.workspace;
    return html`${
      isEmbedded
        ? html`<eigen-embed-bar .workspace=${this.workspace}></eigen-embed-bar>`
        : html`<eigen-header .workspace=${this.workspace}></eigen-header>`
    }
      <eigen-progress .workspace=${this.workspace}></eigen-progress>
      ${this.#notice()}
      <main class="main" ?data-learn=${state.lesson !== null} @choose-files=${() => this.#choose("files")} @choose-folder=${() => this.#choose("folder")}>
        ${this.#content()}
      </main>
      <input type="file" name="files" multiple hidden aria-label="Files" @change=${this.#chosen} />
      <input type="file" name="folder" webkitdirectory hidden aria-label="A folder" @change=${this.#chosenFolder} />
      <div class="veil" ?hidden=${!this.hovering}></div>
      <p class="hidden" role="status">${state.announcement}</p>`;
  }

  #content(): TemplateResult {
    const { bootFailure, datasets, lesson } = this.workspace.state;
    if (bootFailure) {
      return html`<section class="start">
        <h2 class="lead">Eigenscope cannot start here</h2>
        <p class="sublead" role="alert" data-code=${bootFailure.code}>${bootFailure.message}</p>
      </section>`;
    }
    if (lesson !== null)
      return html`<eigen-learn .workspace=${this.workspace} .address=${lesson}></eigen-learn>`;
    if (datasets.length === 0) {
      return html`<eigen-start .workspace=${this.workspace} .hovering=${this.hovering}></eigen-start>`;
    }
    const isBusy = Object.values(this.parts).includes("loading");
    return html`<div class="workbench" aria-busy=${isBusy}>
      ${repeat(
        this.#panels(),
        (panel) => panel,
        (panel) => this.#panel(panel),
      )}
    </div>`;
  }

  /**
   * Side by side: list, spectrum, read-out over facts; below all of them the comparison, and how far to trust it. In one column the answer comes first, unless the list
   * has something to say; a frame begins with the spectrum, and leaves out a list of one dataset. The order is the document's, so that the eye and the tab key agree.
   */
  #panels(): Panel[] {
    if (wide.matches && !isEmbedded)
      return ["list", "spectrum", "readout", "facts", "truth", "compare", "depth"];
    const { state } = this.workspace;
    const dataset = selectedDataset(state);
    const stuck = ["choosing", "error", "cancelled"].includes(dataset?.status ?? "");
    const answer: Panel[] = isEmbedded ? ["spectrum", "readout"] : ["readout", "spectrum"];
    const panels: Panel[] = [...answer, "facts", "truth", "compare", "depth"];
    if (stuck || state.question) return ["list", ...panels];
    return isEmbedded && state.datasets.length === 1 ? panels : [...panels, "list"];
  }

  #panel(panel: Panel): TemplateResult | typeof nothing {
    switch (panel) {
      case "list":
        return html`<eigen-list .workspace=${this.workspace}></eigen-list>`;
      case "spectrum":
        return html`<eigen-spectrum .workspace=${this.workspace}></eigen-spectrum>`;
      case "readout":
        return html`<eigen-readout .workspace=${this.workspace}></eigen-readout>`;
      case "facts":
        return html`<eigen-facts .workspace=${this.workspace}></eigen-facts>`;
      case "truth":
        // Known once something was generated.
        return html`<eigen-truth .workspace=${this.workspace}></eigen-truth>`;
      case "compare":
        return this.parts.compare === "there"
          ? html`<eigen-compare .workspace=${this.workspace}></eigen-compare>`
          : nothing;
      case "depth":
        return this.parts.depth === "there"
          ? html`<eigen-depth .workspace=${this.workspace}></eigen-depth>`
          : nothing;
    }
  }

  #notice(): TemplateResult | typeof nothing {
    const { notice } = this.workspace.state;
    if (!notice) return nothing;
    return html`<section class="notice" aria-label="Notice">
      <p role="alert" data-code=${notice.code}>${notice.message}</p>
      <button
        type="button"
        class="quiet"
        aria-label="Dismiss"
        @click=${() => this.workspace.dismissNotice()}
      >
        ${icons.remove}
      </button>
    </section>`;
  }

  #choose(what: "files" | "folder"): void {
    this.querySelector<HTMLInputElement>(`input[type=file][name=${what}]`)?.click();
  }

  #chosen(event: Event): void {
    const picker = event.currentTarget as HTMLInputElement;
    void this.#offer([...(picker.files ?? [])]);
    picker.value = "";
  }

  /** Pictures and Reports may bring back what was saved; everything else is features. */
  async #offer(files: readonly File[]): Promise<void> {
    const { lesson, analyzer } = this.workspace.state;
    if (lesson !== null) location.hash = analyzer;
    const mayBring = files.filter(({ name }) => /\.(svg|png|json)$/i.test(name));
    const others = files.filter((file) => !mayBring.includes(file));
    let refusal: unknown = null;
    if (mayBring.length > 0) {
      const { comeBack } = await import("../share/back");
      const rest = await comeBack(this.workspace, mayBring);
      others.push(...rest.others);
      refusal = rest.refusal;
    }
    if (others.length > 0) this.workspace.offer(others);
    // After them, because a file that is added takes an older notice away.
    if (refusal) this.workspace.report(refusal);
  }

  #chosenFolder(event: Event): void {
    const picker = event.currentTarget as HTMLInputElement;
    void this.#folder(Promise.resolve([...(picker.files ?? [])]));
    picker.value = "";
  }

  /** Of the files in folders those that may be features. */
  async #folder(listing: Promise<File[]>): Promise<void> {
    try {
      const files = featuresAmong(await listing);
      if (files.length > 0) this.workspace.offer(files);
      else
        this.workspace.say(
          "folder",
          "No file in that folder ends like one of features (.npy, .npz, .safetensors, .pt, .csv, .parquet, …). Drop the files themselves if they are.",
        );
    } catch {
      this.workspace.say("folder", "That folder could not be read. Drop the files in it.");
    }
  }

  /** Esc closes what lies on top: an explanation, then a menu, then the run under way. */
  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || hideTip()) return;
    const menu = this.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    } else if (runningDataset(this.workspace.state)) {
      this.workspace.cancel();
    }
  }

  #closeMenus(event: Event): void {
    for (const menu of this.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  }
}

/** What the tab says: how far a run has got, for those who look elsewhere meanwhile; then the answer. */
function title(state: State): string {
  const progress = runningDataset(state)?.progress;
  if (progress) return `${whole(progress.rows)} of ${whole(progress.rowsTotal)} rows · Eigenscope`;
  const dataset = selectedDataset(state);
  const fit = dataset?.outcome?.fit;
  if (dataset && fit) return `α ${decimals(fit.alpha)} · ${dataset.name} · Eigenscope`;
  return "Eigenscope: how fast do the eigenvalues of your features decay?";
}

/** Puts on the colours of a theme, the browser's own frame included. */
function wear(theme: Theme): void {
  const { documentElement: page } = document;
  if (page.dataset.theme === theme) return;
  page.dataset.theme = theme;
  const paper = getComputedStyle(page).getPropertyValue("--paper");
  for (const frame of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    frame.content = paper;
  }
}

customElements.define("eigen-app", App);
