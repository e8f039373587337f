import { html, type TemplateResult } from "lit";

/** A choice of one among few, side by side. */
export function segments<Value extends string>(
  name: string,
  legend: string,
  options: readonly (readonly [Value, string])[],
  current: Value,
  choose: (value: Value) => void,
): TemplateResult {
  return html`<fieldset class="segments">
    <legend>${legend}</legend>
    ${options.map(
      ([value, label]) => html`<label>
        <input
          type="radio"
          name=${name}
          value=${value}
          .checked=${value === current}
          @change=${() => choose(value)}
        />
        <span>${label}</span>
      </label>`,
    )}
  </fieldset>`;
}
