import { html, nothing, type TemplateResult } from "lit";
import type { WindowReport } from "../engine/types";
import type { Dataset } from "../state/dataset";
import type { Workspace } from "../state/workspace";
import { isPending } from "./pending";

/** The reading in three short lines, and what the papers claim behind a fold. */
export function reading(
  workspace: Workspace,
  dataset: Dataset,
  outcome: WindowReport,
): TemplateResult {
  const { uncertainty_reason } = outcome;
  // The interval stands under α; why there is none stands in the row that has it.
  const elsewhere = new Set(["interval", "papers", uncertainty_reason?.code]);
  const lines = outcome.reading.filter(({ code }) => !elsewhere.has(code));
  const papers = outcome.reading.find(({ code }) => code === "papers");
  const waits =
    !outcome.alpha_of_n && !outcome.bias && !uncertainty_reason && isPending(workspace, dataset);
  const settles = html`<li class="muted">
    Whether there are enough rows for α to have settled is being computed.
  </li>`;
  return html`<ul class="reading">
      ${lines.map(
        ({ code, message }, index) => html`<li data-code=${code}>${message}</li>
          ${waits && index === 0 ? settles : nothing}`,
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
