import { html, type TemplateResult } from "lit";
import { endRange, type RankWindow, type WindowEnd } from "../state/window";
import { Part } from "./part";
import { term } from "./term";
import { isMoving } from "./turns";

/** The window as two numbers: the same two ends that the handles in the plot move. */
class WindowFields extends Part {
  static override properties = {
    ...Part.properties,
    effective: { attribute: false },
    count: { attribute: false },
    complaint: { state: true },
  };

  /** The window in force, which may be clipped from the one asked for. */
  declare effective: RankWindow;
  /** How many ranks the spectrum has. */
  declare count: number;
  /** What is wrong with a number that is being typed. */
  declare complaint: string;

  constructor() {
    super();
    this.complaint = "";
  }

  /** They follow the hand that moves the window. */
  protected override isDrawnAtOnce(): boolean {
    return isMoving();
  }

  override render(): TemplateResult {
    const { first, last } = this.workspace.state.window;
    const { defaultWindow } = this.workspace;
    const isDefault = first === defaultWindow.first && last === defaultWindow.last;
    return html`<div class="window-fields" role="group" aria-label="Fit window">
      <span class="window-word">Fit ${term("window")}</span>
      ${this.#field("first", "First rank")}
      <span>to</span>
      ${this.#field("last", "Last rank")}
      <span class="muted" role="status">${this.complaint}</span>
      <button
        type="button"
        class="quiet small"
        ?hidden=${isDefault || this.complaint !== ""}
        @click=${() => this.workspace.setWindow(defaultWindow)}
      >
        Back to ${defaultWindow.first}–${defaultWindow.last}
      </button>
    </div>`;
  }

  #field(end: WindowEnd, label: string): TemplateResult {
    const [lowest, highest] = this.#range(end);
    return html`<input
      type="number"
      name=${end}
      aria-label=${label}
      min=${lowest}
      max=${highest}
      step="1"
      inputmode="numeric"
      @input=${(event: Event) => this.#type(event, end)}
      @change=${this.#tidy}
    />`;
  }

  /** What may be typed: any window of three ranks or more. What of it can be used, the core says. */
  #range(end: WindowEnd): [number, number] {
    const { first, last } = this.workspace.state.window;
    return endRange({ first, last: Math.min(last, this.count) }, end, this.count);
  }

  override updated(): void {
    // While a person types, the field is hers: half a number is not to be corrected.
    for (const field of this.querySelectorAll<HTMLInputElement>("input")) {
      if (field !== document.activeElement) this.#show(field);
    }
  }

  #type(event: Event, end: WindowEnd): void {
    const field = event.currentTarget as HTMLInputElement;
    const complete = field.value !== "" && field.validity.valid;
    const [lowest, highest] = this.#range(end);
    const wrong = !complete && field.value !== "";
    field.setAttribute("aria-invalid", String(wrong));
    this.complaint = wrong ? `${end} rank: ${lowest} to ${highest}` : "";
    if (complete) {
      this.workspace.setWindow({ ...this.workspace.state.window, [end]: field.valueAsNumber });
    }
  }

  /** What was typed and cannot be is set back to what is. */
  #tidy(event: Event): void {
    const field = event.currentTarget as HTMLInputElement;
    field.setAttribute("aria-invalid", "false");
    this.complaint = "";
    this.#show(field);
  }

  #show(field: HTMLInputElement): void {
    const value = String(this.effective[field.name as WindowEnd]);
    if (field.value !== value) field.value = value;
  }
}

customElements.define("eigen-window-fields", WindowFields);
