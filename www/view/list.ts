import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { type Dataset, partOf, shownAnalysis } from "../state/dataset";
import { isPending } from "../state/state";
import "./chooser";
import "./which";
import { known } from "./format";
import { generateButton } from "./generate";
import { icons } from "./icons";
import { exponent, near } from "./number";
import { Part } from "./part";

/** Refusals that concern single rows: the run may do without them. */
const skippable = new Set(["non_finite", "float16_overflow"]);

/** The datasets: which there are, which is in view, and what became of each. */
class DatasetList extends Part {
  override render(): TemplateResult {
    const { datasets, question, selected } = this.workspace.state;
    return html`<section class="list" aria-label="Datasets">
      <div class="adding">
        <button type="button" class="add" name="choose" @click=${() => this.#choose("choose-files")}>
          ${icons.add} Add files
        </button>
        <button
          type="button"
          class="add"
          name="choose-folder"
          title="Add all files of a folder"
          @click=${() => this.#choose("choose-folder")}
        >
          a folder
        </button>
        ${generateButton(this.workspace, "add")}
      </div>
      ${question ? html`<eigen-question .workspace=${this.workspace}></eigen-question>` : nothing}
      <ul @keydown=${this.#walk}>
        ${repeat(
          datasets,
          ({ id }) => id,
          (dataset) =>
            guard([dataset, dataset.id === selected], () =>
              this.#entry(dataset, dataset.id === selected),
            ),
        )}
      </ul>
    </section>`;
  }

  #entry(dataset: Dataset, selected: boolean): TemplateResult {
    const { id, name, status, failure } = dataset;
    return html`<li
      class="entry"
      data-name="dataset"
      data-state=${status}
      ?data-selected=${selected}
    >
      <button
        type="button"
        class="entry-select"
        aria-current=${selected ? "true" : "false"}
        @click=${(event: MouseEvent) => this.#select(event, id)}
      >
        <span class="entry-name" title=${name}>${breakable(name)}</span>
        <span class="entry-facts">${facts(dataset)}</span>
      </button>
      ${isPending(dataset) ? this.#cancel(dataset) : nothing}
      <button
        type="button"
        class="quiet entry-remove"
        aria-label="Remove ${name}"
        title="Remove"
        @click=${() => this.#remove(id)}
      >
        ${icons.remove}
      </button>
      ${
        status === "running"
          ? html`<progress aria-label="Reading ${name}" max="1" .value=${partOf(dataset)}></progress>`
          : nothing
      }
      ${
        failure
          ? html`<p class="failure" role="alert" data-code=${failure.code}>${sentence(failure.message, dataset.files)}</p>`
          : nothing
      }
      ${
        status === "choosing"
          ? dataset.question === "matrix"
            ? html`<eigen-which .workspace=${this.workspace} .of=${dataset}></eigen-which>`
            : html`<eigen-chooser .workspace=${this.workspace} .of=${dataset}></eigen-chooser>`
          : nothing
      }
      ${this.#remedies(dataset)}
    </li>`;
  }

  #cancel({ id, name }: Dataset): TemplateResult {
    return html`<button
      type="button"
      class="link entry-cancel"
      aria-label="Cancel ${name}"
      @click=${() => this.workspace.cancel(id)}
    >
      Cancel
    </button>`;
  }

  #remedies({ id, status, failure }: Dataset): TemplateResult | typeof nothing {
    if (status !== "error" && status !== "cancelled") return nothing;
    return html`<div class="buttons">
      ${
        failure && skippable.has(failure.code)
          ? html`<button
              type="button"
              class="small"
              name="skip-rows"
              @click=${() => this.workspace.runAgain(id, { nonFinite: "skip" })}
            >
              Skip those rows
            </button>`
          : nothing
      }
      <button
        type="button"
        class="small"
        name="again"
        @click=${() => this.workspace.runAgain(id)}
      >
        ${status === "cancelled" ? "Start again" : "Try again"}
      </button>
    </div>`;
  }

  /** Brings a dataset into view: where the list stands below the answer, the page goes to it. */
  async #select({ detail: clicks }: MouseEvent, id: number): Promise<void> {
    this.workspace.select(id);
    if (clicks === 0) return; // From the keyboard: the focus stays in the list, and so does the eye.
    await this.updateComplete;
    document.querySelector(".readout")?.scrollIntoView({ block: "nearest" });
  }

  /** Removes a dataset, and gives the focus to the one that takes its place. */
  async #remove(id: number): Promise<void> {
    this.workspace.remove(id);
    await this.updateComplete;
    this.querySelector<HTMLElement>(".entry[data-selected] .entry-select")?.focus();
  }

  /** Up and down walk through the list, as in any list of files. */
  #walk(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const buttons = [...this.querySelectorAll<HTMLElement>(".entry-select")];
    const here = buttons.indexOf(document.activeElement as HTMLElement);
    const next = buttons[here + step];
    if (step === 0 || here < 0 || !next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }

  #choose(what: "choose-files" | "choose-folder"): void {
    this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
  }
}

/** An error begins with the file that it is about; under that file's own name once is enough. */
function sentence(message: string, files: readonly File[]): string {
  const beginning = files.length === 1 ? `${files[0]?.name}: ` : "";
  return message.startsWith(beginning) ? message.slice(beginning.length) : message;
}

/** A file name that may break after its separators rather than in the middle of a word. */
export function breakable(name: string): (string | TemplateResult)[] {
  return name.split(/(?<=[-_ ])/).flatMap((piece) => [piece, html`<wbr />`]);
}

const returnedWords = { link: "link", report: "saved" } as const;

const statusWords = {
  waiting: "waiting",
  error: "not read",
  cancelled: "Cancelled",
} as const;

/** The line under a dataset's name: its size and exponent, or why it has none yet. */
function facts(dataset: Dataset): TemplateResult {
  const { status, info, outcome, returned } = dataset;
  const size = shownAnalysis(dataset)?.facts ?? info;
  const shape = size ? html`<span>${known(size.n)} × ${known(size.d)}</span>` : nothing;
  if (status === "running" && !outcome) return html`${shape} <span>reading</span>`;
  if (status === "choosing") {
    const question = dataset.question === "matrix" ? "what is it?" : "several arrays";
    return html`${shape} <span>${question}</span>`;
  }
  if (status === "waiting" || status === "error" || status === "cancelled") {
    return html`${shape} <span>${statusWords[status]}</span>`;
  }
  const alpha = outcome?.fit
    ? html`<span><i class="symbol">α</i> ${near(outcome)}${exponent("dataset_alpha", outcome.fit.alpha)}</span>`
    : html`<span>no <i class="symbol">α</i></span>`;
  const from = returned ? html`<span>${returnedWords[returned.from]}</span>` : nothing;
  return html`${shape} ${from} ${alpha}`;
}

customElements.define("eigen-list", DatasetList);
