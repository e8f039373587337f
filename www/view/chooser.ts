import { html, nothing, type TemplateResult } from "lit";
import type { ArrayInfo } from "../engine/types";
import type { Dataset } from "../state/dataset";
import { bytes as size, whole } from "./format";
import { Part } from "./part";

/** Which array of a file is meant: its matrices, the likely one first, and below them what else there is. */
class Chooser extends Part {
  static override properties = { ...Part.properties, of: { attribute: false } };

  declare of: Dataset;

  override render(): TemplateResult {
    const arrays = this.of.arrays ?? [];
    const matrices = arrays.filter(({ is_matrix }) => is_matrix);
    const others = arrays.filter(({ is_matrix }) => !is_matrix);
    const title = `array-of-${this.of.id}`;
    return html`<div class="chooser" role="group" aria-labelledby=${title} @keydown=${this.#walk}>
      <p id=${title}>Which array holds the features?</p>
      ${matrices.map(
        (array) => html`<button
          type="button"
          class="array"
          name="array"
          data-array=${array.name}
          @click=${() => this.workspace.choose(this.of.id, array.name)}
        >
          ${described(array)}
        </button>`,
      )}
      ${
        others.length > 0
          ? html`<p class="muted names">
              No matrices: ${others.map(({ name }) => name).join(", ")}
            </p>`
          : nothing
      }
      ${
        this.of.study
          ? html`<button
              type="button"
              class="quiet"
              name="keep-array"
              @click=${() => this.workspace.keep(this.of.id)}
            >
              Keep ${this.of.info?.array ?? ""}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** The likely one is one key away. */
  override firstUpdated(): void {
    this.querySelector("button")?.focus({ preventScroll: true });
  }

  /** Up and down walk through the arrays; the list of datasets around them does not move. */
  #walk(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...this.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[here + step]?.focus();
  }
}

function described({ name, shape, dtype, bytes }: ArrayInfo): TemplateResult {
  return html`<span class="array-name">${name}</span>
    <span class="array-facts"
      ><span>${shape.map(whole).join(" × ")}</span> <span>${dtype}</span>
      <span>${size(bytes)}</span></span
    >`;
}

customElements.define("eigen-chooser", Chooser);
