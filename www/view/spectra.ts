import { html, type PropertyValues, type TemplateResult } from "lit";
import { lineStyle, spectraPlot } from "../engine/index";
import type { Analysis, Figure, FigureOptions } from "../engine/types";
import { selectedDataset, theme } from "../state/state";
import { asTable } from "./as-table";
import { Drawn } from "./drawn";
import { decimals, significant, whole } from "./format";
import type { Compared } from "./measures";

/** A pointer this near to a line, in CSS pixels, means it. */
const NEAR = 24;

/** A point of a trace: rank and pixels. */
interface Point {
  id: number;
  rank: number;
  x: number;
  y: number;
}

/** The picture of all spectra. What is pointed at, in it or in its legend, is drawn over the others, and said in a line below. */
export class SpectraFigure extends Drawn {
  static override properties = {
    ...Drawn.properties,
    lines: { attribute: false },
    bySum: { attribute: false },
  };

  declare lines: readonly Compared[];
  declare bySum: boolean;
  /** Where each spectrum is drawn: rank, x and y of its points. */
  #traces = new Map<number, Float64Array>();
  #pointed: Point | { id: number } | null = null;
  /** Pixel x of each rank, and the data area: where the window lies. */
  #ranks: Float64Array = new Float64Array();
  #frame: Figure["frame"] | null = null;
  /** What the table is of: the spectra and their names. */
  #tabled: readonly unknown[] = [];

  constructor() {
    super();
    this.open = true;
    this.lines = [];
  }

  /** Any of them will do: the picture is of all. */
  protected override get analysis(): Analysis | null {
    return this.lines[0]?.analysis ?? null;
  }

  protected override get choices(): readonly unknown[] {
    const lines = this.lines.flatMap(({ analysis, dataset }) => [analysis, dataset.style]);
    return [this.bySum, this.workspace.state.selected, lines.length, ...lines];
  }

  protected override draw(_analysis: Analysis, options: FigureOptions): Figure {
    const selected = selectedDataset(this.workspace.state);
    const lines = this.lines.map(({ dataset: { id, style }, analysis }) => {
      return { analysis, style, isStrong: id === selected?.id };
    });
    const { width, height, theme } = options;
    const figure = spectraPlot(lines, { width, height, theme, bySum: this.bySum });
    this.#ranks = figure.ranks_x;
    this.#frame = figure.frame;
    this.#traces = new Map(
      this.lines.map(({ dataset }, index) => [
        dataset.id,
        figure.traces[index] ?? new Float64Array(),
      ]),
    );
    this.#show();
    this.#shade();
    return figure;
  }

  /** It lies over it, so that the picture need not be drawn again while it moves. */
  protected override get hasWindow(): boolean {
    return false;
  }

  protected override over(): TemplateResult {
    return html`<div class="window-shade" aria-hidden="true"></div>
      <svg class="pointed" aria-hidden="true"></svg>
      <figcaption class="pointed-words"></figcaption>`;
  }

  override render(): TemplateResult {
    return html`<div
      @pointermove=${(event: PointerEvent) => this.#move(event)}
      @pointerleave=${() => this.#tell(null)}
    >
      ${super.render()}
      ${this.#table()}
    </div>`;
  }

  /** The eigenvalues as they are, whatever the picture divides them by. */
  #table(): TemplateResult {
    const { lines } = this;
    const key = lines.flatMap(({ analysis, short }) => [analysis, short]);
    if (key.length !== this.#tabled.length || key.some((one, i) => one !== this.#tabled[i]))
      this.#tabled = key;
    return asTable(this.#tabled, {
      caption: "Eigenvalues as they are, by rank",
      heads: ["rank", ...lines.map(({ short }) => short)],
      count: Math.max(0, ...lines.map(({ analysis }) => analysis.eigenvalues.length)),
      row: (index) => [
        whole(index + 1),
        ...lines.map(({ analysis }) => {
          const eigenvalue = analysis.eigenvalues[index];
          return eigenvalue === undefined ? "–" : significant(eigenvalue, 4);
        }),
      ],
    });
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#shade();
  }

  #shade(): void {
    const shade = this.querySelector<HTMLElement>(".window-shade");
    const { first, last } = this.workspace.state.window;
    const count = this.#ranks.length;
    if (!shade || !this.#frame) return;
    shade.hidden = first > count;
    if (shade.hidden) return;
    const left = this.#ranks[first - 1] ?? 0;
    const right = this.#ranks[Math.min(last, count) - 1] ?? left;
    const { top, bottom } = this.#frame;
    shade.style.cssText = `left: ${left}px; width: ${right - left}px; top: ${top}px; height: ${bottom - top}px`;
  }

  /** Draws the line of a dataset over the others. */
  point(id: number | null): void {
    this.#pointed = id === null ? null : { id };
    this.#show();
  }

  #move({ clientX, clientY }: PointerEvent): void {
    const box = this.querySelector(".figure-picture")?.getBoundingClientRect();
    if (box) this.#tell(this.#nearest(clientX - box.left, clientY - box.top));
  }

  #tell(point: Point | null): void {
    const old = this.#pointed;
    if (old?.id === point?.id && rankOf(old) === rankOf(point)) return;
    this.#pointed = point;
    this.#show();
    if (old?.id !== point?.id)
      this.dispatchEvent(new CustomEvent("pointed", { detail: point?.id ?? null }));
  }

  /** The drawn point that is nearest to a place in the picture. */
  #nearest(x: number, y: number): Point | null {
    let least = NEAR ** 2;
    let nearest: Point | null = null;
    for (const [id, trace] of this.#traces) {
      for (let i = 0; i < trace.length; i += 3) {
        const [rank = 0, atX = 0, atY = 0] = [trace[i], trace[i + 1], trace[i + 2]];
        const distance = (atX - x) ** 2 + (atY - y) ** 2;
        if (distance < least) {
          least = distance;
          nearest = { id, rank, x: atX, y: atY };
        }
      }
    }
    return nearest;
  }

  #show(): void {
    const over = this.querySelector("svg.pointed");
    const words = this.querySelector(".pointed-words");
    const one = this.lines.find(({ dataset }) => dataset.id === this.#pointed?.id);
    over?.replaceChildren();
    words?.replaceChildren();
    if (!over || !words || !one || !this.#pointed) return;
    const { dataset, analysis, short } = one;
    const trace = this.#traces.get(dataset.id) ?? new Float64Array();
    const { colour } = lineStyle(dataset.style, theme(this.workspace.state));
    const line = element("polyline", { points: pointsOf(trace), stroke: colour });
    over.append(line);
    const alpha = dataset.outcome?.fit?.alpha;
    const facts = [short, alpha === undefined ? "no α" : `α ${decimals(alpha)}`];
    if ("rank" in this.#pointed) {
      const { rank, x, y } = this.#pointed;
      over.append(element("circle", { cx: String(x), cy: String(y), r: "4", fill: colour }));
      facts.push(`rank ${whole(rank)}`, `λ ${significant(analysis.eigenvalues[rank - 1] ?? 0)}`);
    }
    words.append(facts.join(" · "));
  }
}

function rankOf(point: Point | { id: number } | null): number {
  return point && "rank" in point ? point.rank : 0;
}

function pointsOf(trace: Float64Array): string {
  const points: string[] = [];
  for (let i = 0; i < trace.length; i += 3)
    points.push(`${trace[i + 1]?.toFixed(1)},${trace[i + 2]?.toFixed(1)}`);
  return points.join(" ");
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

customElements.define("eigen-spectra", SpectraFigure);
