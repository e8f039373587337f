import { html, type TemplateResult } from "lit";
import { goodness, measure, wholeNumber } from "../view/number";

const shown = { measure, whole: wholeNumber, share: goodness };

/** A number of a lesson and what it is. Its full precision is in the page, by its name. */
export function fact(
  name: string,
  words: string,
  value: number | null | undefined,
  as: keyof typeof shown = "measure",
): TemplateResult {
  const number = typeof value === "number" && Number.isFinite(value) ? shown[as](name, value) : "–";
  return html`<div><dt>${words}</dt><dd>${number}</dd></div>`;
}
