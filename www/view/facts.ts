import { html, nothing, type TemplateResult } from "lit";
import type { Analysis, Facts } from "../engine/types";
import { type Dataset, shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/state";
import { momentsName, reportName, saveFile } from "./download";
import { counted, engineWords, known, whole } from "./format";
import { icons } from "./icons";
import { isLoaded } from "./load";
import { measure, wholeNumber } from "./number";
import { Part } from "./part";
import { row } from "./row";
import { term } from "./term";

/** How long "Copied" stays. */
const copiedFor = 2000;

/** What the read-out rests on, and the way to take all of it along. */
class FactSheet extends Part {
  static override properties = {
    ...Part.properties,
    copied: { state: true },
    isMore: { state: true },
  };

  /** What was copied a moment ago. */
  declare copied: string;
  /** Whether the other formats are there to choose from. */
  declare isMore: boolean;

  constructor() {
    super();
    this.copied = "";
    this.isMore = false;
  }

  override render(): TemplateResult | typeof nothing {
    const dataset = selectedDataset(this.workspace.state);
    const analysis = dataset && shownAnalysis(dataset);
    if (!dataset || !analysis) return nothing;
    const { facts } = analysis;
    return html`<section class="fact-sheet" aria-label="Facts">
      ${dataset.returned ? returnedFrom(dataset.returned.from) : nothing}
      ${factList(facts, this.#source(dataset, facts))}
      ${facts.provisional ? nothing : this.#actions(dataset, analysis)}
    </section>`;
  }

  #actions(dataset: Dataset, analysis: Analysis): TemplateResult {
    const { engine } = this.workspace.state.settings;
    const json = () => JSON.stringify(this.#report(analysis), null, 2);
    return html`<div class="buttons">
      <button
        type="button"
        class="small"
        name="json"
        title="Save the whole report as a file"
        @click=${() => saveFile(reportName(dataset.name), json(), "application/json")}
      >
        ${icons.download} JSON
      </button>
      <button
        type="button"
        class="small"
        name="copy-json"
        title="Copy the whole report"
        @click=${() => this.#copy("JSON", json())}
      >
        ${icons.copy} <span aria-live="polite">${this.#label("JSON")}</span>
      </button>
      ${this.#pythonButton(analysis)} ${this.#momentsButton(dataset, analysis)}
      ${
        dataset.status === "done" && engine !== dataset.engine && !dataset.returned
          ? html`<button
              type="button"
              class="small"
              name="again"
              @click=${() => this.workspace.runAgain(dataset.id)}
            >
              Run again, ${engineWords[engine]}
            </button>`
          : nothing
      }
      <button
        type="button"
        class="small"
        name="more-formats"
        aria-expanded=${this.isMore}
        @click=${this.#more}
      >
        More formats…
      </button>
    </div>
    ${this.isMore ? html`<eigen-exports .workspace=${this.workspace}></eigen-exports>` : nothing}`;
  }

  /** What makes them is loaded for whoever wants them. */
  async #more(): Promise<void> {
    if (await isLoaded(this.workspace, import("../share/exports"))) this.isMore = !this.isMore;
  }

  /** Where the features stand in their file, and what else is there. */
  #source({ asked, id, info, status }: Dataset, { format, array, given }: Facts): TemplateResult {
    const isSaid = asked.given !== null || !["features", "moments"].includes(given);
    const others = (info?.arrays ?? []).filter(({ is_matrix }) => is_matrix).length > 1;
    return html`<span data-name="format">${format}</span>${
      array === "" ? nothing : html`, <span class="array" data-name="array">${array}</span>`
    }${given === "features" ? nothing : html`, <span data-name="given">${givenWords[given]}</span>`}
    ${
      others && status === "done"
        ? html`<button
            type="button"
            class="small"
            name="other-array"
            @click=${() => this.workspace.chooseAgain(id)}
          >
            Another array…
          </button>`
        : nothing
    }
    ${
      isSaid && status === "done"
        ? html`<button
            type="button"
            class="small"
            name="other-which"
            @click=${() => this.workspace.askWhichAgain(id)}
          >
            Change…
          </button>`
        : nothing
    }`;
  }

  /** The moments of features, while what they are made of is kept. */
  #momentsButton(
    { id, name, study }: Dataset,
    { facts }: Analysis,
  ): TemplateResult | typeof nothing {
    const kept = study !== null && study.bytes > 0 && this.workspace.isStudied;
    if (!kept || (facts.method !== "covariance" && facts.given !== "moments")) return nothing;
    return html`<button
      type="button"
      class="small"
      name="moments"
      title="Save n, mean and covariance as a file, which NumPy and this page read"
      @click=${async () => {
        const file = await this.workspace.moments(id);
        if (file) saveFile(momentsName(name), file, "application/octet-stream");
      }}
    >
      ${icons.download} Moments
    </button>`;
  }

  #pythonButton(analysis: Analysis): TemplateResult | typeof nothing {
    const { window, weight } = this.workspace.state;
    const script = analysis.python(window.first, window.last, weight);
    if (script === undefined) return nothing;
    return html`<button
      type="button"
      class="small"
      name="copy-python"
      title="Copy a few lines of NumPy that give this α from this file"
      @click=${() => this.#copy("Python", script)}
    >
      ${icons.copy} <span aria-live="polite">${this.#label("Python")}</span>
    </button>`;
  }

  #label(what: string): string {
    return this.copied === what ? "Copied" : `Copy ${what}`;
  }

  #report(analysis: Analysis): unknown {
    const { window, weight } = this.workspace.state;
    return analysis.report(window.first, window.last, weight);
  }

  async #copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = what;
      setTimeout(() => {
        this.copied = "";
      }, copiedFor);
    } catch {
      this.workspace.say(
        "copy_refused",
        "The browser did not let the page copy. The JSON button saves the report as a file.",
      );
    }
  }
}

