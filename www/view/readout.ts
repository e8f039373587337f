import { html, nothing, type TemplateResult } from "lit";
import type { Facts, Fit } from "../engine/types";
import { type Dataset, shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/workspace";
import { whole } from "./format";
import { exponent, goodness, wholeNumber } from "./number";
import { Part } from "./part";
import { term } from "./term";

/** The read-out: α, how well the line fits, and what limits the number. */
class Readout extends Part {
  override render(): TemplateResult | typeof nothing {
    const dataset = selectedDataset(this.workspace.state);
    const analysis = dataset && shownAnalysis(dataset);
    if (!dataset || !analysis) return nothing;
    const { facts } = analysis;
    const { fit, reason } = dataset.outcome ?? { fit: null, reason: null };
    return html`<section
      class="readout"
      aria-label="Result"
      ?data-provisional=${facts.provisional}
    >
      ${fit ? headline(fit, facts) : nothing}
      ${
        reason
          ? html`<div class="no-fit">
              <p class="alpha"><span class="symbol">${term("alpha")}</span> <span>—</span></p>
              <p data-name="reason" data-code=${reason.code}>${reason.message}</p>
            </div>`
          : nothing
      }
      ${facts.provisional ? soFar(facts, dataset) : nothing}
      ${
        facts.notes.length > 0
          ? html`<ul class="notes">
              ${facts.notes.map(({ code, message }) => html`<li data-code=${code}>${message}</li>`)}
            </ul>`
          : nothing
      }
    </section>`;
  }
}

function soFar({ n }: Facts, { info }: Dataset): TemplateResult {
  const rows =
    info && n < info.n ? html`${whole(n)} of ${whole(info.n)} rows` : "rows still stream";
  return html`<p class="so-far" data-name="provisional">Provisional: ${rows}.</p>`;
}

/**
 * α in large figures, and under it everything without which it means nothing. A change of the
 * window is spoken; the changes of a spectrum that still streams are not.
 */
function headline(fit: Fit, { provisional }: Facts): TemplateResult {
  const [first, last] = fit.clipped_from ?? [fit.first, fit.last];
  return html`<p class="alpha">
      <span class="symbol">${term("alpha")}</span>
      <span aria-live=${provisional ? "off" : "polite"}>${exponent("alpha", fit.alpha)}</span>
    </p>
    <p class="fit-line">
      <span class="pair">${term("r2")} ${goodness("r2", fit.r2)}</span>
      <span class="pair"
        >${term("window")}
        ${wholeNumber("first", fit.first)}–${wholeNumber("last", fit.last)}${
          fit.weight === "1/k" ? html`, ${term("weight")}` : nothing
        }</span
      >
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
