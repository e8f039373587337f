import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Control, isThere, LAST_SEED, nameOf, type RangeControl, type Values } from "./lesson";
import { fitted, rangeOf } from "./route";

/** The controls that are not left out: first those that carry the idea, then the others behind a disclosure. */
export function controls(
  all: readonly Control[],
  values: Values,
  hidden: ReadonlySet<string>,
  set: (changes: Values) => void,
): TemplateResult {
  const shown = all.filter((control) => isThere(control, values, hidden));
  const secondary = shown.filter(({ isSecondary }) => isSecondary);
  // A radio button that came to another name would take the mark from one that has it.
  const each = (control: Control) => keyed(control.name, one(control, values, set));
  return html`<div class="lesson-controls" role="group" aria-label="Controls" ?hidden=${shown.length === 0}>
    ${shown.filter(({ isSecondary }) => !isSecondary).map(each)}
    ${
      secondary.length > 0
        ? html`<details class="lesson-more">
            <summary>More to set</summary>
            <div class="lesson-more-controls">${secondary.map(each)}</div>
          </details>`
        : nothing
    }
  </div>`;
}

function one(control: Control, values: Values, set: (changes: Values) => void): TemplateResult {
  const { name } = control;
  if (control.kind === "choice") {
    return html`<fieldset class="lesson-choice">
      <legend>${control.label}</legend>
      <div class="lesson-options">
        ${control.options.map(
          ({ value, label }) => html`<label
          ><input
            type="radio"
            name=${name}
            value=${value}
            .checked=${values[name] === value}
            @change=${() => set({ [name]: value })}
          />${label}</label
        >`,
        )}
      </div>
    </fieldset>`;
  }
  const value = Number(values[name]);
  const { low, high, step } = rangeOf(control);
  const typed = (event: Event): void => {
    const field = event.currentTarget as HTMLInputElement;
    const wanted = field.value.trim() === "" ? Number.NaN : Number(field.value);
    const next = Number.isNaN(wanted) ? value : fitted(control, wanted);
    field.value = String(next);
    if (next !== value) set({ [name]: next });
  };
  if (control.kind === "seed") {
    const another = (): void => set({ [name]: (value % LAST_SEED) + 1 });
    return html`<div class="lesson-seed">
      <label for="draw">Draw</label>
      <input type="number" id="draw" name=${name} min=${low} max=${high} step="1" .value=${String(value)} @change=${typed} />
      <button type="button" name="another" @click=${another}>Another draw</button>
    </div>`;
  }
  const slider = sliderOf(control);
  const slid = ({ currentTarget }: Event): void => {
    set({
      [name]: fitted(control, slider.value(Number((currentTarget as HTMLInputElement).value))),
    });
  };
  return html`<div class="lesson-range">
    <span class="lesson-range-label" id="label-${name}">${control.label}</span>
    <input
      type="range"
      data-control=${name}
      min=${slider.low}
      max=${slider.high}
      step=${slider.step}
      .value=${String(slider.place(value))}
      aria-labelledby="label-${name}"
      aria-valuetext=${`${value}${control.unit ? ` ${control.unit}` : ""}`}
      @input=${slid}
    />
    <input
      type="number"
      name=${name}
      min=${low}
      max=${high}
      step=${step}
      .value=${String(value)}
      aria-label="${nameOf(control)}${control.unit ? `, ${control.unit}` : ""}"
      @change=${typed}
    />
    <span class="muted">${control.unit ?? nothing}</span>
  </div>`;
}

/** A slider's places, and the values at them. */
function sliderOf({ low, high, step, isLogarithmic }: RangeControl): {
  low: number;
  high: number;
  step: number;
  place(value: number): number;
  value(place: number): number;
} {
  if (!isLogarithmic) return { low, high, step, place: (value) => value, value: (place) => place };
  const places = 200;
  const factor = Math.log(high / low) / places;
  return {
    low: 0,
    high: places,
    step: 1,
    place: (value) => Math.round(Math.log(value / low) / factor),
    value: (place) => low * Math.exp(factor * place),
  };
}
