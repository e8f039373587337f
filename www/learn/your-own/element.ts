import { html, nothing, type TemplateResult } from "lit";
import { LessonElement } from "../element";
import { snippets } from "./snippets";

/** How long "Copied" stays, in milliseconds. */
const copiedFor = 2000;

/** Lines to copy, and where the file goes. */
class YourOwn extends LessonElement {
  static override properties = { ...LessonElement.properties, copied: { state: true } };

  declare copied: boolean;

  constructor() {
    super();
    this.copied = false;
  }

  override render(): TemplateResult {
    const { view } = this;
    const found = snippets.find(({ slug }) => slug === view.values.with) ?? snippets[0];
    if (!found) return html``;
    view.say(`${found.name}. ${found.about}`);
    return html`${this.shows("lines") ? this.#lines(found.about, found.code, found.name) : nothing}
      ${this.shows("drop") ? this.#drop() : nothing}`;
  }

  #lines(about: string, code: string, name: string): TemplateResult {
    return html`<figure class="own-lines">
      <figcaption>${about}</figcaption>
      <pre tabindex="0" aria-label="Lines of Python: ${name}"><code>${code}</code></pre>
      <button type="button" name="copy-lines" @click=${() => this.#copy(code)}>
        ${this.copied ? "Copied" : "Copy"}
      </button>
    </figure>`;
  }

  /** The whole window takes files, and the page goes to the analyzer with them. */
  #drop(): TemplateResult {
    const choose = (): void => {
      this.dispatchEvent(new CustomEvent("choose-files", { bubbles: true }));
    };
    return html`<section class="own-drop" aria-label="Open the file">
      <p class="own-lead">Drop features.npy here</p>
      <p class="muted">or anywhere on this page, or paste it. It stays on this machine.</p>
      <button type="button" name="choose" @click=${choose}>Choose a file</button>
      <p><a href=${this.view.workspace.state.analyzer}>To the analyzer</a></p>
    </section>`;
  }

  async #copy(code: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      // The lines stand there to be selected: that is as good.
      const lines = this.querySelector("code");
      if (lines) getSelection()?.selectAllChildren(lines);
      return;
    }
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, copiedFor);
  }
}

customElements.define("eigen-your-own", YourOwn);
