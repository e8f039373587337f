import { html, type TemplateResult } from "lit";
import { term } from "./term";
import type { TermName } from "./terms";

/** A line of a list of facts: a word that explains itself, and its value. */
export function row(name: TermName, value: TemplateResult): TemplateResult {
  return html`<div>
    <dt>${term(name)}</dt>
    <dd>${value}</dd>
  </div>`;
}
