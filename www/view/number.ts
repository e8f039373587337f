import { html, nothing, type TemplateResult } from "lit";
import type { Outcome } from "../engine/types";
import { decimals, plusMinus, share, signed, significant, whole } from "./format";

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

/** Stands before an α that is only near that of the whole spectrum. */
export function near(outcome: Outcome | null): TemplateResult | typeof nothing {
  const title = "From the eigenvalues that a link has brought";
  return outcome?.is_near ? html`<span class="near" title=${title}>≈ </span>` : nothing;
}

/** R²: nearly 1 is not 1. */
export function goodness(name: string, value: number | null): TemplateResult {
  if (value === null)
    return html`<span title="All eigenvalues in this window are equal: there is nothing for a line to explain.">–</span>`;
  return datum(name, value, share(value));
}

/**
 * How far a number may be off: ± 0.004, with as many decimals as α has, and more where those are zeros; "± …" while it is
 * computed, "± –" where it cannot be told.
 */
export function give(name: string, value: number | null, waits = true): TemplateResult {
  if (value === null) return html`<span class="give">± ${waits ? "…" : "–"}</span>`;
  return html`<span class="give">± ${datum(name, value, plusMinus(value))}</span>`;
}

/** How much larger: +0.021, −0.034. */
export function change(name: string, value: number): TemplateResult {
  return datum(name, value, signed(value));
}
