import { html, nothing, type TemplateResult } from "lit";
import type { Facts, Metrics, Uncentred } from "../engine/types";
import type { Dataset } from "../state/dataset";
import type { Workspace } from "../state/workspace";
import type { Depth, Row } from "./depth";
import { significant } from "./format";
import { measure, wholeNumber } from "./number";
import { pending } from "./pending";
import { row } from "./row";
import { term } from "./term";
import type { TermName } from "./terms";

const parts = ["80", "90", "95", "99"] as const;

/** The same question as two libraries ask it, next to each other. */
const pairs: readonly (readonly [string, TermName & keyof Metrics, TermName & keyof Uncentred])[] =
  [
    ["RankMe", "rankme_eigenvalues", "rankme"],
    ["effective rank", "effective_rank_centred_variance", "effective_rank"],
    ["stable rank", "stable_rank", "stable_rank_uncentred"],
    ["participation", "participation_ratio", "participation_ratio_row_corrected"],
  ];

/** Numbers that need the rows at unit length. */
const ofUnitRows = ["coding_rate_unit_rows", "self_clustering"] as const;

/** What the eigenvalues say besides α. */
export function rankRow({ workspace, dataset, found }: Depth): Row {
  const title = "Ranks";
  if (!found) return { title, conclusion: "", body: nothing };
  const { facts } = found;
  const { metrics, uncentred } = facts;
  const shown = [
    ["RankMe", uncentred.rankme],
    ["participation", metrics.participation_ratio],
    ["stable rank", metrics.stable_rank],
  ] as const;
  // Of what was given in the place of rows they do not come.
  const conclusion = shown
    .filter(([, value]) => value !== null || facts.given === "features")
    .map(([name, value]) => `${name} ${value === null ? "…" : significant(value)}`)
    .join(" · ");
  const body = html`<div class="block">${rankTable(facts, dataset, workspace)}</div>
    <div class="block">${directions(metrics)}</div>
    <div class="block">${isotropy(workspace, dataset, facts)}</div>`;
  return { title, conclusion, body };
}

function rankTable(
  { metrics, uncentred }: Facts,
  dataset: Dataset,
  workspace: Workspace,
): TemplateResult {
  const cell = (name: TermName, value: number | null) =>
    html`<td>${measured(name, value, dataset, workspace)}<br /><span class="muted">${term(name)}</span></td>`;
  return html`<table class="figures ranks-table">
    <thead>
      <tr>
        <th scope="col">ranks</th>
        <th scope="col">centred, eigenvalues</th>
        <th scope="col">by other definitions</th>
      </tr>
    </thead>
    <tbody>
      ${pairs.map(
        ([name, centred, other]) => html`<tr>
          <th scope="row">${name}</th>
          ${cell(centred, metrics[centred] as number | null)} ${cell(other, uncentred[other])}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function directions(metrics: Metrics): TemplateResult {
  return html`<h3>Variance</h3>
    <dl class="facts">
      ${row("first_component_share", measure("first_component_share", metrics.first_component_share))}
      ${
        metrics.components_for === null
          ? nothing
          : row("components_for", componentsFor(metrics.components_for))
      }
      ${optional("iso_score", metrics.iso_score)}
      ${row("renyi2_entropy", measure("renyi2_entropy", metrics.renyi2_entropy))}
      ${optional("condition_number", metrics.condition_number)}
    </dl>`;
}

function componentsFor(counts: NonNullable<Metrics["components_for"]>): TemplateResult {
  return html`${parts.map((part, i) => html`${i > 0 ? " · " : nothing}${wholeNumber(`components_for_${part}`, counts[part])}`)}`;
}

function isotropy(workspace: Workspace, dataset: Dataset, { uncentred }: Facts): TemplateResult {
  // Where the others are known too little was summed; where they are not, it was not computed.
  const unsummed = uncentred.rankme !== null && ofUnitRows.some((name) => uncentred[name] === null);
  return html`<h3>Directions of the rows</h3>
    <dl class="facts">
      ${row("mean_cosine", measured("mean_cosine", uncentred.mean_cosine, dataset, workspace))}
      ${ofUnitRows.map((name) => row(name, measured(name, uncentred[name], dataset, workspace)))}
    </dl>
    ${
      unsummed && workspace.isStudied && dataset.unitRows === "auto" && !dataset.returned
        ? html`<p class="muted">
              Rows at unit length were not summed beside the others, because that doubles the work.
            </p>
            <button type="button" class="small" name="unit-rows" @click=${() => workspace.runAgain(dataset.id, { unitRows: "always" })}>
              Compute (reads the file again)
            </button>`
        : nothing
    }`;
}

function optional(name: TermName, value: number | null): TemplateResult | typeof nothing {
  return value === null ? nothing : row(name, measure(name, value));
}

/** A number, or a dash that says why there is none. */
function measured(
  name: TermName,
  value: number | null,
  dataset: Dataset,
  workspace: Workspace,
): TemplateResult {
  if (value !== null) return measure(name, value);
  const reason = why(name, dataset, workspace);
  return html`<span title=${reason}>–<span class="hidden"> ${reason}</span></span>`;
}

function why(name: TermName, dataset: Dataset, workspace: Workspace): string {
  const { status, studying, study } = dataset;
  const unsummed = ofUnitRows.some((other) => other === name) && study !== null && study.bytes > 0;
  return unsummed && status === "done" && !studying
    ? "rows at unit length were not summed"
    : pending(workspace, dataset);
}
