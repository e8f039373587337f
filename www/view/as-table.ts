import { html, LitElement, nothing, type TemplateResult } from "lit";
import { whole } from "./format";

/** Rows that are shown without asking. */
const rowsAtOnce = 200;

/** What a picture shows, in figures. */
export interface Figures {
  /** What the picture is of. */
  caption: string;
  heads: readonly string[];
  /** How many rows there are. */
  count: number;
  /** The cells of a row, the first of which is its heading. */
  row: (index: number) => readonly string[];
}

/** A picture as a table, for those who would rather read than look: made only once it is opened. */
class AsTable extends LitElement {
  static override properties = {
    of: { attribute: false },
    open: { state: true },
    all: { state: true },
  };

  /** What the figures are made of: of the same they are not made again. */
  declare of: unknown;
  declare open: boolean;
  declare all: boolean;
  figures: Figures = { caption: "", heads: [], count: 0, row: () => [] };

  constructor() {
    super();
    this.open = false;
    this.all = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<details class="as-table" @toggle=${this.#toggle}>
      <summary>As a table</summary>
      ${this.open ? this.#table(this.figures) : nothing}
    </details>`;
  }

  #table({ caption, heads, count, row }: Figures): TemplateResult {
    const shown = this.all ? count : Math.min(count, rowsAtOnce);
    return html`<div class="as-table-rows" role="region" aria-label=${caption} tabindex="0">
      <table class="figures">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${Array.from({ length: shown }, (_, index) => {
            const [head, ...cells] = row(index);
            return html`<tr>
              <th scope="row">${head}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
      ${
        shown < count
          ? html`<button type="button" class="small" @click=${this.#showAll}>
              Show all ${whole(count)}
            </button>`
          : nothing
      }
    </div>`;
  }

  #toggle({ currentTarget }: Event): void {
    this.open = (currentTarget as HTMLDetailsElement).open;
  }

  #showAll(): void {
    this.all = true;
  }
}

customElements.define("eigen-as-table", AsTable);

/** Under a picture: its figures, made of `of`. */
export function asTable(of: unknown, figures: Figures): TemplateResult {
  return html`<eigen-as-table .figures=${figures} .of=${of}></eigen-as-table>`;
}
