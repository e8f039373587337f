import { html, type TemplateResult } from "lit";
import { type Control, LAST_SEED, nameOf, type RangeControl, type Values } from "./lesson";
import { fitted, rangeOf } from "./route";

/** The controls that are not left out. */
export function controls(
  all: readonly Control[],
  values: Values,
  hidden: ReadonlySet<string>,
  set: (changes: Values) => void,
): TemplateResult {
  const shown = all.filter(({ name }) => !hidden.has(name));
  return html`<div class="lesson-controls" role="group" aria-label="Controls" ?hidden=${shown.length === 0}>
    ${shown.map((control) => one(control, values, set))}
  </div>`;
}

function one(control: Control, values: Values, set: (changes: Values) => void): TemplateResult {
  const { name } = control;
  if (control.kind === "choice") {
    return html`<fieldset class="lesson-choice">
      <legend>${control.label}</legend>
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
      <label
        >Draw
        <input type="number" name=${name} min=${low} max=${high} step="1" .value=${String(value)} @change=${typed}
      /></label>
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
    ${control.unit ? html`<span class="muted">${control.unit}</span>` : ""}
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
