import { html, nothing, type TemplateResult } from "lit";
import type { Facts, Fit, Weight, WindowReport } from "../engine/types";
import { type Dataset, shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/state";
import type { Workspace } from "../state/workspace";
import { convention } from "./choices";
import { whole } from "./format";
import { exponent, goodness, measure, wholeNumber } from "./number";
import { Part } from "./part";
import { reading } from "./reading";
import { term } from "./term";
import type { TermName } from "./terms";
import { interval } from "./uncertainty";

const weightTerms: Record<Weight, TermName> = {
  "1/k": "weight",
  none: "weight_none",
  "log-binned": "weight_log_binned",
};

/** The read-out: α, how far it may be off, how well the line fits, and what limits the number. */
class Readout extends Part {
  override get isAnswer(): boolean {
    return true;
  }

  override render(): TemplateResult | typeof nothing {
    const dataset = selectedDataset(this.workspace.state);
    if (!dataset) return nothing;
    const analysis = shownAnalysis(dataset);
    const { report: outcome } = dataset;
    if (!analysis || !outcome) {
      if (!dataset.study) return nothing;
      const { preparation, dropped } = this.workspace.state;
      return html`<section class="readout" aria-label="Result">
        ${withheld(this.workspace, dataset, convention(preparation, dropped))}
      </section>`;
    }
    const { facts } = analysis;
    const { fit, reason } = outcome;
    const said = convention(facts.preparation, facts.dropped_components);
    return html`<section
      class="readout"
      aria-label="Result"
      ?data-provisional=${facts.provisional}
    >
      ${fit ? headline(this.workspace, fit, outcome, facts, dataset, said) : nothing}
      ${
        reason
          ? html`<div class="no-fit">
              ${noAlpha(said)}
              <p data-name="reason" data-code=${reason.code}>${reason.message}</p>
            </div>`
          : nothing
      }
      ${facts.provisional ? soFar(facts, dataset) : nothing}
      ${fit ? reading(this.workspace, dataset, outcome) : nothing} ${notes(facts, outcome)}
    </section>`;
  }
}

function noAlpha(said: string): TemplateResult {
  return html`<p class="alpha"><span class="symbol">${term("alpha")}</span> <span>—</span></p>
    ${conventionLine(said)}`;
}

/** In the place of the read-out: why features prepared in this way have no spectrum. */
function withheld(workspace: Workspace, dataset: Dataset, said: string): TemplateResult {
  const { id, withheld: reason, unitRows, info } = dataset;
  const unsummed = reason?.code === "not_summed" && unitRows === "auto";
  // With fewer rows than columns some sums cannot be had by asking for them.
  const again =
    reason?.code === "sums_let_go" || (unsummed && info !== null && info.n >= info.d)
      ? html`<button
          type="button"
          class="small"
          @click=${() => workspace.runAgain(id, unsummed ? { unitRows: "always" } : {})}
        >
          Run again
        </button>`
      : nothing;
  return html`<div class="no-fit">
    ${noAlpha(said)}
    <p data-name="withheld" data-code=${reason?.code ?? "computing"}>
      ${reason?.message ?? "The spectrum of features prepared in this way is being computed."}
    </p>
    ${again}
  </div>`;
}

/** How the features were prepared, where it is not as usual. */
function conventionLine(said: string): TemplateResult | typeof nothing {
  return said ? html`<p class="convention" data-name="convention">${said}</p>` : nothing;
}

/** What the reader should know of the data. What the reading says of few rows is not said twice. */
function notes({ notes }: Facts, { bias, fit }: WindowReport): TemplateResult | typeof nothing {
  const shown = notes.filter(({ code }) => !(fit && bias && code === "few_rows"));
  if (shown.length === 0) return nothing;
  return html`<ul class="notes">
    ${shown.map(({ code, message }) => html`<li data-code=${code}>${message}</li>`)}
  </ul>`;
}

function soFar({ n }: Facts, { info }: Dataset): TemplateResult {
  const rows =
    info && n !== null && n < info.n
      ? html`${whole(n)} of ${whole(info.n)} rows`
      : "rows still stream";
  return html`<p class="so-far" data-name="provisional">Provisional: ${rows}.</p>`;
}

/** α of a window that a link was not made in is of the points that it brings. */
function approximately(
  { returned }: Dataset,
  { approximate, is_near }: WindowReport,
): TemplateResult | typeof nothing {
  if (!approximate || !returned || !is_near) return nothing;
  const { first, last } = returned.window;
  const { points, of, alpha_error: error } = approximate;
  const give =
    error === null
      ? "by how much is not known"
      : html`by at most ${measure("alpha_error", error, 2)}`;
  return html`<p class="approximate" data-name="approximate">
    Approximate: from ${whole(points)} of ${whole(of)} eigenvalues, off ${give}.
    ${returned.from === "link" ? html`The link’s own numbers are those of ranks ${whole(first)}–${whole(last)}.` : nothing}
  </p>`;
}

/**
 * α in large figures, and under it everything without which it means nothing. A change of the
 * window is spoken; the changes of a spectrum that still streams are not.
 */
function headline(
  workspace: Workspace,
  fit: Fit,
  outcome: WindowReport,
  { provisional }: Facts,
  dataset: Dataset,
  said: string,
): TemplateResult {
  const [first, last] = fit.clipped_from ?? [fit.first, fit.last];
  return html`<p class="alpha">
      <span class="symbol">${term("alpha")}</span>
      <span aria-live=${provisional ? "off" : "polite"}>${exponent("alpha", fit.alpha)}</span>
    </p>
    ${approximately(dataset, outcome)}
    ${interval(workspace, dataset, outcome)} ${conventionLine(said)}
    <p class="fit-line">
      <span class="pair"
        >${term("window")}
        ${wholeNumber("first", fit.first)}–${wholeNumber("last", fit.last)}, ${term(weightTerms[fit.weight])}</span
      >
      <span class="pair">${term("r2")} ${goodness("r2", fit.r2)}</span>
    </p>
    ${
      fit.clipped_from
        ? html`<p class="clipped" data-name="clipped">
            Asked for ${whole(first)}–${whole(last)}; cut to the ranks that can be used.
          </p>`
        : nothing
    }`;
}

customElements.define("eigen-readout", Readout);
