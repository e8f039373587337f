import { html, nothing, type TemplateResult } from "lit";
import { AnalysisError } from "../engine/types";
import type { Workspace } from "../state/workspace";
import { wear } from "../style/worn";
import { bytes } from "../view/format";
import { Part } from "../view/part";
import { additions, type Field, type LawName, lawOf, laws, numbers, seed, size } from "./fields";
import styles from "./generate.css?inline";
import { keepTruth } from "./made";
import { makeFile } from "./make";
import type { Recipe } from "./recipe";
import "./truth";

/** Asks what features are to be made, has them made, and gives them to the page as a file. */
class Generate extends Part {
  static override properties = {
    ...Part.properties,
    law: { state: true },
    headway: { state: true },
    complaint: { state: true },
    total: { state: true },
  };

  declare law: LawName;
  /** How much of the file is made, from 0 to 1; null where none is being made. */
  declare headway: number | null;
  declare complaint: { code: string; message: string } | null;
  /** What the file will take, in words. */
  declare total: string;
  #running: AbortController | undefined;

  constructor() {
    super();
    this.law = "power-law";
    this.headway = null;
    this.complaint = null;
    this.total = "";
  }

  override render(): TemplateResult {
    const isMaking = this.headway !== null;
    return html`<dialog
      class="generate"
      aria-labelledby="generate-title"
      @close=${this.#closed}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <form novalidate @submit=${this.#submit} @input=${this.#measure}>
        <h2 id="generate-title">Features of a known spectrum</h2>
        <p class="muted">
          Made here, read as any file is, and shown beside the truth. The same numbers give the same file on every machine.
        </p>
        <fieldset ?disabled=${isMaking}>
          <label class="field">
            <span>Spectrum</span>
            <select name="law" @change=${this.#chooseLaw}>
              ${Object.entries(laws).map(
                ([name, { label }]) =>
                  html`<option value=${name} ?selected=${name === this.law}>${label}</option>`,
              )}
            </select>
          </label>
          ${laws[this.law].fields.map((field) => this.#field(field))}
          ${size.map((field) => this.#field(field))}
          ${additions.map((field) => this.#field(field))}
          <label class="choice">
            <input type="checkbox" name="rotated" checked />
            <span>Turn it at random<small>So that no feature is a principal direction. α does not change.</small></span>
          </label>
          <label class="field">
            <span>Numbers</span>
            <select name="number">
              ${Object.entries(numbers).map(
                ([name, { label }]) => html`<option value=${name}>${label}</option>`,
              )}
            </select>
          </label>
          ${this.#field(seed)}
        </fieldset>
        <p class="muted" data-name="size">${this.total}</p>
        ${
          this.complaint
            ? html`<p class="failure" role="alert" data-code=${this.complaint.code}>${this.complaint.message}</p>`
            : nothing
        }
        ${
          isMaking
            ? html`<progress aria-label="Making the features" max="1" .value=${this.headway ?? 0}></progress>`
            : nothing
        }
        <div class="buttons">
          <button type="submit" class="primary" name="make" ?disabled=${isMaking}>
            ${isMaking ? "Making…" : "Make and analyze"}
          </button>
          <button type="button" name="cancel" @click=${this.#cancel}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  #field({ name, label, hint, min, max, step, start }: Field): TemplateResult {
    return html`<label class="field">
      <span>${label}${hint ? html`<small>${hint}</small>` : nothing}</span>
      <input type="number" inputmode="decimal" name=${name} min=${min} max=${max} step=${step} value=${start} />
    </label>`;
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  #input(name: string): HTMLInputElement {
    return this.querySelector<HTMLInputElement>(`input[name=${name}]`) as HTMLInputElement;
  }

  async open(): Promise<void> {
    await this.updateComplete;
    this.#dialog.showModal();
    this.#measure();
  }

  #chooseLaw(event: Event): void {
    this.law = (event.currentTarget as HTMLSelectElement).value as LawName;
    this.complaint = null;
  }

  #measure(): void {
    const [rows, columns] = size.map(({ name }) => this.#input(name).valueAsNumber);
    const total = (rows ?? 0) * (columns ?? 0) * numbers[this.#number].bytes;
    this.total = Number.isFinite(total)
      ? `The file will take ${bytes(total)}; up to 537 MB are made.`
      : "";
  }

  get #number(): Recipe["number"] {
    return this.querySelector<HTMLSelectElement>("select[name=number]")?.value as Recipe["number"];
  }

  /** The first field that is out of range, which then has the focus. */
  #refused(fields: readonly Field[]): boolean {
    const field = fields.find(
      ({ name }) => !this.#input(name).checkValidity() || this.#input(name).value === "",
    );
    if (!field) return false;
    const kind = field.step === 1 ? "a whole number" : "a number";
    const range = `${field.min.toLocaleString("en")} to ${field.max.toLocaleString("en")}`;
    this.complaint = { code: "out_of_range", message: `${field.label}: ${kind} from ${range}.` };
    this.#input(field.name).focus();
    return true;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const fields = [...laws[this.law].fields, ...size, ...additions, seed];
    if (this.#refused(fields)) return;
    const value = (name: string) => this.#input(name).valueAsNumber;
    const recipe: Recipe = {
      law: lawOf(this.law, value),
      rows: value("rows"),
      columns: value("columns"),
      noise: value("noise"),
      mean: value("mean"),
      rotated: this.#input("rotated").checked,
      number: this.#number,
      seed: value("seed"),
    };
    const running = new AbortController();
    this.#running = running;
    this.complaint = null;
    this.headway = 0;
    try {
      const file = await makeFile(
        recipe,
        (part) => {
          this.headway = part;
        },
        running.signal,
      );
      await keepTruth(file, recipe);
      this.#dialog.close();
      this.workspace.select(this.workspace.take(file, null));
    } catch (error) {
      if (running.signal.aborted) return;
      if (!(error instanceof AnalysisError)) throw error;
      this.complaint = { code: error.code, message: error.message };
    } finally {
      this.headway = null;
    }
  }

  /** What is being made first, then the panel. */
  #cancel(): void {
    if (this.headway === null) this.#dialog.close();
    else this.#running?.abort();
  }

  #closed(): void {
    this.#running?.abort();
    this.complaint = null;
  }
}

customElements.define("eigen-generate", Generate);

/** Shows the panel. What was asked for before is still in it. */
export function generate(workspace: Workspace): void {
  wear(styles);
  let panel = document.querySelector<Generate>("eigen-generate");
  if (!panel) {
    panel = document.createElement("eigen-generate") as Generate;
    panel.workspace = workspace;
    document.querySelector("#page")?.append(panel);
  }
  void panel.open();
}
