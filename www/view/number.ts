import { html, type TemplateResult } from "lit";
import { decimals, share, significant, whole } from "./format";

/** A number as a person reads it, with its full precision for everyone else. */
function datum(name: string, value: number, shown: string): TemplateResult {
  return html`<data value=${String(value)} data-name=${name}>${shown}</data>`;
}

export function wholeNumber(name: string, value: number): TemplateResult {
  return datum(name, value, whole(value));
}

/** A measured number, to as many significant digits as a reader can use. */
export function measure(name: string, value: number, digits = 3): TemplateResult {
  return datum(name, value, significant(value, digits));
}

/** α: three decimals, so that a column of them compares at a glance. */
export function exponent(name: string, value: number): TemplateResult {
  return datum(name, value, decimals(value));
}

/** R²: nearly 1 is not 1. */
export function goodness(name: string, value: number): TemplateResult {
  return datum(name, value, share(value));
}
