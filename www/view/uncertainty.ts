import { html, nothing, type TemplateResult } from "lit";
import type { Analysis, FigureOptions, Uncertainty, WindowReport } from "../engine/types";
import type { Dataset } from "../state/dataset";
import type { Workspace } from "../state/workspace";
import type { Depth, Row } from "./depth";
import { figure } from "./figure";
import { decimals, plusMinus, whole } from "./format";
import { exponent, give, measure, wholeNumber } from "./number";
import { isPending, pending } from "./pending";
import { row } from "./row";
import { term } from "./term";

const alphaOfN = (analysis: Analysis, options: FigureOptions) => analysis.alphaOfNPlot(options);

/** Half the width of the interval: what stands after ±. */
export function halfWidth({ low, high }: Uncertainty): number {
  return (high - low) / 2;
}

/** Why there is no interval (yet), in words. */
export function missing(
  workspace: Workspace,
  dataset: Dataset,
  outcome: WindowReport | null,
): string {
  if (outcome?.uncertainty_reason) return outcome.uncertainty_reason.message;
  if (outcome?.reason) return "There is no fit in this window.";
  return pending(workspace, dataset);
}

/** How far α would move with other rows, or with more of them. */
export function uncertaintyRow({ workspace, dataset, found, open }: Depth): Row {
  const outcome = found?.outcome ?? null;
  const body = outcome
    ? html`<div class="block">${figure(workspace, open, alphaOfN)}</div>
        <div class="block">${numbers(workspace, dataset, outcome)}</div>
        ${outcome.alpha_of_n ? growth(outcome.alpha_of_n.points) : nothing}`
    : nothing;
  return { title: "Uncertainty", conclusion: conclusion(workspace, dataset, outcome), body };
}

function conclusion(workspace: Workspace, dataset: Dataset, outcome: WindowReport | null): string {
  const found = outcome?.uncertainty;
  if (!found) return missing(workspace, dataset, outcome);
  const half = `± ${plusMinus(halfWidth(found))} (95 %, ${whole(found.blocks)} blocks of rows)`;
  const verdict = outcome.alpha_of_n?.verdict.message;
  return verdict ? `${half} · ${verdict}` : half;
}

function numbers(workspace: Workspace, dataset: Dataset, outcome: WindowReport): TemplateResult {
  const { uncertainty, alpha_of_n, bias } = outcome;
  return html`${
    uncertainty
      ? html`<dl class="facts">
            ${row(
              "interval",
              html`${exponent("interval_low", uncertainty.low)} to
              ${exponent("interval_high", uncertainty.high)}`,
            )}
            ${row("standard_error", measure("standard_error", uncertainty.standard_error, 2))}
            ${row("blocks", wholeNumber("blocks", uncertainty.blocks))}
          </dl>`
      : html`<p>${missing(workspace, dataset, outcome)}</p>
          ${isPending(workspace, dataset) || outcome.uncertainty_reason ? nothing : again(workspace, dataset)}`
  }
    ${alpha_of_n ? html`<p data-code=${alpha_of_n.verdict.code}>${alpha_of_n.verdict.message}</p>` : nothing}
    ${bias ? html`<p data-code=${bias.code}>${bias.message}</p>` : nothing}
    <p class="muted">
      A jackknife leaves out one block of rows at a time and computes α again: the spread of those answers says how
      far α would move with other rows. It does not say whether the window, or a power law, is right.
    </p>`;
}

/** What was cancelled or let go needs the rows once more. */
function again(workspace: Workspace, { id }: Dataset): TemplateResult {
  return html`<button type="button" class="small" @click=${() => workspace.runAgain(id)}>Run again</button>`;
}

function growth(points: [number, number][]): TemplateResult {
  return html`<div class="block">
    <table class="figures">
      <caption class="hidden">
        α of the first n rows
      </caption>
      <thead>
        <tr>
          <th scope="col">${term("n")}</th>
          <th scope="col">${term("alpha_of_n")}</th>
        </tr>
      </thead>
      <tbody>
        ${points.map(
          ([n, alpha]) => html`<tr>
            <th scope="row">${whole(n)}</th>
            <td>${exponent(`alpha_of_n.${n}`, alpha)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The line under α: how far it may be off. It keeps its place while that is computed. */
export function interval(
  workspace: Workspace,
  dataset: Dataset,
  outcome: WindowReport,
): TemplateResult {
  const { uncertainty, uncertainty_reason } = outcome;
  if (uncertainty) {
    const title = `95 % interval ${decimals(uncertainty.low)} to ${decimals(uncertainty.high)}`;
    return html`<p class="interval" title=${title}>
      ${give("interval", halfWidth(uncertainty))}
      <span class="muted">95 %, ${whole(uncertainty.blocks)} blocks</span>
    </p>`;
  }
  const waits = !uncertainty_reason && isPending(workspace, dataset);
  return html`<p class="interval" title=${missing(workspace, dataset, outcome)}>
    <span class="give">± ${waits ? "…" : "–"}</span>
    <span class="muted">${waits ? nothing : "no interval"}</span>
  </p>`;
}
