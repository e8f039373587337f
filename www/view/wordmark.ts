import { html, type TemplateResult } from "lit";

/** A falling spectrum with its line, and the name. */
export function wordmark(): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path class="mark-line" d="M3 4.5L17 15.5" />
      <circle cx="4" cy="3.25" r="1.4" />
      <circle cx="8" cy="8.5" r="1.4" />
      <circle cx="12" cy="11.75" r="1.4" />
      <circle cx="16" cy="16.5" r="1.4" />
    </svg>
    <span class="wordmark-name">Eigenscope</span>`;
}
