import { html, nothing, type TemplateResult } from "lit";
import type { MapCell } from "../../engine/types";
import {
  endRange,
  moveEnd,
  nearestRank,
  type RankWindow,
  rankAfterKey,
  type WindowEnd,
} from "../../state/window";
import { decimals, whole } from "../../view/format";
import { cellAfterKey, cellNearest, cellUnder } from "../../view/map-cells";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import { fact } from "../facts";
import type { Canvas } from "../figure";
import { learnModule } from "../module";
import results from "../networks/minilm/results.csv?raw";
import spectra from "../networks/minilm/spectra.csv?raw";

interface Numbers {
  alpha: number | null;
  r2: number | null;
  off: number | null;
  reasonable: { low: number; high: number } | null;
  refusal: string | null;
  summary: string;
}

/** Half the width of the strip in which a pointer takes hold of an end of the window. */
const reach = 22;

/** A layer's spectrum with a window and a guessed line, and the fit of every window. */
class WhichWindow extends LessonElement {
  static override properties = { ...LessonElement.properties, module: { state: true } };

  declare module: typeof Learn | null;
  #spectrum: Learn.LayerSpectrum | null = null;
  /** The layer that it is of. */
  #layer = -1;
  #ranksX: Float64Array = new Float64Array();
  #cells: readonly MapCell[] = [];
  #dragged: WindowEnd | null = null;
  #frame = 0;

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
    cancelAnimationFrame(this.#frame);
    this.#spectrum?.free();
    this.#spectrum = null;
    this.#layer = -1;
  }

  override willUpdate(): void {
    const { module } = this;
    const layer = this.number("layer");
    if (!module || layer === this.#layer) return;
    this.#spectrum?.free();
    this.#spectrum = new module.LayerSpectrum(spectra, results, layer);
    this.#layer = layer;
  }

  get #window(): RankWindow {
    const count = this.#spectrum?.count ?? 0;
    return { first: this.number("first"), last: Math.min(this.number("last"), count) };
  }

  override render(): TemplateResult {
    const { view } = this;
    const spectrum = this.#spectrum;
    if (!spectrum) return html`<p class="muted">Loading…</p>`;
    const fitted = view.values.show === "fit";
    const choice = { ...this.#window, guess: this.number("eye"), fitted };
    const found = spectrum.numbers(choice) as Numbers;
    view.say(found.summary);
    return html`
      ${found.refusal ? html`<p class="window-refusal lesson-remarks" data-name="refusal">${found.refusal}</p>` : nothing}
      ${fitted && this.shows("numbers") ? numbers(found) : nothing}
      <div class="lesson-figures">
        ${this.shows("spectrum") ? this.#picture(spectrum, choice) : nothing}
        ${fitted && this.shows("map") ? this.#map(spectrum) : nothing}
      </div>
      ${
        fitted
          ? nothing
          : html`<p>
              <button type="button" name="show-fit" @click=${() => view.set({ show: "fit" })}>
                Compare with the fit
              </button>
            </p>`
      }`;
  }

  #picture(
    spectrum: Learn.LayerSpectrum,
    choice: RankWindow & { guess: number; fitted: boolean },
  ): TemplateResult {
    const { first, last, guess, fitted } = choice;
    const draw = (canvas: Canvas) => {
      const picture = spectrum.picture(choice, canvas);
      this.#ranksX = picture.ranks_x;
      return picture;
    };
    return html`<div class="window-place" @pointermove=${this.#move}>
      <eigen-lesson-figure
        .of=${[this.#layer, first, last, guess, fitted]}
        .theme=${this.view.theme}
        .draw=${draw}
        .seen=${({ frame }: { frame: { top: number; bottom: number } }) => this.#placeHandles(frame)}
        .caption=${
          fitted
            ? "Drag the ends of the window. Dashed: the guess; the other line is the fit"
            : "The dashed line is the guess. Drag the ends of the window, or the slider until the line lies along the points in it"
        }
      ></eigen-lesson-figure>
      <div class="window-over">${this.#handle("first")} ${this.#handle("last")}</div>
    </div>`;
  }

