import { html, LitElement, type TemplateResult } from "lit";
import { type TermName, terms } from "./terms";
import { hideTip, leaveTip, showTip } from "./tip";

let count = 0;

/** A word that explains itself when it is pointed at, focused or touched. */
class Term extends LitElement {
  static override properties = { name: {}, word: {} };

  declare name: TermName;
  declare word: string | undefined;
  readonly #meaningId = `term-${count++}`;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { word, meaning } = terms[this.name];
    return html`<dfn
        tabindex="0"
        aria-describedby=${this.#meaningId}
        @pointerenter=${this.#show}
        @pointerleave=${leaveTip}
        @focus=${this.#show}
        @blur=${hideTip}
        >${this.word ?? word}</dfn
      ><span hidden id=${this.#meaningId}>${meaning}</span>`;
  }

  #show(event: Event): void {
    showTip(event.currentTarget as HTMLElement, terms[this.name].meaning);
  }
}

customElements.define("eigen-term", Term);

export function term(name: TermName, word?: string): TemplateResult {
  return html`<eigen-term .name=${name} .word=${word}></eigen-term>`;
}
