import { html, nothing, type TemplateResult } from "lit";
import { givenName } from "../state/dataset";
import { shownName } from "../state/files";
import { counted, whole } from "./format";
import { Part } from "./part";

/** What a person may say of several files. */
type Meaning = "groups" | "one matrix" | "separate";

function answer(meaning: Meaning, words: string): { meaning: Meaning; words: string } {
  return { meaning, words };
}

/** A button that changes the groups; `label` says which matrix it is about. */
function edit(name: string, words: string, label: string, onClick: () => void): TemplateResult {
  return html`<button type="button" class="link" name=${name} aria-label=${label} @click=${onClick}>
    ${words}
  </button>`;
}

/** Several files came at once: asks in place which of them are the parts of one matrix, before any is read. */
class Question extends Part {
  override render(): TemplateResult | typeof nothing {
    const groups = this.workspace.state.question;
    if (!groups) return nothing;
    const count = groups.flat().length;
    const one = answer("one matrix", groups.length === 1 ? "Parts of one matrix" : "One matrix");
    const separate = answer("separate", "Separate matrices");
    const grouped = answer("groups", `${whole(groups.length)} matrices, as listed`);
    const answers =
      groups.length === 1
        ? [one, separate]
        : groups.length === count
          ? [separate, one]
          : [grouped, one, separate];
    return html`<div class="question" role="group" aria-labelledby="question">
      <p id="question">
        <strong>${counted(count, "file")}.</strong> One matrix in parts, or separate matrices?
      </p>
      <ul class="tree" aria-label="Matrices">
        ${groups.map((files, index) => this.#group(files, index))}
      </ul>
      <div class="buttons">
        ${answers.map(
          ({ meaning, words }, index) => html`<button
            type="button"
            name=${meaning.replace(" ", "-")}
            class=${index === 0 ? "primary" : ""}
            @click=${() => this.workspace.answer(meaning)}
          >
            ${words}
          </button>`,
        )}
        <button type="button" class="quiet" @click=${() => this.workspace.answer("neither")}>
          Cancel
        </button>
      </div>
    </div>`;
  }

  /** One matrix, and how to take it apart or add it to the one above. */
  #group(files: readonly File[], index: number): TemplateResult {
    const name = givenName(files);
    return html`<li>
      <div class="matrix">
        <span class="matrix-name">${name}</span>
        ${
          files.length > 1
            ? edit("split", "Split", `Split ${name}`, () => this.workspace.split(index))
            : nothing
        }
        ${
          index > 0
            ? edit("join", "Join with above", `Join with above: ${name}`, () =>
                this.workspace.join(index),
              )
            : nothing
        }
      </div>
      ${
        files.length > 1
          ? html`<ul class="parts">
              ${files.map((file) => html`<li>${shownName(file)}</li>`)}
            </ul>`
          : nothing
      }
    </li>`;
  }

  /** The hands that dropped the files are free again: the likely answer is one key away. */
  override firstUpdated(): void {
    this.querySelector<HTMLElement>(".buttons button")?.focus();
  }
}

customElements.define("eigen-question", Question);
