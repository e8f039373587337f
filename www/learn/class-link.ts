import { html, LitElement, type TemplateResult } from "lit";
import { hideable, type Lesson, type Values } from "./lesson";
import { addressOf } from "./route";

/** How long "Copied" stays, in milliseconds. */
const copiedFor = 2000;

/** For teachers: a link to the lesson as it stands, without what is left out. */
class ClassLink extends LitElement {
  static override properties = {
    lesson: { attribute: false },
    slug: { attribute: false },
    values: { attribute: false },
    without: { attribute: false },
    left: { state: true },
    copied: { state: true },
  };

  declare lesson: Lesson;
  declare slug: string;
  declare values: Values;
  /** What is left out of the lesson as it is shown. */
  declare without: ReadonlySet<string>;
  /** What the link leaves out. */
  declare left: ReadonlySet<string>;
  declare copied: boolean;

  constructor() {
    super();
    this.left = new Set();
    this.copied = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("lesson") || changed.has("without")) this.left = new Set(this.without);
  }

  override render(): TemplateResult {
    const page = location.href.split("#")[0] ?? "";
    const address = `${page}${addressOf(this.slug, this.lesson, this.values, this.left)}`;
    return html`<details class="lesson-link">
      <summary>A link for a class</summary>
      <fieldset>
        <legend>The link opens the lesson as it stands here, without:</legend>
        ${hideable(this.lesson).map(
          ({ name, label }) => html`<label class="choice"
            ><input
              type="checkbox"
              name="leave-out"
              value=${name}
              .checked=${this.left.has(name)}
              @change=${() => this.#toggle(name)}
            />${label}</label
          >`,
        )}
      </fieldset>
      <div class="share-link">
        <input type="text" readonly name="class-link" aria-label="Link for a class" .value=${address} @focus=${select} />
        <button type="button" name="copy-class-link" @click=${() => this.#copy(address)}>
          ${this.copied ? "Copied" : "Copy"}
        </button>
      </div>
    </details>`;
  }

  #toggle(name: string): void {
    const left = new Set(this.left);
    if (!left.delete(name)) left.add(name);
    this.left = left;
  }

  async #copy(address: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(address);
      this.copied = true;
      setTimeout(() => {
        this.copied = false;
      }, copiedFor);
    } catch {
      // The field has it, and is selected for the person's own copy.
      this.querySelector<HTMLInputElement>("input[name=class-link]")?.select();
    }
  }
}

function select({ currentTarget }: Event): void {
  (currentTarget as HTMLInputElement).select();
}

customElements.define("eigen-class-link", ClassLink);
