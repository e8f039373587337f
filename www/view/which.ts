import { html, nothing, type TemplateResult } from "lit";
import type { Asked, Given } from "../engine/types";
import type { Dataset } from "../state/dataset";
import { Part } from "./part";

/** What a symmetric matrix may be, and whether its mean was removed if nothing else is said. */
const kinds = [
  { given: "features", label: "Features", hint: "rows are samples", centred: null },
  { given: "covariance", label: "Covariance", hint: "d × d", centred: true },
  { given: "gram_of_columns", label: "Gram matrix of columns", hint: "XᵀX, d × d", centred: false },
  { given: "gram_of_rows", label: "Gram matrix of rows", hint: "XXᵀ, n × n", centred: null },
] as const;

/** Eigenvalues alone are recognised; only their n can be said. */
const eigenvalues = {
  given: "eigenvalues",
  label: "Eigenvalues",
  hint: "",
  centred: true,
} as const;

/** Asks what a matrix is that only a person knows, and how many rows it is of. */
class Which extends Part {
  static override properties = {
    ...Part.properties,
    of: { attribute: false },
    given: { state: true },
  };

  declare of: Dataset;
  declare given: Given | null;

  constructor() {
    super();
    this.given = null;
  }

  /** What a key chooses decides where the next key goes. */
  protected override isDrawnAtOnce(): boolean {
    return true;
  }

  override render(): TemplateResult {
    const { id, asked, study, analysis } = this.of;
    const isList = analysis?.facts.given === "eigenvalues";
    const offered = isList ? [eigenvalues] : kinds;
    const given = this.given ?? asked.given ?? offered[0].given;
    const kind = offered.find((one) => one.given === given) ?? offered[0];
    const title = `which-${id}`;
    return html`<form class="which" aria-labelledby=${title} @submit=${this.#answer} @keydown=${stay}>
      <p id=${title}>
        ${isList ? "How many rows are these eigenvalues of?" : "This matrix is symmetric. What is it?"}
      </p>
      ${isList ? nothing : offered.map((one) => this.#option(one, given))}
      ${given === "features" ? nothing : number(given === "gram_of_rows" ? "d" : "n", asked)}
      ${
        kind.centred === null
          ? nothing
          : html`<label class="check">
              <input type="checkbox" name="was-centred" .checked=${asked.given === given ? (asked.centred ?? kind.centred) : kind.centred} />
              <span>The mean was removed</span>
            </label>`
      }
      <div class="buttons">
        <button type="submit" class="primary" name="say-which">Analyze</button>
        ${
          study
            ? html`<button type="button" class="quiet" name="keep-which" @click=${() => this.workspace.keep(id)}>
                Cancel
              </button>`
            : nothing
        }
      </div>
    </form>`;
  }

  #option({ given, label, hint }: (typeof kinds)[number] | typeof eigenvalues, current: Given) {
    return html`<label class="check">
      <input
        type="radio"
        name="given"
        value=${given}
        .checked=${given === current}
        @change=${() => {
          this.given = given;
        }}
      />
      <span>${label} <small>${hint}</small></span>
    </label>`;
  }

  #answer(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const list = this.of.analysis?.facts.given === "eigenvalues";
    const given = list ? "eigenvalues" : (data.get("given") as Given);
    const centred = form.querySelector<HTMLInputElement>("input[name=was-centred]");
    this.workspace.sayWhich(this.of.id, {
      given,
      n: count(data.get("n")),
      d: count(data.get("d")),
      centred: centred ? centred.checked : null,
    });
  }

  /** The question is one key away from its answer. */
  override firstUpdated(): void {
    this.querySelector<HTMLElement>("input:checked, input")?.focus({ preventScroll: true });
  }
}

/** The number of rows or columns, which may be left empty. */
function number(name: "n" | "d", asked: Asked): TemplateResult {
  const [what, least] = name === "n" ? ["Rows", 2] : ["Columns", 1];
  return html`<label class="field">
    <span>${what} <i class="symbol">${name}</i> <small>leave empty if you don’t know</small></span>
    <input
      type="number"
      name=${name}
      min=${least}
      step="1"
      inputmode="numeric"
      .value=${asked[name] === null ? "" : String(asked[name])}
    />
  </label>`;
}

function count(text: FormDataEntryValue | null): number | null {
  return text ? Number(text) : null;
}

/** Up and down are the radio buttons'; the list of datasets around them does not move. */
function stay(event: KeyboardEvent): void {
  event.stopPropagation();
}

customElements.define("eigen-which", Which);
