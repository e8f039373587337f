import { html, nothing, type TemplateResult } from "lit";
import { loadExample } from "../state/example";
import { generateButton } from "./generate";
import { Part } from "./part";
import { howToCheck } from "./privacy";

/** The page before any file: one sentence, and axes that wait for a spectrum. */
class Start extends Part {
  static override properties = { ...Part.properties, hovering: { type: Boolean } };

  /** A file is held over the window. */
  declare hovering: boolean;

  override render(): TemplateResult {
    const { question, engine } = this.workspace.state;
    return html`<section class="start">
      <h2 class="lead">How fast do the eigenvalues of your features decay?</h2>
      <p class="sublead">
        Drop a file with a row for each sample and a column for each feature, from NumPy, PyTorch,
        safetensors, MATLAB or a table. You get its eigenspectrum and the exponent
        <i class="symbol">α</i> of its power law.
      </p>
      <div class="target" ?data-hovering=${this.hovering}>
        <eigen-plot .workspace=${this.workspace}></eigen-plot>
        <div class="target-words">
          ${
            question
              ? html`<eigen-question .workspace=${this.workspace}></eigen-question>`
              : this.#invitation()
          }
        </div>
      </div>
      ${
        engine
          ? html`<details class="privacy">
              <summary>Your file stays on this machine. <u>How to check.</u></summary>
              ${howToCheck()}
            </details>`
          : nothing
      }
    </section>`;
  }

  #invitation(): TemplateResult {
    return html`<p class="invitation">
        ${this.hovering ? "Let go: the file is read right here" : "Drop a file anywhere"}
      </p>
      <div class="buttons">
        <button type="button" class="primary" name="choose" @click=${this.#choose}>
          Choose files…
        </button>
        <button type="button" name="example" @click=${this.#tryExample}>
          Try it: last layer of a text encoder, 3,000 texts
        </button>
        ${generateButton(this.workspace, "")}
      </div>`;
  }

  #choose(): void {
    this.dispatchEvent(new CustomEvent("choose-files", { bubbles: true }));
  }

  async #tryExample(event: Event): Promise<void> {
    const button = event.currentTarget as HTMLButtonElement;
    button.disabled = true;
    try {
      this.workspace.offer([await loadExample()]);
    } catch (error) {
      this.workspace.report(error);
    } finally {
      button.disabled = false;
    }
  }
}

customElements.define("eigen-start", Start);
