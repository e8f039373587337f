import { html, type TemplateResult } from "lit";
import { Part } from "../view/part";
import { wordmark } from "../view/wordmark";

/** In the place of the header: the name, which leads to the whole page. */
class EmbedBar extends Part {
  override render(): TemplateResult {
    // A shared analysis stands behind the #.
    return html`<header class="embed-bar">
      <h1 class="wordmark">
        <a href=${location.pathname + location.hash} target="_blank" rel="noopener">
          ${wordmark()}<span class="hidden"> (opens the whole page in a new tab)</span>
        </a>
      </h1>
      <p class="muted">What you drop here is told to nobody.</p>
    </header>`;
  }
}

customElements.define("eigen-embed-bar", EmbedBar);
