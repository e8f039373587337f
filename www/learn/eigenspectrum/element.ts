import { html, nothing, type TemplateResult } from "lit";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import { fact } from "../facts";
import type { Canvas } from "../figure";
import { learnModule } from "../module";

interface Numbers {
  eigenvalues: readonly number[];
  alpha: number | null;
  summary: string;
}

/** Where a key moves a point: to the right, upwards and nearer. */
const ways: Record<string, readonly [number, number, number]> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageUp: [0, 0, -1],
  PageDown: [0, 0, 1],
};

/** How far a key moves a point, alone and with Shift, in units of the features. */
const step = 0.1;
const longStep = 0.5;

const words: readonly TemplateResult[] = [
  html`<strong>The cloud.</strong> Each point is a sample, each axis a feature: one number that a network gives. The cross is the mean. Drag the points and
    watch it follow.`,
  html`<strong>The axes.</strong> The coloured lines are the principal axes: the direction in which the cloud is widest, and those at right angles to it. They are the
    eigenvectors of the covariance. The ellipse reaches two standard deviations along each.`,
  html`<strong>The eigenvalues.</strong> The variance along an axis is its eigenvalue <i>λ</i>. Together they are the variance of all features; each has its share.
    Sorted from the largest on, they are the spectrum.`,
  html`<strong>α.</strong> The same eigenvalues against their rank <i>k</i>, both on logarithmic axes. A power law <i>λ<sub>k</sub></i> ∝ <i>k</i><sup>−α</sup> is a
    straight line here, and α is how steeply it falls.`,
];

/** Points to drag, and what follows from where they are. */
class Eigenspectrum extends LessonElement {
  static override properties = {
    ...LessonElement.properties,
    module: { state: true },
    held: { state: true },
    moves: { state: true },
  };

  declare module: typeof Learn | null;
  /** The point that the keyboard moves. */
  declare held: number;
  /** Grows with each move. */
  declare moves: number;
  #cloud: Learn.PointCloud | null = null;
  /** What the cloud was drawn from: of the same it stays as it was moved. */
  #drawnFrom = "";
  #places: Float64Array = new Float64Array();
  #canvas: Canvas | null = null;
  #dragged: number | null = null;
  #frame = 0;
  /** Where the point is that was moved last. */
  #moved = "";

