import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../engine/types";
import { shownAnalysis } from "../state/dataset";
import { selectedDataset, standardPreparation, theme } from "../state/state";
import { asTable } from "../view/as-table";
import { saveFile } from "../view/download";
import { figure } from "../view/figure";
import { significant, whole } from "../view/format";
import { icons } from "../view/icons";
import { exponent, give } from "../view/number";
import { Part } from "../view/part";
import { swatch } from "../view/swatch";
import { halfWidth } from "../view/uncertainty";
import { type Truth, truthOf } from "./made";

/** Numbers of styles, as the core draws them (`learn/finite_n`). */
const styles = { sample: 0, truth: 1, expected: 6 };

/** Of features that were made here: what was put in beside what was found. */
class TruthPanel extends Part {
  override render(): TemplateResult | typeof nothing {
    const { state } = this.workspace;
    const dataset = selectedDataset(state);
    const truth = dataset && truthOf(dataset.files);
    const analysis = dataset && shownAnalysis(dataset);
    if (!dataset || !truth || !analysis) return nothing;
    return html`<section class="truth" aria-labelledby="truth-title">
      <h2 id="truth-title">Truth against estimate</h2>
      ${
        state.preparation === standardPreparation && state.dropped === 0
          ? html`<div class="truth-picture">
                ${figure(this.workspace, true, truth.picture)} ${this.#legend()} ${table(truth, analysis)}
              </div>
              ${this.#numbers(truth)}`
          : html`<p class="muted">
              The truth is that of centred features with all their components. Choose those to see both.
            </p>`
      }
      <button type="button" class="small" name="save-made" @click=${() => save(truth)}>
        ${icons.download} Save the features (.npy)
      </button>
    </section>`;
  }

  #legend(): TemplateResult {
    const colours = theme(this.workspace.state);
    return html`<ul class="legend">
      <li>${swatch(styles.truth, colours)} truth</li>
      <li>${swatch(styles.sample, colours)} these features</li>
      <li>${swatch(styles.expected, colours)} expected of so many rows</li>
    </ul>`;
  }

  #numbers(truth: Truth): TemplateResult | typeof nothing {
    const outcome = selectedDataset(this.workspace.state)?.outcome;
    const { fit, uncertainty } = outcome ?? {};
    if (!fit) return html`<p class="muted">There is no fit in this window.</p>`;
    const { alpha, expected, verdict } = truth.compare(fit, uncertainty ?? null);
    const waits = !outcome?.uncertainty_reason;
    return html`<dl class="facts">
        <div><dt>true <i class="symbol">α</i></dt><dd>${alpha === null ? "–" : exponent("true_alpha", alpha)}</dd></div>
        <div>
          <dt>estimate</dt>
          <dd>
            ${exponent("found_alpha", fit.alpha)}
            ${give("found_give", uncertainty ? halfWidth(uncertainty) : null, waits)}
          </dd>
        </div>
        <div>
          <dt>expected of so many rows</dt>
          <dd>${expected === null ? "–" : exponent("expected_alpha", expected)}</dd>
        </div>
      </dl>
      <p data-name="truth-verdict" data-code=${verdict.code} role="status">${verdict.message}</p>`;
  }
}

function table(truth: Truth, analysis: Analysis): TemplateResult {
  const [eigenvalues, expected] = truth.spectra;
  const cell = (value: number | undefined) => (value === undefined ? "–" : significant(value, 4));
  return asTable(analysis, {
    caption: "Eigenvalues",
    heads: ["rank", "truth", "these features", "expected"],
    count: eigenvalues.length,
    row: (index) => [
      whole(index + 1),
      ...[eigenvalues[index], analysis.eigenvalues[index], expected[index]].map(cell),
    ],
  });
}

function save({ file }: Truth): void {
  saveFile(file.name, file, "application/octet-stream");
}

customElements.define("eigen-truth", TruthPanel);
