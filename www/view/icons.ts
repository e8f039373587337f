import { html, svg, type TemplateResult } from "lit";

/** The few icons: 16 px, strokes of 1.5 px, always beside a word or under a label. */
function icon(paths: TemplateResult<2>): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    ${paths}
  </svg>`;
}

export const icons = {
  add: icon(svg`<path d="M8 3v10M3 8h10" />`),
  remove: icon(svg`<path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />`),
  open: icon(svg`<path d="M5 6.75l3 3 3-3" />`),
  download: icon(svg`<path d="M8 2.5v7.5M4.75 7L8 10.25 11.25 7M3 13.25h10" />`),
  copy: icon(svg`<path d="M5.5 5.5h7.25v7.75H5.5zM10.25 5.25V2.75H3V10.5h2.25" />`),
  share: icon(
    svg`<path d="M6.75 9.25l2.5-2.5M7.5 4.75l1.6-1.6a2.65 2.65 0 0 1 3.75 3.75l-1.6 1.6M8.5 11.25l-1.6 1.6a2.65 2.65 0 0 1-3.75-3.75l1.6-1.6" />`,
  ),
  sealed: icon(svg`<path d="M3.75 7.25h8.5v6h-8.5zM5.5 7V5a2.5 2.5 0 0 1 5 0v2" />`),
  system: icon(
    svg`<circle cx="8" cy="8" r="5.25" /><path class="solid" d="M8 2.75a5.25 5.25 0 0 1 0 10.5z" />`,
  ),
  light: icon(
    svg`<circle cx="8" cy="8" r="2.75" /><path d="M8 1.5v1.75M8 12.75v1.75M1.5 8h1.75M12.75 8h1.75M3.4 3.4l1.25 1.25M11.35 11.35l1.25 1.25M3.4 12.6l1.25-1.25M11.35 4.65l1.25-1.25" />`,
  ),
  dark: icon(svg`<path d="M13 9.6A5.25 5.25 0 1 1 6.4 3a4.25 4.25 0 0 0 6.6 6.6z" />`),
} as const;
