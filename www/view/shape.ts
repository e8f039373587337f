import { html, nothing, type TemplateResult } from "lit";
import type {
  Alternative,
  Analysis,
  Facts,
  FigureOptions,
  SpectrumShape,
  TwoLaws,
  WindowReport,
} from "../engine/types";
import { asTable } from "./as-table";
import type { Depth, Row } from "./depth";
import { figure } from "./figure";
import { decimals, significant, whole } from "./format";
import { exponent, give, goodness, measure, wholeNumber } from "./number";
import { row } from "./row";
import { term } from "./term";

const slopes = (analysis: Analysis, options: FigureOptions) => analysis.localSlopePlot(options);
const residuals = (analysis: Analysis, options: FigureOptions) => analysis.residualsPlot(options);

const models: Record<Alternative["model"], string> = {
  power_law: "power law",
  power_law_with_cut_off: "power law, cut off",
  exponential: "exponential",
  stretched_exponential: "stretched exponential",
};

/** Rows a column below which every spectrum is bent by sampling. */
const rowsPerColumn = 4;

/** Whether one power law describes the spectrum at all. */
export function shapeRow({ workspace, found, open }: Depth): Row {
  const title = "Shape";
  const shape = found?.outcome.spectrum_shape;
  if (!found || !shape) return { title, conclusion: "", body: nothing };
  const { outcome, facts } = found;
  const body = html`<div class="block half">${figure(workspace, open, slopes)} ${slopeTable(shape)}</div>
    <div class="block half">${figure(workspace, open, residuals)} ${residualTable(shape)}</div>
    <div class="block">${slopeFacts(shape)} ${laws(outcome.two_laws)}</div>
    <div class="block">${alternatives(shape.alternatives, facts)}</div>
    <div class="block">${threeAlphas(outcome, facts)}</div>`;
  return { title, conclusion: shape.verdict.message, body };
}

function slopeTable({ local_slope: found }: SpectrumShape): TemplateResult {
  return asTable(found, {
    caption: "Local slope at each rank",
    heads: ["rank", "slope"],
    count: found.ranks.length,
    row: (i) => [whole(found.ranks[i] ?? 0), decimals(found.slopes[i] ?? 0)],
  });
}

function residualTable({ residuals: found }: SpectrumShape): TemplateResult {
  return asTable(found, {
    caption: "Residual of ln λ at each rank",
    heads: ["rank", "residual"],
    count: found.ranks.length,
    row: (i) => [whole(found.ranks[i] ?? 0), significant(found.residuals[i] ?? 0)],
  });
}

function slopeFacts({ curvature, change_by_sampling }: SpectrumShape): TemplateResult {
  const { first, last, slope_first, slope_last, change, change_error, quadratic } = curvature;
  return html`<h3>Slope across the window</h3>
    <dl class="facts">
      <div>
        <dt>${term("local_slope", `at rank ${whole(first)}`)}</dt>
        <dd>${exponent("slope_first", slope_first)}</dd>
      </div>
      <div>
        <dt>${term("local_slope", `at rank ${whole(last)}`)}</dt>
        <dd>${exponent("slope_last", slope_last)}</dd>
      </div>
      ${row("slope_change", html`${exponent("slope_change", change)} ${give("slope_change_error", change_error, false)}`)}
      ${change_by_sampling === null ? nothing : row("change_by_sampling", exponent("change_by_sampling", change_by_sampling))}
      ${row("curvature", exponent("curvature", quadratic))}
    </dl>`;
}

function laws(found: TwoLaws | null): TemplateResult | typeof nothing {
  if (!found) return nothing;
  const { chosen, first, last, alpha, alpha_before, alpha_after, break_rank } = found;
  const pick = (law: TwoLaws["chosen"]) =>
    law === chosen ? html` <strong>chosen</strong>` : nothing;
  return html`<h3>One law or two, ranks ${whole(first)}–${whole(last)}</h3>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">law</th>
          <th scope="col"><i class="symbol">α</i></th>
          <th scope="col">${term("bic")}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">one${pick("single")}</th>
          <td>${exponent("single.alpha", alpha)}</td>
          <td>${measure("bic_single", found.bic_single)}</td>
        </tr>
        <tr>
          <th scope="row">two, ${term("break_rank")} ${wholeNumber("break_rank", break_rank)}${pick("broken")}</th>
          <td>
            ${exponent("alpha_before", alpha_before)}, ${exponent("alpha_after", alpha_after)}
          </td>
          <td>${measure("bic_broken", found.bic_broken)}</td>
        </tr>
      </tbody>
    </table>
    ${
      found.corrected_alpha === null
        ? nothing
        : html`<p class="muted">
            One law corrected for the bias of so few rows: α
            ${exponent("corrected_alpha", found.corrected_alpha)}.
          </p>`
    }`;
}

function alternatives(found: Alternative[], { n, d }: Facts): TemplateResult {
  const best = Math.min(...found.map(({ bic }) => bic));
  return html`<h3>Other curves in this window</h3>
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">model</th>
          <th scope="col">${term("r2")}</th>
          <th scope="col">${term("bic")}</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          ({ model, r2, bic }) => html`<tr ?data-current=${model === "power_law"}>
            <th scope="row">${models[model]}</th>
            <td>${goodness(`${model}.r2`, r2)}</td>
            <td>
              <data value=${String(bic)} data-name="${model}.bic"
                >${bic === best ? "best" : `+${decimals(bic - best, 1)}`}</data
              >
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${
      n !== null && d !== null && n < rowsPerColumn * d
        ? html`<p class="muted">
            With fewer than 4 rows a column every spectrum bends: the best curve describes the sample, not what it was
            drawn from.
          </p>`
        : nothing
    }`;
}

/** Three different numbers go by the name of α. */
function threeAlphas(
  { fit, density, exponential_decay }: WindowReport,
  { metrics }: Facts,
): TemplateResult {
  return html`<h3>Three numbers are called α</h3>
    <dl class="facts">
      ${fit ? row("alpha", html`${exponent("rank_exponent", fit.alpha)} <span class="muted">exponent of ranks</span>`) : nothing}
      ${
        density
          ? html`${row("density_gamma", measure("density_gamma", density.gamma))}
              <div class="sub">
                <dt>as an exponent of ranks, 1 / (γ − 1)</dt>
                <dd>${exponent("density_alpha", density.alpha)}</dd>
              </div>
              ${row("x_min", html`${measure("x_min", density.x_min)}, ${wholeNumber("density_ranks", density.ranks)} eigenvalues`)}
              ${row("ks", measure("ks", density.ks, 2))}`
          : nothing
      }
      ${metrics.mle_top_100 ? row("gamma", measure("gamma", metrics.mle_top_100.gamma)) : nothing}
      ${exponential_decay === null ? nothing : row("exponential_decay", measure("exponential_decay", exponential_decay))}
    </dl>
    <p class="muted">
      γ = 1 + 1/α: WeightWatcher's “α” is γ, and the “alpha_req” of graph-embedding code is the exponential decay. None
      can stand for another.
    </p>`;
}
