import { html, nothing, type TemplateResult } from "lit";
import type { Facts, WindowReport } from "../engine/types";
import type { Dataset } from "../state/dataset";

/** The reading in three short lines, and what the papers claim behind a fold. */
export function reading(dataset: Dataset, outcome: WindowReport, facts: Facts): TemplateResult {
  const { uncertainty_reason } = outcome;
  // The interval stands under α; why there is none stands in the row that has it.
  const elsewhere = new Set(["interval", "papers", uncertainty_reason?.code]);
  const lines = outcome.reading.filter(({ code }) => !elsewhere.has(code));
  const papers = outcome.reading.find(({ code }) => code === "papers");
  const waits = !outcome.alpha_of_n && !outcome.bias && (dataset.studying || facts.provisional);
  const settles = html`<li class="muted">
    Whether there are enough rows for α to have settled is being computed.
  </li>`;
  return html`<ul class="reading">
      ${lines.map(
        ({ code, message }) => html`<li data-code=${code}>${message}</li>
          ${waits && code === "windows" ? settles : nothing}`,
      )}
    </ul>
    ${
      papers
        ? html`<details class="papers">
            <summary>What the papers claim</summary>
            <p>${papers.message}</p>
          </details>`
        : nothing
    }`;
}
