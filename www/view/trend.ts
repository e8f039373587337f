import { html, nothing, type TemplateResult } from "lit";
import type { Order } from "../state/order";
import { selectedDataset } from "../state/state";
import type { SpokenDot } from "./dots";
import "./dots";
import { type Compared, type Measure, type MeasureName, measures } from "./measures";
import { Part } from "./part";

/** A measure along layers, epochs or steps. */
class Trend extends Part {
  static override properties = {
    ...Part.properties,
    lines: { attribute: false },
    order: { attribute: false },
    measure: { state: true },
  };

  declare lines: readonly Compared[];
  declare order: Order;
  declare measure: MeasureName;

  constructor() {
    super();
    this.measure = "alpha";
  }

  override render(): TemplateResult {
    const measure = measures[this.measure];
    const dots = this.#dots(measure);
    const without = this.lines.length - dots.length;
    const { axis } = this.order;
    return html`<section class="trend" aria-label="Trend">
      <div class="part-head">
        <h2 class="more-title">Trend</h2>
        <label class="choice">
          of
          <select name="trend-measure" @change=${this.#choose}>
            ${Object.entries(measures).map(
              ([name, { label }]) =>
                html`<option value=${name} ?selected=${name === this.measure}>${label}</option>`,
            )}
          </select>
        </label>
      </div>
      ${
        dots.length < 2
          ? html`<p class="muted">
              The names tell no order. Give the ${axis === "place" ? "layer or step" : axis} of
              each dataset under ⋯ in the table.
            </p>`
          : html`<eigen-dots
                .workspace=${this.workspace}
                .any=${this.lines[0]?.analysis ?? null}
                .shown=${{ kind: "trend", x: axis, y: measure.label, isAlpha: this.measure === "alpha", dots }}
              ></eigen-dots>
              ${
                without > 0
                  ? html`<p class="muted">${without} without a place or a value ${without === 1 ? "is" : "are"} left out.</p>`
                  : nothing
              }
              ${this.measure === "alpha" ? source : nothing}`
      }
    </section>`;
  }

  #dots(measure: Measure): SpokenDot[] {
    const selected = selectedDataset(this.workspace.state);
    return this.lines.flatMap((one) => {
      const { id, style, outcome } = one.dataset;
      const name = one.short;
      const x = this.order.places.get(id);
      const y = measure.of(one);
      if (x === undefined || y === null) return [];
      const { low, high } = (this.measure === "alpha" && outcome?.uncertainty) || {};
      const interval = low === undefined || high === undefined ? null : ([low, high] as const);
      const words = () => {
        const range = interval ? ` (95 %: ${interval.map(measure.shown).join(" to ")})` : "";
        return `${name} · ${this.order.axis} ${x} · ${measure.label} ${measure.shown(y)}${range}`;
      };
      return [{ name, x, y, interval, style, isStrong: id === selected?.id, words }];
    });
  }

  #choose(event: Event): void {
    this.measure = (event.currentTarget as HTMLSelectElement).value as MeasureName;
  }
}

/** Where the band comes from. */
const source = html`<p class="muted">
  Band: 0.8 to 1.2, the range that the authors’ training code aims at (fastssl); <i class="symbol">α</i>
  near 1 went with good generalization in vision models (Agrawal, Mondal, Ghosh and Richards, α-ReQ,
  NeurIPS 2022). It is no rule for all features.
</p>`;

customElements.define("eigen-trend", Trend);
