import { html, nothing } from "lit";
import type { Depth, Row } from "./depth";
import { counted } from "./format";
import { exponent, give, measure, wholeNumber } from "./number";
import { row } from "./row";

/** What would be there without any structure. */
export function nullRow({ workspace, found }: Depth): Row {
  const title = "Nulls";
  if (!found) return { title, conclusion: "", body: nothing };
  const { facts, outcome } = found;
  const { marchenko_pastur_edge: edge, eigenvalues_above_edge: above } = facts.metrics;
  const { noise } = outcome;
  const body = html`<div class="block">
      <dl class="facts">
        ${edge === null ? nothing : row("marchenko_pastur_edge", measure("marchenko_pastur_edge", edge))}
        ${above === null ? nothing : row("eigenvalues_above_edge", wholeNumber("eigenvalues_above_edge", above))}
        ${noise ? row("noise_alpha", html`${exponent("noise_alpha", noise.alpha)} ${give("noise_deviation", noise.deviation)}`) : nothing}
      </dl>
    </div>
    <div class="block">
      <dl class="facts">
        ${row("floor", measure("floor", facts.floor))}
        ${row("rank_ceiling", wholeNumber("rank_ceiling", facts.rank_ceiling))}
        ${row("usable_ranks", wholeNumber("usable_ranks", facts.usable_ranks))}
      </dl>
    </div>
    <div class="block">
      <label class="check">
        <input
          type="checkbox"
          name="nulls"
          .checked=${workspace.state.overlays.nulls}
          @change=${(event: Event) => workspace.overlay({ nulls: (event.target as HTMLInputElement).checked })}
        />
        <span>Draw them in the plot</span>
      </label>
      <p class="muted">
        The noise edge, and the spectrum that independent noise of this n, d and total variance has. Features are not
        independent noise: these are landmarks, not tests.
      </p>
    </div>`;
  const conclusion =
    above === null
      ? "not known without n and d"
      : `${counted(above, "eigenvalue")} above the noise edge`;
  return { title, conclusion, body };
}
