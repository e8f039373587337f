import { html, nothing, type TemplateResult } from "lit";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import { fact } from "../facts";
import type { Canvas } from "../figure";
import { learnModule } from "../module";

interface Numbers {
  first_share: number;
  effective_rank: number;
  rankme: number;
  participation_ratio: number;
  for_90: number;
  summary: string;
}

/** A spectrum, features that have it, and what they come to. */
class AlphaByHand extends LessonElement {
  static override properties = { ...LessonElement.properties, module: { state: true } };

  declare module: typeof Learn | null;
  /** What the strip on the page is of. */
  #strip: readonly unknown[] = [];

  constructor() {
    super();
    this.module = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void learnModule().then((module) => {
      this.module = module;
    });
  }

  override render(): TemplateResult {
    const { module, view } = this;
    if (!module) return html`<p class="muted">Loading…</p>`;
    const alpha = this.number("alpha");
    const found = module.alpha_by_hand(alpha) as Numbers;
    view.say(found.summary);
    return html`
      ${
        this.shows("numbers")
          ? html`<dl class="lesson-numbers">
              ${fact("first_share", "share of the first direction", found.first_share, "share")}
              ${fact("for_90", "directions for 90 %", found.for_90, "whole")}
              ${fact("effective_rank", "effective rank", found.effective_rank)}
              ${fact("rankme", "RankMe", found.rankme)}
              ${fact("participation_ratio", "participation ratio", found.participation_ratio)}
            </dl>
            <p class="lesson-note">The last three count the directions that matter, each in its own way.</p>`
          : nothing
      }
      <div class="lesson-figures">
        ${
          this.shows("spectrum")
            ? html`<eigen-lesson-figure
                .of=${[alpha]}
                .theme=${view.theme}
                .draw=${(canvas: Canvas) => module.alpha_by_hand_picture(alpha, canvas)}
                .caption=${"The spectrum, among those of α = 0, 1, 2 and 3"}
              ></eigen-lesson-figure>`
            : nothing
        }
        ${
          this.shows("strip")
            ? html`<figure class="lesson-figure">
                <canvas class="lesson-strip" role="img"></canvas>
                <figcaption>
                  64 rows of 256 features with that spectrum: each line is a sample, each column a feature
                </figcaption>
              </figure>`
            : nothing
        }
      </div>`;
  }

  override updated(): void {
    const canvas = this.querySelector("canvas");
    const { module, view } = this;
    if (!canvas || !module) return;
    const wanted = [this.number("alpha"), this.number("seed"), view.theme, canvas] as const;
    if (wanted.every((one, index) => one === this.#strip[index])) return;
    this.#strip = wanted;
    const [alpha, seed, theme] = wanted;
    const strip = new module.Strip(alpha, seed, theme);
    const { columns, rows, pixels, summary } = strip;
    strip.free();
    canvas.width = columns;
    canvas.height = rows;
    canvas.setAttribute("aria-label", summary);
    const image = new ImageData(new Uint8ClampedArray(pixels), columns, rows);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
}

customElements.define("eigen-alpha-by-hand", AlphaByHand);
