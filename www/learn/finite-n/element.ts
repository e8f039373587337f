import { html, nothing, type TemplateResult } from "lit";
import { exponent, measure, wholeNumber } from "../../view/number";
import { SampledLesson } from "../sampled";

/** Mirrors `learn/finite_n.rs`. */
interface Numbers {
  ratio: number;
  ranks: number;
  alpha: number | null;
  expected_alpha: number | null;
  head: number | null;
  tail: number | null;
}

interface Point {
  ratio: number;
  rows: number;
  expected: number | null;
  mean: number | null;
  deviation: number | null;
}

const styles = { sample: 0, truth: 1, expected: 6 };

class FiniteN extends SampledLesson<Numbers, Point> {
  protected override readonly classes = { one: "FiniteN", many: "AlphaOfRows" };

  protected override settings(of: "one" | "many"): Record<string, number> {
    const [alpha, columns, seed] = [this.number("alpha"), this.number("d"), this.number("seed")];
    return { alpha, columns, seed, rows: of === "one" ? this.here() : columns };
  }

  protected override here(): number {
    return this.number("n");
  }

  protected override members(): readonly string[] {
    return this.#hasBeside("noise") ? ["spectra", "noise_bars"] : ["spectra"];
  }

  /** Whether a figure is the one that stands beside the spectra. */
  #hasBeside(part: "curve" | "noise"): boolean {
    return this.view.values.beside === part && this.shows(part);
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
                  html`The true spectrum, and what a sample of <i class="symbol">n</i> rows shows of it.
                  ${this.legend([
                    { style: styles.truth, words: "truth" },
                    { style: styles.sample, words: "one sample" },
                    { style: styles.expected, words: "expected of samples" },
                  ])}`,
                )}
                ${this.spectraTable("Eigenvalues", ["truth", "one sample", "expected"])}
              </div>`
            : nothing
        }
        ${
          this.#hasBeside("curve")
            ? html`<div>
                ${this.picture(
                  "many",
                  "picture",
                  html`<i class="symbol">α</i> over ranks 11–100 against <i class="symbol">n/d</i>: dashes are the
                    truth, the curve is theory, dots and bars are means and deviations of samples; the line upright is
                    your <i class="symbol">n</i>. ${this.headway()}`,
                )}
                ${this.pointsTable(
                  "α over ranks 11–100 against n/d",
                  ["n/d", "n", "expected", "mean", "deviation"],
                  ({ ratio, rows, expected, mean, deviation }) => [
                    ratio,
                    rows,
                    expected,
                    mean,
                    deviation,
                  ],
                )}
              </div>`
            : nothing
        }
        ${
          this.#hasBeside("noise")
            ? html`<div>
                ${this.picture(
                  "one",
                  "noise",
                  html`Pure noise of the same <i class="symbol">n</i> and <i class="symbol">d</i>: all true eigenvalues
                    are 1. Bars are one sample, the curve is the density of Marchenko and Pastur.`,
                )}
                ${this.rowsTable("noise_bars", "Eigenvalues of noise, bar by bar", [
                  "from",
                  "to",
                  "one sample",
                  "expected",
                ])}
              </div>`
            : nothing
        }
      </div>`;
  }

  #numbers({ ratio, alpha, expected_alpha, head, tail, ranks }: Numbers): TemplateResult {
    const times = (name: string, value: number | null) =>
      value === null ? "–" : html`× ${measure(name, value)}`;
    return html`<dl class="lesson-numbers">
      <div><dt>rows for each column</dt><dd>${measure("ratio", ratio)}</dd></div>
      <div><dt>first eigenvalue, expected</dt><dd>${times("head", head)}</dd></div>
      <div><dt>last of ${wholeNumber("ranks", ranks)}, expected</dt><dd>${times("tail", tail)}</dd></div>
      <div>
        <dt><i class="symbol">α</i> of this sample</dt>
        <dd>${alpha === null ? "–" : exponent("sample_alpha", alpha)}</dd>
      </div>
      <div>
        <dt><i class="symbol">α</i> expected of samples</dt>
        <dd>${expected_alpha === null ? "–" : exponent("expected_alpha", expected_alpha)}</dd>
      </div>
    </dl>`;
  }
}

customElements.define("eigen-finite-n", FiniteN);