  constructor() {
    super();
    this.module = null;
    this.held = 0;
    this.moves = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void learnModule().then((module) => {
      this.module = module;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#cloud?.free();
    this.#cloud = null;
    this.#drawnFrom = "";
  }

  override willUpdate(): void {
    const { module } = this;
    const from = `${this.number("features")} ${this.number("seed")}`;
    if (!module || from === this.#drawnFrom) return;
    this.#drawnFrom = from;
    this.#draw(module);
  }

  #draw(module: typeof Learn): void {
    this.#cloud?.free();
    this.#cloud = new module.PointCloud(this.number("features"), this.number("seed"));
    this.#moved = "";
    this.moves += 1;
  }

  override render(): TemplateResult {
    const { module, view, moves } = this;
    const cloud = this.#cloud;
    if (!module || !cloud) return html`<p class="muted">Loading…</p>`;
    const step = this.number("step");
    const found = cloud.numbers(step, this.number("turn")) as Numbers;
    // The point in focus says where it is by itself, though not that it was moved.
    view.say(`${this.#moved}${found.summary}`);
    return html`<div class="cloud-steps">
      ${this.shows("cloud") ? this.#picture(cloud, step) : nothing}
      <div class="cloud-beside">
        ${this.shows("words") ? html`<p class="cloud-words">${words[step - 1]}</p>` : nothing}
        ${step >= 3 ? this.#numbers(found, step) : nothing}
        ${
          step >= 3 && this.shows("bars")
            ? html`<eigen-lesson-figure
                .of=${[moves]}
                .theme=${view.theme}
                .draw=${(canvas: Canvas) => cloud.bars(canvas)}
                .caption=${"The eigenvalues, in the colours of their axes"}
              ></eigen-lesson-figure>`
            : nothing
        }
        ${
          step >= 4 && this.shows("ranks")
            ? html`<eigen-lesson-figure
                .of=${[moves]}
                .theme=${view.theme}
                .draw=${(canvas: Canvas) => cloud.ranks(canvas)}
                .caption=${"The same, log–log. The line has the slope −α"}
              ></eigen-lesson-figure>`
            : nothing
        }
      </div>
    </div>`;
  }

  #numbers({ eigenvalues, alpha }: Numbers, step: number): TemplateResult {
    return html`<dl class="lesson-numbers">
      ${eigenvalues.map((value, index) => fact(`eigenvalue_${index + 1}`, `λ${"₁₂₃"[index]}`, value))}
      ${step >= 4 ? fact("alpha", "α", alpha) : nothing}
    </dl>`;
  }

  #picture(cloud: Learn.PointCloud, step: number): TemplateResult {
    const { held, moves, view } = this;
    const turn = this.number("turn");
    const draw = (canvas: Canvas) => {
      const picture = cloud.picture(held, turn, step, canvas);
      this.#canvas = canvas;
      this.#places = picture.places;
      return picture;
    };
    const deep = this.number("features") === 3;
    return html`<div class="cloud-place">
      <eigen-lesson-figure
        .of=${[moves, held, turn, step]}
        .theme=${view.theme}
        .draw=${draw}
        .seen=${() => this.#placePoints()}
        .caption=${html`Drag a point, or walk to the points with Tab: arrow keys move one, with Shift further; Enter goes to the next, with Shift back.${
          deep ? " Page up and Page down move it away and nearer." : nothing
        }`}
      ></eigen-lesson-figure>
      <div class="cloud-points" role="group" aria-label="Points of the cloud">
        ${Array.from(
          { length: cloud.count },
          (_, index) => html`<button
            type="button"
            class="cloud-point"
            data-point=${index + 1}
            tabindex=${index === held ? 0 : -1}
            aria-label=${cloud.place(index)}
            aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown ${deep ? "PageUp PageDown " : ""}Enter"
            @focus=${() => this.#hold(index)}
            @keydown=${(event: KeyboardEvent) => this.#press(event, index)}
            @pointerdown=${(event: PointerEvent) => this.#grasp(event, index)}
            @pointermove=${this.#move}
            @pointerup=${this.#release}
            @pointercancel=${this.#release}
          ></button>`,
        )}
      </div>
      <p class="cloud-held" data-name="held">
        <span>${cloud.place(held)}</span>
        <button type="button" name="back" class="quiet small" @click=${this.#back}>Put the points back</button>
      </p>
    </div>`;
  }

  /** The buttons lie over the points of the picture. */
  #placePoints(): void {
    for (const [index, point] of this.querySelectorAll<HTMLElement>(".cloud-point").entries()) {
      point.style.left = `${this.#places[2 * index]}px`;
      point.style.top = `${this.#places[2 * index + 1]}px`;
    }
  }

  #hold(index: number): void {
    this.held = index;
  }

  #back(): void {
    if (this.module) this.#draw(this.module);
  }

  #press(event: KeyboardEvent, index: number): void {
    const cloud = this.#cloud;
    if (!cloud || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = ways[event.key];
    const [right, up, nearer] = way ?? [0, 0, 0];
    // In a cloud of two features Page up and Page down are the page's own.
    if (way && (nearer === 0 || this.number("features") === 3)) {
      const by = event.shiftKey ? longStep : step;
      cloud.nudge(index, by * right, by * up, by * nearer, this.number("turn"));
      this.#wasMoved(cloud, index);
    } else if (event.key === "Enter" || event.key === " ") {
      const next = (index + (event.shiftKey ? cloud.count - 1 : 1)) % cloud.count;
      this.querySelector<HTMLElement>(`[data-point="${next + 1}"]`)?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  #grasp(event: PointerEvent, index: number): void {
    if (event.button !== 0) return;
    const point = event.currentTarget as HTMLElement;
    event.preventDefault();
    point.focus({ preventScroll: true });
    point.setPointerCapture(event.pointerId);
    this.#dragged = index;
  }

  #release(): void {
    this.#dragged = null;
  }

  /** Answers the pointer once a frame, however often it reports. */
  #move({ clientX, clientY }: PointerEvent): void {
    const index = this.#dragged;
    if (index === null) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const place = this.querySelector(".cloud-points")?.getBoundingClientRect();
      if (!place || !this.#canvas) return;
      const [x, y] = [clientX - place.left, clientY - place.top];
      const cloud = this.#cloud;
      if (!cloud) return;
      cloud.drag(index, x, y, this.number("turn"), this.#canvas);
      this.#wasMoved(cloud, index);
    });
  }

  #wasMoved(cloud: Learn.PointCloud, index: number): void {
    this.#moved = `${cloud.place(index)}. `;
    this.moves += 1;
  }
}

customElements.define("eigen-eigenspectrum", Eigenspectrum);
