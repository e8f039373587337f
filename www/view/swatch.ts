import { html, type TemplateResult } from "lit";
import { lineStyle } from "../engine/index";

/** A piece of the line that a style has in the picture. */
export function swatch(style: number, theme: "light" | "dark"): TemplateResult {
  const { colour, strokes } = lineStyle(style, theme);
  return html`<svg class="swatch" viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
    <line x1="0" y1="4" x2="24" y2="4" stroke=${colour} stroke-width="2.5" stroke-dasharray=${strokes.join(" ")} />
  </svg>`;
}
