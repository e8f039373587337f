import { html, nothing, type TemplateResult } from "lit";
import { exponent, measure, wholeNumber } from "../../view/number";
import { SampledLesson } from "../sampled";

/** Mirrors `learn/noise_floor.rs`. */
interface Numbers {
  population_alpha: number | null;
  alpha: number | null;
  edge: number;
  above: number;
  detectable: number;
  over_noise: number;
}

interface Point {
  noise: number;
  population: number | null;
  expected: number | null;
  mean: number | null;
  deviation: number | null;
}

const styles = { sample: 0, signal: 1, withNoise: 7, edge: 15 };

class NoiseFloor extends SampledLesson<Numbers, Point> {
  protected override readonly classes = { one: "NoiseFloor", many: "AlphaOverNoise" };

  protected override settings(of: "one" | "many"): Record<string, number> {
    const settings = {
      alpha: this.number("alpha"),
      columns: this.number("d"),
      rows: this.number("n"),
      seed: this.number("seed"),
    };
    return { ...settings, noise: of === "one" ? this.here() : 0 };
  }

  protected override here(): number {
    return this.number("noise");
  }

  override render(): TemplateResult {
    return html`${this.refused()}
      ${this.shows("fit") && this.numbers ? this.#numbers(this.numbers) : nothing}
      <div class="lesson-figures">
        ${
          this.shows("spectra")
            ? html`<div>
                ${this.picture(
                  "one",
                  "picture",
                  html`The signal never changes. Noise adds the same variance to every eigenvalue, and shows where the
                    signal’s are smaller.
                  ${this.legend([
                    { style: styles.signal, words: "the signal alone" },
                    { style: styles.withNoise, words: "with noise, unlimited rows" },
                    { style: styles.sample, words: "with noise, one sample" },
                    { style: styles.edge, words: "noise edge" },
                  ])}`,
                )}
                ${this.spectraTable("Eigenvalues", ["signal", "with noise", "one sample"])}
              </div>`
            : nothing
        }
        ${
          this.shows("curve")
            ? html`<div>
                ${this.picture(
                  "many",
                  "picture",
                  html`<i class="symbol">α</i> over ranks 11–100 against the variance of the noise: dashes are the
                    signal’s, the curve is theory for this <i class="symbol">n</i>, dots and bars are means and deviations
                    of samples; the line upright is your noise. ${this.headway()}`,
                )}
                ${this.pointsTable(
                  "α over ranks 11–100 against the variance of the noise",
                  ["variance", "unlimited rows", "expected of n rows", "mean", "deviation"],
                  ({ noise, population, expected, mean, deviation }) => [
                    noise,
                    population,
                    expected,
                    mean,
                    deviation,
                  ],
                )}
              </div>`
            : nothing
        }
      </div>`;
  }

  #numbers({ population_alpha, alpha, edge, above, over_noise }: Numbers): TemplateResult {
    const shown = (name: string, value: number | null) =>
      value === null ? "–" : exponent(name, value);
    return html`<dl class="lesson-numbers">
      <div>
        <dt><i class="symbol">α</i> with noise, unlimited rows</dt>
        <dd>${shown("population_alpha", population_alpha)}</dd>
      </div>
      <div><dt><i class="symbol">α</i> of this sample</dt><dd>${shown("sample_alpha", alpha)}</dd></div>
      <div><dt>signal at or above the noise up to rank</dt><dd>${wholeNumber("over_noise", over_noise)}</dd></div>
      <div><dt>noise edge</dt><dd>${measure("edge", edge)}</dd></div>
      <div><dt>eigenvalues above it</dt><dd>${wholeNumber("above", above)}</dd></div>
    </dl>`;
  }
}

customElements.define("eigen-noise-floor", NoiseFloor);
