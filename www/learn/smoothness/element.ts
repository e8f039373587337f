import { html, nothing, type TemplateResult } from "lit";
import { wear } from "../../style/worn";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import { fact } from "../facts";
import type { Canvas } from "../figure";
import { learnModule } from "../module";
import text from "./smoothness.css?inline";

wear(text);

interface Numbers {
  threshold: number;
  slope: number;
  limit?: number;
  fractal_dimension?: number;
  summary: string;
}

/** Degrees that a key turns by, and that a pixel of dragging does. */
const byKey = 5;
const byPixel = 0.5;
const tiltMost = 90;

const arrows: Record<string, readonly [number, number]> = {
  ArrowLeft: [-byKey, 0],
  ArrowRight: [byKey, 0],
  ArrowUp: [0, byKey],
  ArrowDown: [0, -byKey],
};

/** A ring of stimuli to turn, and its length as dimensions are added. */
class Smoothness extends LessonElement {
  static override properties = { ...LessonElement.properties, module: { state: true } };

  declare module: typeof Learn | null;
  #ring: Learn.RingOfStimuli | null = null;
  #of = "";
  /** Where a drag began, and how the ring stood then. */
  #drag: { x: number; y: number; turn: number; tilt: number } | null = null;

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

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#ring?.free();
    this.#ring = null;
    this.#of = "";
  }

  /** The ring, as the controls stand. */
  #now(module: typeof Learn): Learn.RingOfStimuli {
    const ring = {
      alpha: this.number("alpha"),
      pairs: this.number("pairs"),
      seed: this.number("seed"),
    };
    const of = JSON.stringify(ring);
    if (!this.#ring || of !== this.#of) {
      this.#ring?.free();
      this.#ring = new module.RingOfStimuli(ring);
      this.#of = of;
    }
    return this.#ring;
  }

  override render(): TemplateResult {
    const { module, view } = this;
    if (!module) return html`<p class="muted">Loading…</p>`;
    const ring = this.#now(module);
    const [stimulus, turn, tilt] = [
      this.number("stimulus"),
      this.number("turn"),
      this.number("tilt"),
    ];
    const found = ring.numbers(stimulus) as Numbers;
    view.say(found.summary);
    const length = stimulus === 1 ? "length, first circle = 1" : "mean slope, first pair = 1";
    return html`
      ${
        this.shows("numbers")
          ? html`<dl class="lesson-numbers">
              ${fact("slope", length, found.slope)}
              ${stimulus === 1 ? fact("limit", "length, with all dimensions", found.limit) : nothing}
              ${fact("threshold", "the edge, 1 + 2/D", found.threshold)}
              ${fact("fractal_dimension", "fractal dimension, with all", found.fractal_dimension)}
            </dl>`
          : nothing
      }
      <div class="lesson-figures">
        ${
          this.shows("ring")
            ? html`<div
                class="smoothness-ring"
                tabindex="0"
                role="group"
                aria-label="The ring: arrow keys turn and tilt it"
                data-name="ring"
                @keydown=${this.#key}
                @pointerdown=${this.#grasp}
                @pointermove=${this.#move}
                @pointerup=${this.#release}
                @pointercancel=${this.#release}
              >
                <eigen-lesson-figure
                  .of=${[this.#of, turn, tilt]}
                  .theme=${view.theme}
                  .draw=${(canvas: Canvas) => this.#ring?.picture(turn, tilt, canvas)}
                  .caption=${"The ring in three directions of its space. Drag it, or use the arrow keys, to turn it"}
                ></eigen-lesson-figure>
              </div>`
            : nothing
        }
        ${
          this.shows("growth")
            ? html`<eigen-lesson-figure
                data-name="growth"
                .of=${[this.#of, stimulus]}
                .theme=${view.theme}
                .draw=${(canvas: Canvas) => this.#ring?.growth(stimulus, canvas)}
                .caption=${
                  stimulus === 1
                    ? "Length of the curve as dimensions are added. Ring: what you see now"
                    : "Mean slope of the responses as dimensions are added, for such stimuli"
                }
              ></eigen-lesson-figure>`
            : nothing
        }
      </div>
      <p class="lesson-summary" data-name="found">${found.summary}</p>`;
  }

  #turnTo(turn: number, tilt: number): void {
    const around = ((((Math.round(turn) + 180) % 360) + 360) % 360) - 180;
    this.view.set({
      turn: around,
      tilt: Math.round(Math.max(-tiltMost, Math.min(tiltMost, tilt))),
    });
  }

  #key(event: KeyboardEvent): void {
    const by = arrows[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#turnTo(this.number("turn") + by[0], this.number("tilt") + by[1]);
  }

  #grasp(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#drag = {
      x: event.clientX,
      y: event.clientY,
      turn: this.number("turn"),
      tilt: this.number("tilt"),
    };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return;
    this.#turnTo(
      drag.turn + byPixel * (event.clientX - drag.x),
      drag.tilt + byPixel * (event.clientY - drag.y),
    );
  }

  #release(): void {
    this.#drag = null;
  }
}

customElements.define("eigen-smoothness", Smoothness);
