import { html, nothing, type TemplateResult } from "lit";
import type { Metrics } from "../engine/types";
import { significant } from "./format";
import { measure, wholeNumber } from "./number";
import { row } from "./row";
import type { TermName } from "./terms";

const parts = ["80", "90", "95", "99"] as const;

/** As in a sentence. */
const brief = (value: number) => significant(value);

/** What the eigenvalues say besides α: its conclusion while folded, every number when open. */
export function rankDetails(metrics: Metrics): TemplateResult {
  const of = (name: TermName & keyof Metrics) => {
    const value = metrics[name];
    return typeof value === "number" ? row(name, measure(name, value)) : nothing;
  };
  return html`<details class="more ranks">
    <summary>
      Ranks
      <span class="muted"
        >participation ${brief(metrics.participation_ratio)}, stable ${brief(metrics.stable_rank)},
        effective ${brief(metrics.effective_rank_centred_variance)}</span
      >
    </summary>
    <dl class="facts">
      ${of("participation_ratio")} ${of("stable_rank")} ${of("effective_rank_centred_variance")}
      ${of("rankme_eigenvalues")} ${of("first_component_share")}
      ${row(
        "components_for",
        html`${parts.map((part, i) => html`${i > 0 ? " · " : nothing}${wholeNumber(`components_for_${part}`, metrics.components_for[part])}`)}`,
      )}
      ${of("iso_score")} ${of("renyi2_entropy")} ${of("condition_number")}
      ${of("marchenko_pastur_edge")}
      ${row("eigenvalues_above_edge", wholeNumber("eigenvalues_above_edge", metrics.eigenvalues_above_edge))}
      ${metrics.mle_top_100 ? row("gamma", measure("gamma", metrics.mle_top_100.gamma)) : nothing}
    </dl>
  </details>`;
}
