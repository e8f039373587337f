import { html, nothing, type TemplateResult } from "lit";
import { likelyOneMatrix } from "../state/files";
import { counted } from "./format";
import { Part } from "./part";

/** Names shown before "and n more". */
const shownNames = 3;

/** Several files came at once: asks in place whether they are one matrix or several. */
class Question extends Part {
  override render(): TemplateResult | typeof nothing {
    const files = this.workspace.state.question;
    if (!files) return nothing;
    const names = files.map((file) => file.name);
    const likelyOne = likelyOneMatrix(names);
    const one = html`<button
      type="button"
      name="one-matrix"
      class=${likelyOne ? "primary" : ""}
      @click=${() => this.workspace.answer("one matrix")}
    >
      Parts of one matrix
    </button>`;
    const separate = html`<button
      type="button"
      name="separate"
      class=${likelyOne ? "" : "primary"}
      @click=${() => this.workspace.answer("separate")}
    >
      Separate matrices
    </button>`;
    const more = files.length - shownNames;
    return html`<div class="question" role="group" aria-labelledby="question">
      <p id="question">
        <strong>${counted(files.length, "file")}.</strong> Parts of one matrix, or separate
        matrices?
      </p>
      <p class="muted names">
        ${names.slice(0, shownNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}
      </p>
      <div class="buttons">
        ${likelyOne ? [one, separate] : [separate, one]}
        <button type="button" class="quiet" @click=${() => this.workspace.answer("neither")}>
          Neither
        </button>
      </div>
    </div>`;
  }

  /** The hands that dropped the files are free again: the likely answer is one key away. */
  override firstUpdated(): void {
    this.querySelector("button")?.focus();
  }
}

customElements.define("eigen-question", Question);
