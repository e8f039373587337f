import { html, nothing, type TemplateResult } from "lit";
import type { Fit, PresetFit, Weight, WindowReport } from "../engine/types";
import type { RankWindow } from "../state/window";
import type { Workspace } from "../state/workspace";
import type { Depth, Row } from "./depth";
import { whole } from "./format";
import { exponent, give, goodness } from "./number";
import { segments } from "./segments";
import { term } from "./term";
import "./window-map";

/** The field's usual windows, by who uses them, in the order in which people ask for them. */
const names: Record<string, string> = {
  "alpha-req": "α-ReQ, reptrix",
  "fastssl-train": "fastssl, training",
  "fastssl-plot": "fastssl, plots",
  stringer: "Stringer et al.",
  full: "all usable ranks",
};

const weights: readonly (readonly [Weight, string])[] = [
  ["1/k", "1/k"],
  ["none", "none"],
  ["log-binned", "log-binned"],
];

/** How much the window matters. */
export function windowRow({ workspace, found, open }: Depth): Row {
  const title = "Windows";
  if (!found) return { title, conclusion: "", body: nothing };
  const { facts, outcome } = found;
  const { state } = workspace;
  const choice = segments("weight", "Weights", weights, state.weight, (weight) =>
    workspace.setWeight(weight),
  );
  const body =
    facts.given === "points"
      ? html`<div class="block">${choice}</div>`
      : html`<div class="block">${presetTable(outcome, workspace)} ${choice}</div>
          <eigen-window-map class="block" .workspace=${workspace} .open=${open}></eigen-window-map>`;
  return { title, conclusion: outcome.windows_verdict.message, body };
}

function presetTable(
  { fits, fit, uncertainty, uncertainty_reason }: WindowReport,
  workspace: Workspace,
): TemplateResult {
  // All of them come at once, but some windows have none.
  const waits =
    !uncertainty_reason &&
    Object.values(fits).every(({ standard_error }) => standard_error === null);
  const shown = Object.entries(names).flatMap(([key, name]) => {
    const preset = fits[key];
    return preset
      ? [presetLine(key, name, preset, waits, fit, (window) => workspace.setWindow(window))]
      : [];
  });
  return html`<table class="figures">
    <caption>
      The usual windows, weights 1/k
    </caption>
    <thead>
      <tr>
        <th scope="col">${term("preset")}</th>
        <th scope="col"><i class="symbol">α</i></th>
        <th scope="col">${term("r2")}</th>
        <th scope="col">${term("r2_100", "R² to 100")}</th>
        <th scope="col">${term("r2_500", "R² to 500")}</th>
      </tr>
    </thead>
    <tbody>
      ${shown}
    </tbody>
    ${fit ? inView(fit, uncertainty?.standard_error ?? null, waits) : nothing}
  </table>`;
}

function presetLine(
  key: string,
  name: string,
  preset: PresetFit,
  waits: boolean,
  fit: Fit | null,
  choose: (window: RankWindow) => void,
): TemplateResult {
  const { first, last } = preset;
  const current = fit?.first === first && fit.last === last;
  return html`<tr ?data-current=${current}>
    <th scope="row">
      <button
        type="button"
        class="link"
        aria-pressed=${current}
        title="Put this window in view"
        @click=${() => choose({ first, last })}
      >
        ${name}</button
      ><br />${whole(first)}–${whole(last)}
    </th>
    <td>
      ${exponent(`${key}.alpha`, preset.alpha)}
      ${give(`${key}.standard_error`, preset.standard_error, waits)}
    </td>
    <td>${goodness(`${key}.r2`, preset.r2)}</td>
    <td>${authors(`${key}.r2_100`, preset.r2_100)}</td>
    <td>${authors(`${key}.r2_500`, preset.r2_500)}</td>
  </tr>`;
}

/** The window in view has its own line, whether or not it is a usual one, so that none appears while it is dragged. */
function inView(fit: Fit, error: number | null, waits: boolean): TemplateResult {
  const weight = fit.weight === "none" ? "no weights" : fit.weight;
  return html`<tfoot>
    <tr>
      <th scope="row">in view<br />${whole(fit.first)}–${whole(fit.last)}, ${weight}</th>
      <td>${exponent("view.alpha", fit.alpha)} ${give("view.standard_error", error, waits)}</td>
      <td>${goodness("view.r2", fit.r2)}</td>
      <td>${authors("r2_100", fit.r2_100)}</td>
      <td>${authors("r2_500", fit.r2_500)}</td>
    </tr>
  </tfoot>`;
}

function authors(name: string, value: number | null): TemplateResult | string {
  return value === null ? "–" : goodness(name, value);
}