  #handle(end: WindowEnd): TemplateResult {
    const [lowest, highest] = this.#range(end);
    const rank = this.#window[end];
    return html`<div
      class="handle"
      data-end=${end}
      role="slider"
      tabindex="0"
      aria-label=${end === "first" ? "First rank of the window" : "Last rank of the window"}
      aria-valuemin=${lowest}
      aria-valuemax=${highest}
      aria-valuenow=${rank}
      aria-valuetext=${`rank ${whole(rank)}`}
      @keydown=${(event: KeyboardEvent) => this.#press(event, end)}
      @pointerdown=${(event: PointerEvent) => this.#grasp(event, end)}
      @pointerup=${this.#release}
      @pointercancel=${this.#release}
    ></div>`;
  }

  #map(spectrum: Learn.LayerSpectrum): TemplateResult {
    const { first, last } = this.#window;
    const draw = (canvas: Canvas) => {
      const map = spectrum.map(first, last, canvas);
      this.#cells = map.cells as MapCell[];
      return map;
    };
    return html`<div class="window-place">
      <eigen-lesson-figure
        .of=${[this.#layer, first, last]}
        .theme=${this.view.theme}
        .draw=${draw}
        .caption=${"α of every window. Click one to put it in the plot; dots mark windows of published code"}
      ></eigen-lesson-figure>
      <div
        class="map-cells"
        tabindex="0"
        role="application"
        aria-roledescription="map"
        aria-label="Window map: arrow keys put the next window in the plot"
        @click=${this.#click}
        @keydown=${this.#walk}
      ></div>
    </div>`;
  }

  /** Each handle's strip ends halfway to the other, so that near ones stay separate. */
  #placeHandles({ top, bottom }: { top: number; bottom: number }): void {
    const { first, last } = this.#window;
    const x = { first: this.#ranksX[first - 1], last: this.#ranksX[last - 1] };
    for (const handle of this.querySelectorAll<HTMLElement>(".handle")) {
      const end = handle.dataset.end as WindowEnd;
      const here = x[end];
      handle.hidden = here === undefined;
      if (here === undefined) continue;
      const gap = Math.abs((x.last ?? here) - (x.first ?? here));
      const inner = Math.min(reach, Math.floor(gap / 2));
      const before = end === "first" ? reach : inner;
      handle.style.left = `${Math.round(here) - before}px`;
      handle.style.width = `${reach + inner}px`;
      handle.style.top = `${top}px`;
      handle.style.height = `${bottom - top}px`;
      handle.style.setProperty("--edge", `${before}px`);
    }
  }

  /** The ranks that an end may take: not more than its control can. */
  #range(end: WindowEnd): readonly [number, number] {
    const [lowest, highest] = endRange(this.#window, end, this.#spectrum?.count ?? 0);
    return end === "first" ? [lowest, Math.min(highest, 300)] : [lowest, highest];
  }

  #moveTo(end: WindowEnd, rank: number): void {
    const [lowest, highest] = this.#range(end);
    const moved = moveEnd(this.#window, end, rank, this.#spectrum?.count ?? 0)[end];
    this.view.set({ [end]: Math.min(Math.max(moved, lowest), highest) });
  }

  #press(event: KeyboardEvent, end: WindowEnd): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rank = rankAfterKey(event.key, event.shiftKey, this.#window[end], this.#range(end));
    if (rank === null) return;
    event.preventDefault();
    this.#moveTo(end, rank);
  }

  #grasp(event: PointerEvent, end: WindowEnd): void {
    if (event.button !== 0) return;
    const handle = event.currentTarget as HTMLElement;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    this.#dragged = end;
  }

  #release(): void {
    this.#dragged = null;
  }

  /** Answers the pointer once a frame, however often it reports. */
  #move({ clientX }: PointerEvent): void {
    const end = this.#dragged;
    if (!end) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const place = this.querySelector(".window-over")?.getBoundingClientRect();
      const rank = place && nearestRank(this.#ranksX, clientX - place.left);
      if (rank) this.#moveTo(end, rank);
    });
  }

  #click(event: MouseEvent): void {
    const cell = cellUnder(this.#cells, event);
    if (cell) this.#choose(cell);
  }

  #walk(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const here = cellNearest(this.#cells, this.#window);
    const next = here && cellAfterKey(this.#cells, here, event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (next) this.#choose(next);
  }

  #choose({ first, last }: RankWindow): void {
    this.view.set({ first, last });
  }
}

function numbers({ alpha, r2, off, reasonable }: Numbers): TemplateResult {
  return html`<dl class="lesson-numbers">
    ${fact("alpha", "α of the fit", alpha)} ${fact("r2", "R²", r2, "share")} ${fact("off", "guess less α", off)}
    ${
      reasonable
        ? html`<div>
            <dt>α over reasonable windows</dt>
            <dd data-name="reasonable">${decimals(reasonable.low)} to ${decimals(reasonable.high)}</dd>
          </div>`
        : nothing
    }
  </dl>`;
}

customElements.define("eigen-which-window", WhichWindow);
