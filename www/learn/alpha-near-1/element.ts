import { html, nothing, type TemplateResult } from "lit";
import { swatch } from "../../view/swatch";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import { fact } from "../facts";
import type { Canvas } from "../figure";
import { learnModule } from "../module";

type Along = "rows" | "alpha";

interface Numbers {
  best: readonly (number | undefined)[];
  errors: readonly number[];
  accuracies: readonly number[];
  summary: string;
}

/** Places of the core: what simulated fits are worth there. */
type Dots = readonly unknown[];

interface Made {
  rows: Dots;
  alpha: Dots;
  is_done: boolean;
}

/** Of the levels, in the core's pictures. */
const styles = [0, 7, 14];
/** Fits that the worker makes between two looks at them. */
const fits = 6;
/** They are begun once nothing has changed for so many milliseconds: a hand that moves something wants the processor for what it looks at. */
const rest = 300;
const levels = {
  numbers: ["no noise", "noise ¼", "noise 1"],
  classes: ["none flipped", "20 % flipped", "40 % flipped"],
} as const;

/** Errors of fits along α and along n: the theory at once, simulated data sets one after the other. */
class AlphaNear1 extends LessonElement {
  static override properties = {
    ...LessonElement.properties,
    module: { state: true },
    dots: { state: true },
  };

  declare module: typeof Learn | null;
  /** The dots of each figure, and what they are of. */
  declare dots: Record<Along, { of: string; places: Dots }>;
  #theory: Learn.AlphaNear1 | null = null;
  #set = "";
  #wanted = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.module = null;
    this.dots = { rows: { of: "", places: [] }, alpha: { of: "", places: [] } };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void learnModule().then((module) => {
      this.module = module;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#theory?.free();
    this.#theory = null;
    this.#set = "";
    this.#wanted = "";
  }

  #settings() {
    const { ridge, labels } = this.view.values;
    return {
      alpha: this.number("alpha"),
      rows: this.number("n"),
      smoothness: this.number("smoothness"),
      ridge: ridge === "best" ? ridge : { fixed: ridge === "none" ? 0 : Number(ridge) },
      labels,
      seed: this.number("seed"),
    };
  }

  /** What the dots of a figure are of: that along α has nothing to do with the α that is chosen, nor that along n with n. */
  #of(along: Along): string {
    const { alpha, rows, ...others } = this.#settings();
    return JSON.stringify(along === "alpha" ? { rows, ...others } : { alpha, ...others });
  }

  /** The theory, as the controls stand. */
  #now(module: typeof Learn): Learn.AlphaNear1 {
    const settings = this.#settings();
    const written = JSON.stringify(settings);
    if (!this.#theory) this.#theory = new module.AlphaNear1(settings);
    else if (this.#set !== written) this.#theory.set(settings);
    this.#set = written;
    return this.#theory;
  }

  override render(): TemplateResult {
    const { module, view } = this;
    if (!module) return html`<p class="muted">Loading…</p>`;
    const found = this.#now(module).numbers as Numbers;
    view.say(found.summary);
    const words = levels[view.values.labels === "classes" ? "classes" : "numbers"];
    return html`
      ${
        this.shows("numbers")
          ? html`<dl class="lesson-numbers">
              ${words.map((word, level) => fact(`best-${level}`, `best α, ${word}`, found.best[level]))}
            </dl>`
          : nothing
      }
      <ul class="lesson-legend">
        ${words.map((word, level) => html`<li>${swatch(styles[level] ?? 0, view.theme)} ${word}</li>`)}
      </ul>
      <div class="lesson-figures">
        ${this.shows("along-alpha") ? this.#figure("alpha", html`Along α, from ${this.number("n")} rows. Rings: the best α`) : nothing}
        ${this.shows("along-rows") ? this.#figure("rows", html`Along <i>n</i>, at α = ${this.number("alpha")}`) : nothing}
      </div>
      <p class="lesson-summary" data-name="found">${found.summary}</p>`;
  }

  #figure(along: Along, caption: TemplateResult): TemplateResult {
    const { of, places } = this.dots[along];
    const dots = this.shows("dots") && of === this.#of(along) ? places : [];
    return html`<eigen-lesson-figure
      data-name=${along}
      .of=${[JSON.stringify(this.#settings()), dots.length]}
      .theme=${this.view.theme}
      .draw=${(canvas: Canvas) => this.#theory?.picture(along, dots, canvas)}
      .caption=${caption}
    ></eigen-lesson-figure>`;
  }

  override updated(): void {
    if (!this.module) return;
    const settings = this.#settings();
    const wanted = JSON.stringify(settings);
    if (wanted === this.#wanted || !this.shows("dots")) return;
    this.#wanted = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#simulate(wanted, settings), rest);
  }

  async #simulate(wanted: string, settings: unknown): Promise<void> {
    const of = { rows: this.#of("rows"), alpha: this.#of("alpha") };
    await this.work.ask("draws", "new AlphaNear1Draws", settings);
    while (wanted === this.#wanted) {
      const made = await this.work.ask<Made>("draws", ".more", fits);
      if (!made || wanted !== this.#wanted) return;
      this.dots = {
        rows: this.#more("rows", of.rows, made.rows),
        alpha: this.#more("alpha", of.alpha, made.alpha),
      };
      if (made.is_done) return;
    }
  }

  /** New dots, unless those that are there are of the same and more. */
  #more(along: Along, of: string, places: Dots): { of: string; places: Dots } {
    const old = this.dots[along];
    return old.of === of && old.places.length >= places.length ? old : { of, places };
  }
}

customElements.define("eigen-alpha-near-1", AlphaNear1);
