import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Lesson } from "./lesson";

/** The question before the answer: who has guessed reads on with more interest. */
class Question extends LitElement {
  static override properties = {
    lesson: { attribute: false },
    asks: { attribute: false },
    tells: { attribute: false },
    chosen: { state: true },
    isTold: { state: true },
  };

  declare lesson: Lesson;
  /** Whether the question is shown; without it the answer stands there from the start. */
  declare asks: boolean;
  declare tells: boolean;
  declare chosen: number | null;
  declare isTold: boolean;

  constructor() {
    super();
    this.chosen = null;
    this.isTold = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("lesson")) return;
    this.chosen = null;
    this.isTold = false;
  }

  override render(): TemplateResult {
    return html`<section class="lesson-question" aria-label="Question and answer">
      ${this.asks ? this.#question() : nothing}
      <div aria-live="polite" data-name="answer">
        ${this.tells && (this.isTold || !this.asks) ? this.#answer() : nothing}
      </div>
    </section>`;
  }

  #question(): TemplateResult {
    const { text, options } = this.lesson.question;
    return html`<fieldset>
        <legend>${text}</legend>
        ${options.map(
          (option, index) => html`<label class="choice"
            ><input
              type="radio"
              name="guess"
              value=${index}
              .checked=${this.chosen === index}
              @change=${() => {
                this.chosen = index;
              }}
            />${option}</label
          >`,
        )}
      </fieldset>
      <button
        type="button"
        name="tell"
        ?hidden=${!this.tells || this.isTold}
        @click=${() => {
          this.isTold = true;
        }}
      >
        ${this.chosen === null ? "Show the answer" : "Check"}
      </button>`;
  }

  #answer(): TemplateResult {
    const { options, right } = this.lesson.question;
    const verdict =
      this.chosen === null
        ? ""
        : this.chosen === right
          ? "Yes. "
          : `Not quite: “${options[right]}”. `;
    return html`<div class="lesson-answer">
      ${this.asks ? html`<strong>${verdict}</strong>` : nothing}${this.lesson.answer}
    </div>`;
  }
}

customElements.define("eigen-question-and-answer", Question);