const givenWords: Record<Facts["given"], string> = {
  features: "features",
  eigenvalues: "eigenvalues alone",
  covariance: "covariance",
  gram_of_rows: "Gram matrix of rows",
  gram_of_columns: "Gram matrix of columns",
  moments: "moments",
  points: "points of a spectrum",
};

/** What computed the second moment. */
function engineName({ adapter, given, gpu_rows, n, workers }: Facts): string {
  if (given !== "features") return "no products";
  if (!adapter) return counted(workers, "worker");
  const kind = adapter.software ? "software GPU" : "GPU";
  return n !== null && gpu_rows < n ? `${kind} and ${counted(workers, "worker")}` : kind;
}

/** Why it was this engine; what went wrong with another is among the notes. */
function engineReason({ engine_reason, notes, provisional }: Facts): TemplateResult | null {
  const { code, message } = engine_reason;
  if (provisional || notes.some((note) => note.code === code)) return null;
  return html`<small data-name="engine_reason" data-code=${code}>${message}</small>`;
}

function engineTitle({ adapter, engine, gpu_rows, instruction_set, n, workers }: Facts): string {
  const own = `${counted(workers, "worker")}, ${instruction_set}`;
  if (!adapter) return `${engine}, ${own}`;
  return `${adapter.name} (${adapter.backend}), ${whole(gpu_rows)} of ${known(n)} rows; ${own}`;
}

/** A number of rows or columns, where it is known. */
function count(name: "n" | "d", number: number | null): TemplateResult {
  return number === null ? html`<span data-name=${name}>unknown</span>` : wholeNumber(name, number);
}

/** Where results without features come from. */
function returnedFrom(from: "link" | "report"): TemplateResult {
  return html`<p class="muted" data-name="returned">
    ${
      from === "link"
        ? "From a link: the numbers that it brings, and some points of the spectrum. No features, no data."
        : "From a saved Report: its numbers and all its eigenvalues. No features, no data."
    }
  </p>`;
}

/** What a link says of the features. */
function pointList(facts: Facts): TemplateResult {
  return html`<dl class="facts">
    <div>
      <dt>${term("n")} × ${term("d")}</dt>
      <dd>${count("n", facts.n)} × ${count("d", facts.d)}</dd>
    </div>
    ${row("total_variance", measure("total_variance", facts.total_variance))}
  </dl>`;
}

function factList(facts: Facts, source: TemplateResult): TemplateResult {
  if (facts.given === "points") return pointList(facts);
  return html`<dl class="facts">
    <div>
      <dt>${term("n")} × ${term("d")}</dt>
      <dd>${count("n", facts.n)} × ${count("d", facts.d)}</dd>
    </div>
    ${row("format", source)}
    ${facts.columns ? row("columns", html`<span data-name="columns">${facts.columns}</span>`) : nothing}
    ${
      facts.labels.length > 0
        ? row(
            "labels",
            html`<span data-name="labels"
              >${facts.labels.map(({ name, dtype }) => `${name || "no name"} (${dtype})`).join(", ")}</span
            >`,
          )
        : nothing
    }
    ${row("dtype", html`<span data-name="dtype">${facts.dtype}</span>, <span data-name="order">${facts.order}</span> order`)}
    ${row("total_variance", measure("total_variance", facts.total_variance))}
    ${
      facts.zero_variance_columns !== null && facts.zero_variance_columns > 0
        ? row(
            "zero_variance_columns",
            wholeNumber("zero_variance_columns", facts.zero_variance_columns),
          )
        : nothing
    }
    ${facts.skipped_rows > 0 ? row("skipped_rows", wholeNumber("skipped_rows", facts.skipped_rows)) : nothing}
    ${row("method", html`<span data-name="method">${facts.method}</span>`)}
    ${row(
      "engine",
      html`<span data-name="engine" data-engine=${facts.engine} title=${engineTitle(facts)}
        >${engineName(facts)}, ${facts.precision}</span
      >${engineReason(facts)}`,
    )}
  </dl>`;
}

customElements.define("eigen-facts", FactSheet);
