import { html, nothing, type TemplateResult } from "lit";
import type { Fit, WindowReport } from "../engine/types";
import type { RankWindow } from "../state/window";
import { decimals, share, whole } from "./format";

/** The field's usual windows, by who uses them, in the order in which people ask for them. */
const names: Record<string, string> = {
  "alpha-req": "α-ReQ, reptrix",
  "fastssl-train": "fastssl, training",
  "fastssl-plot": "fastssl, plots",
  stringer: "Stringer et al.",
  full: "all usable ranks",
};

/** How much the window matters: its conclusion while folded; open, every usual window, which a click puts in view. */
export function windowDetails(
  { fits }: WindowReport,
  choose: (window: RankWindow) => void,
): TemplateResult | typeof nothing {
  const alphas = Object.values(fits).map((fit) => fit.alpha);
  if (alphas.length === 0) return nothing;
  const [low, high] = [Math.min(...alphas), Math.max(...alphas)];
  const shown = Object.entries(names).flatMap(([key, name]) => {
    const fit = fits[key];
    return fit ? [line(name, fit, choose)] : [];
  });
  return html`<details class="more windows">
    <summary>
      Windows
      <span class="muted">α from ${decimals(low)} to ${decimals(high)} over the usual windows</span>
    </summary>
    <table>
      <thead>
        <tr>
          <th scope="col">window</th>
          <th scope="col">ranks</th>
          <th scope="col">α</th>
          <th scope="col">R²</th>
        </tr>
      </thead>
      <tbody>
        ${shown}
      </tbody>
    </table>
  </details>`;
}

function line(name: string, fit: Fit, choose: (window: RankWindow) => void): TemplateResult {
  const { first, last } = fit;
  return html`<tr>
    <th scope="row">
      <button type="button" class="link" title="Put this window in view" @click=${() => choose({ first, last })}>
        ${name}
      </button>
    </th>
    <td>${whole(first)}–${whole(last)}</td>
    <td>${decimals(fit.alpha)}</td>
    <td>${share(fit.r2)}</td>
  </tr>`;
}
