import { html, type TemplateResult } from "lit";
import type { Dot } from "../engine/comparing-types";
import { dotsPlot } from "../engine/index";
import type { Analysis, Figure, FigureOptions } from "../engine/types";
import { asTable } from "./as-table";
import { Drawn } from "./drawn";
import { significant } from "./format";

/** A dataset in a picture of dots, and what is said of it when it is pointed at. */
export interface SpokenDot extends Dot {
  words: () => string;
}

/** What a picture of dots shows. */
export interface Dots {
  kind: "trend" | "scatter";
  /** What the axes show. */
  x: string;
  y: string;
  isAlpha: boolean;
  dots: readonly SpokenDot[];
}

/** A pointer this near to a dot, in CSS pixels, means it. */
const NEAR = 24;

/** Datasets as dots. What is pointed at is said in a line below. */
class DotsElement extends Drawn {
  static override properties = {
    ...Drawn.properties,
    shown: { attribute: false },
    any: { attribute: false },
  };

  declare shown: Dots;
  /** A spectrum: the picture waits until there is one. */
  declare any: Analysis | null;
  #places: Float64Array = new Float64Array();

  constructor() {
    super();
    this.open = true;
    this.any = null;
  }

  protected override get analysis(): Analysis | null {
    return this.any;
  }

  protected override get choices(): readonly unknown[] {
    const { kind, x, y, isAlpha, dots } = this.shown;
    const numbers = dots.flatMap((dot) => [dot.name, dot.x, dot.y, dot.style, dot.isStrong]);
    const ends = dots.flatMap(({ interval }) => interval ?? [null]);
    return [kind, x, y, isAlpha, dots.length, ...numbers, ...ends];
  }

  protected override draw(_any: Analysis, { width, height, theme }: FigureOptions): Figure {
    const { dots, ...titles } = this.shown;
    const figure = dotsPlot(dots, { width, height, theme, ...titles });
    this.#places = figure.places;
    return figure;
  }

  /** α moves with the window, and the picture with α. */
  protected override get hasWindow(): boolean {
    return false;
  }

  protected override over(): TemplateResult {
    return html`<figcaption class="pointed-words"></figcaption>`;
  }

  override render(): TemplateResult {
    return html`<div
      @pointermove=${(event: PointerEvent) => this.#move(event)}
      @pointerleave=${() => this.#say("")}
    >
      ${super.render()}
      ${this.#table()}
    </div>`;
  }

  #table(): TemplateResult {
    const { dots, x, y, kind } = this.shown;
    const hasIntervals = dots.some(({ interval }) => interval);
    return asTable(dots, {
      caption: kind === "trend" ? `${y} by ${x}` : `${y} and ${x}`,
      heads: ["dataset", x, y, ...(hasIntervals ? ["95 % interval"] : [])],
      count: dots.length,
      row: (index) => {
        const dot = dots[index];
        if (!dot) return [];
        const place = significant(dot.x, 4).replace(/\.0+$/, "");
        const interval = hasIntervals ? [intervalOf(dot)] : [];
        return [dot.name, place, significant(dot.y, 4), ...interval];
      },
    });
  }

  #move({ clientX, clientY }: PointerEvent): void {
    const box = this.querySelector(".figure-picture")?.getBoundingClientRect();
    if (!box) return;
    let least = NEAR;
    let nearest: SpokenDot | undefined;
    for (const [index, dot] of this.shown.dots.entries()) {
      const [x = 0, y = 0] = this.#places.subarray(2 * index, 2 * index + 2);
      const distance = Math.hypot(x - clientX + box.left, y - clientY + box.top);
      if (distance >= least) continue;
      least = distance;
      nearest = dot;
    }
    this.#say(nearest?.words() ?? "");
  }

  #say(words: string): void {
    const caption = this.querySelector(".pointed-words");
    if (caption && caption.textContent !== words) caption.textContent = words;
  }
}

function intervalOf({ interval }: Dot): string {
  return interval ? interval.map((end) => significant(end, 4)).join(" to ") : "–";
}

customElements.define("eigen-dots", DotsElement);
