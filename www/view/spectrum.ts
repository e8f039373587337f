import { html, nothing, type TemplateResult } from "lit";
import { shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/state";
import { Part } from "./part";

const views = ["Plot", "Table"] as const;
type View = (typeof views)[number];

/** The middle of the page: the spectrum as a picture or in figures, and the window under it. */
class Spectrum extends Part {
  static override properties = { ...Part.properties, view: { state: true } };

  declare view: View;

  constructor() {
    super();
    this.view = "Plot";
  }

  override render(): TemplateResult {
    const dataset = selectedDataset(this.workspace.state);
    const analysis = dataset && shownAnalysis(dataset);
    const count = analysis?.eigenvalues.length ?? 0;
    const fit = dataset?.outcome?.fit;
    const effective = fit ?? this.workspace.state.window;
    return html`<section class="spectrum" aria-label="Spectrum">
      <div class="spectrum-view" role="tabpanel" id="spectrum-view" aria-labelledby="tab-${this.view}">
        ${
          this.view === "Plot" || !analysis
            ? html`<eigen-plot .workspace=${this.workspace}></eigen-plot>`
            : html`<eigen-table .workspace=${this.workspace}></eigen-table>`
        }
        ${analysis ? nothing : this.#emptyWords()}
      </div>
      ${
        analysis
          ? html`<div class="spectrum-tools">
              <eigen-window-fields
                .workspace=${this.workspace}
                .effective=${{ first: effective.first, last: effective.last }}
                .count=${count}
              ></eigen-window-fields>
              ${this.#tabs()}
            </div>`
          : html`<div class="spectrum-tools" ?hidden=${!dataset?.study}></div>`
      }
    </section>`;
  }

  #tabs(): TemplateResult {
    return html`<div class="tabs" role="tablist" aria-label="View of the spectrum" @keydown=${this.#walk}>
      ${views.map(
        (view) => html`<button
          type="button"
          role="tab"
          id="tab-${view}"
          aria-controls="spectrum-view"
          aria-selected=${view === this.view}
          tabindex=${view === this.view ? 0 : -1}
          @click=${() => this.#choose(view)}
        >
          ${view}
        </button>`,
      )}
    </div>`;
  }

  #choose(view: View): void {
    this.view = view;
  }

  async #walk(event: KeyboardEvent): Promise<void> {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.view = this.view === "Plot" ? "Table" : "Plot";
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#tab-${this.view}`)?.focus();
  }

  /** What the axes wait for, where there is no spectrum to draw. */
  #emptyWords(): TemplateResult {
    const { state } = this.workspace;
    const dataset = selectedDataset(state);
    const status = dataset?.status;
    const words = {
      waiting: state.engine ? "Waiting for the dataset before it" : "Loading what computes it",
      running: "The first rows are on their way",
      choosing: "The list has a question",
      error: "No spectrum: the list says why",
      cancelled: "Cancelled: the list starts it again",
      done: dataset?.withheld
        ? "No spectrum of features prepared in this way"
        : "Computing the spectrum of features prepared in this way",
    };
    return html`<p class="spectrum-empty"><span>${status ? words[status] : ""}</span></p>`;
  }
}

customElements.define("eigen-spectrum", Spectrum);
