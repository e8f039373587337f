import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/state";
import { whole } from "./format";
import { measure } from "./number";
import { Part } from "./part";
import { term } from "./term";

/** Rows that are drawn without asking: enough for the usual windows, quick at any d. */
const rowsAtOnce = 200;

/** Significant digits in the table: it is read for the figures themselves. */
const digits = 6;

/** The eigenvalues in figures, for those who would rather read than look. */
class EigenvalueTable extends Part {
  static override properties = { ...Part.properties, all: { state: true } };

  declare all: boolean;

  constructor() {
    super();
    this.all = false;
  }

  override render(): TemplateResult | typeof nothing {
    const dataset = selectedDataset(this.workspace.state);
    const analysis = dataset && shownAnalysis(dataset);
    if (!dataset || !analysis) return nothing;
    const { eigenvalues } = analysis;
    const shown = this.all ? eigenvalues.length : Math.min(rowsAtOnce, eigenvalues.length);
    const fit = dataset.outcome?.fit;
    const inWindow = (rank: number) => (fit ? rank >= fit.first && rank <= fit.last : false);
    return html`<div class="table" role="region" aria-label="Eigenvalues" tabindex="0">
      <table>
        <caption class="hidden">
          Eigenvalues of ${dataset.name}, largest first
        </caption>
        <thead>
          <tr>
            <th scope="col">${term("rank")}</th>
            <th scope="col">${term("eigenvalue")}</th>
          </tr>
        </thead>
        <tbody>
          ${guard([analysis, shown, fit?.first, fit?.last], () =>
            Array.from(
              eigenvalues.subarray(0, shown),
              (eigenvalue, index) => html`<tr ?data-in-window=${inWindow(index + 1)}>
                <th scope="row">${whole(index + 1)}</th>
                <td>${measure("eigenvalue", eigenvalue, digits)}</td>
              </tr>`,
            ),
          )}
        </tbody>
      </table>
      ${
        shown < eigenvalues.length
          ? html`<button type="button" @click=${this.#showAll}>
              Show all ${whole(eigenvalues.length)}
            </button>`
          : nothing
      }
    </div>`;
  }

  #showAll(): void {
    this.all = true;
  }
}

customElements.define("eigen-table", EigenvalueTable);
