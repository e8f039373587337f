import { html, nothing, type TemplateResult } from "lit";
import type { Engine, EngineInfo } from "../engine/types";
import type { ThemeChoice } from "../state/theme";
import { capital, counted, engineWords } from "./format";
import { icons } from "./icons";
import { isLoaded } from "./load";
import { Part } from "./part";
import { howToCheck } from "./privacy";
import { wordmark } from "./wordmark";

const variants: Record<string, string> = { "relaxed-simd": "relaxed SIMD", simd128: "SIMD" };

const themeWords: Record<ThemeChoice, string> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};
const themeAfter: Record<ThemeChoice, ThemeChoice> = {
  system: "light",
  light: "dark",
  dark: "system",
};

const engines: { value: Engine; meaning: string }[] = [
  {
    value: "auto",
    meaning: "Exact, unless there is a GPU and some of the rows show that it saves time.",
  },
  {
    value: "exact",
    meaning: "Workers. Products and sums in 64 bits: small eigenvalues stay right.",
  },
  {
    value: "fast",
    meaning:
      "Workers. Products in 32 bits, sums in 64: about twice as fast, with a higher numerical floor.",
  },
  {
    value: "gpu",
    meaning: "WebGPU, whatever adapter there is. Products in 32 bits, as with fast.",
  },
];

/** The line above everything: the name, what computes, that the page is sealed, light or dark. */
class Header extends Part {
  static override properties = { ...Part.properties, isSharing: { state: true } };

  declare isSharing: boolean;

  constructor() {
    super();
    this.isSharing = false;
  }

  override render(): TemplateResult {
    const { engine, settings } = this.workspace.state;
    return html`<header class="header">
      <h1 class="wordmark">
        ${wordmark()}
      </h1>
      ${this.#places()}
      <div class="header-tools">
        ${engine ? this.#engineMenu(engine) : nothing} ${engine ? sealMenu() : nothing} ${this.#shareMenu()}
        <button
          type="button"
          class="quiet"
          title="Colours: ${themeWords[settings.theme]}. Press to change."
          aria-label="Colours: ${themeWords[settings.theme]}"
          @click=${() => this.workspace.setSettings({ theme: themeAfter[settings.theme] })}
        >
          ${icons[settings.theme]}
        </button>
      </div>
    </header>`;
  }

  /** The analyzer and the lessons. */
  #places(): TemplateResult {
    const { lesson, analyzer } = this.workspace.state;
    const place = (words: string, address: string, isHere: boolean): TemplateResult =>
      html`<a href=${address} aria-current=${isHere ? "page" : nothing}>${words}</a>`;
    return html`<nav class="places" aria-label="Eigenscope">
      ${place("Analyze", analyzer, lesson === null)} ${place("Learn", "#learn", lesson !== null)}
    </nav>`;
  }

  /** What is in it is loaded when it is first opened. */
  #shareMenu(): TemplateResult | typeof nothing {
    if (!this.workspace.state.datasets.some(({ analysis }) => analysis)) return nothing;
    return html`<details class="menu" name="header-menu" @toggle=${this.#openShare}>
      <summary class="quiet" aria-label="Share" title="A link to what is shown">
        ${icons.share}<span class="wide-only">Share</span>
      </summary>
      <div class="menu-panel share-panel">
        ${
          customElements.get("eigen-share")
            ? html`<eigen-share .workspace=${this.workspace} .open=${this.isSharing}></eigen-share>`
            : html`<p class="muted">Loading…</p>`
        }
      </div>
    </details>`;
  }

  async #openShare(event: Event): Promise<void> {
    this.isSharing = (event.currentTarget as HTMLDetailsElement).open;
    if (!this.isSharing) return;
    if (await isLoaded(this.workspace, import("../share/panel"))) this.requestUpdate();
  }

  #engineMenu(engine: EngineInfo): TemplateResult {
    const { engine: chosen, workers } = this.workspace.state.settings;
    return html`<details class="menu" name="header-menu">
      <summary class="quiet" title="How this page computes">
        <span class="wide-only"
          >${counted(workers || engine.workers, "worker")},
          ${variants[engine.variant] ?? engine.variant},</span
        ><span data-name="engine-choice">${engineWords[chosen]}</span>${icons.open}
      </summary>
      <div class="menu-panel">
        <fieldset class="choices">
          <legend>Engine</legend>
          ${engines.map(
            ({ value, meaning }) => html`<label class="choice">
              <input
                type="radio"
                name="engine"
                value=${value}
                .checked=${value === chosen}
                @change=${() => this.workspace.setSettings({ engine: value })}
              />
              <span>${capital(engineWords[value])}<small>${meaning}</small></span>
            </label>`,
          )}
        </fieldset>
        <label class="field">
          Workers
          <input
            type="number"
            name="workers"
            min="1"
            max="64"
            inputmode="numeric"
            placeholder="all (${engine.workers})"
            .value=${workers ? String(workers) : ""}
            @change=${this.#changeWorkers}
          />
        </label>
        <p class="muted">
          Each worker is a thread of this browser. The result is the same for any number of them.
        </p>
        <p class="muted">Eigenscope ${engine.version}, ${variants[engine.variant] ?? engine.variant}</p>
      </div>
    </details>`;
  }

  #changeWorkers(event: Event): void {
    const field = event.currentTarget as HTMLInputElement;
    const workers = field.validity.valid && field.value ? field.valueAsNumber : 0;
    this.workspace.setSettings({ workers });
    field.value = workers ? String(workers) : "";
  }
}

function sealMenu(): TemplateResult {
  return html`<details class="menu" name="header-menu">
    <summary class="quiet" title="Nothing can leave this page">
      ${icons.sealed}<span>sealed</span>
    </summary>
    <div class="menu-panel">
      <p><strong>Your files stay on this machine.</strong> How to check:</p>
      ${howToCheck()}
    </div>
  </details>`;
}

customElements.define("eigen-header", Header);
