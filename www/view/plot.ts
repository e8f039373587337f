import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { emptyPlot, safeSvg } from "../engine/index";
import type { Analysis, Plot, PlotOptions } from "../engine/types";
import { shownAnalysis } from "../state/dataset";
import { selectedDataset, theme } from "../state/state";
import { endRange, moveEnd, nearestRank, rankAfterKey, type WindowEnd } from "../state/window";
import { significant, whole } from "./format";
import { Part } from "./part";
import { redraw } from "./redraw";
import { isMoving } from "./turns";

/** Half the width of the strip in which a pointer takes hold of a handle. */
const reach = 22;

/**
 * The spectrum. The core draws the picture and says where each rank lies in it; this element lays
 * the two ends of the window and a reading cross over it, for pointer and keyboard.
 */
class SpectrumPlot extends Part {
  #plot: Plot | null = null;
  /** The layers on the page, as the core has drawn them. */
  #layers: readonly string[] = [];
  /** What the picture on the page was drawn from: the same again needs no drawing. */
  #drawn: { analysis: Analysis | null; options: PlotOptions } | null = null;
  #size = { width: 0, height: 0 };
  #dragged: WindowEnd | null = null;
  #frame = 0;
  readonly #resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.#measure(entry.target);
    this.requestUpdate();
  });

  /** It follows the hand that moves the window. */
  protected override isDrawnAtOnce(): boolean {
    return isMoving();
  }

  override render(): TemplateResult {
    const analysis = this.#analysis;
    return html`<figure
      class="plot"
      @pointermove=${this.#point}
      @pointerleave=${this.#leave}
    >
      <div class="plot-picture" role="img" aria-labelledby="plot-summary"></div>
      <figcaption class="hidden" id="plot-summary"></figcaption>
      ${analysis ? [this.#handle("first", analysis), this.#handle("last", analysis)] : nothing}
      <div class="cross" hidden></div>
      <p class="cross-words" aria-hidden="true" hidden></p>
    </figure>`;
  }

  #handle(end: WindowEnd, analysis: Analysis): TemplateResult {
    const count = analysis.eigenvalues.length;
    const [lowest, highest] = endRange(this.#window, end, count);
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
      aria-valuetext=${`rank ${whole(rank)}, λ = ${significant(analysis.eigenvalues[rank - 1] ?? 0)}`}
      @keydown=${(event: KeyboardEvent) => this.#press(event, end)}
      @pointerdown=${(event: PointerEvent) => this.#grasp(event, end)}
      @pointerup=${this.#release}
      @pointercancel=${this.#release}
    ></div>`;
  }

  override firstUpdated(): void {
    const figure = this.querySelector("figure");
    if (!figure) return;
    this.#measure(figure);
    this.#resize.observe(figure);
  }

  #measure({ clientWidth, clientHeight }: Element): void {
    this.#size = { width: clientWidth, height: clientHeight };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  override updated(_changed: PropertyValues): void {
    const { state } = this.workspace;
    if (!state.engine || this.#size.width === 0) return;
    const analysis = this.#analysis;
    const { window, weight, overlays } = state;
    const options = { ...this.#size, ...window, weight, theme: theme(state), overlays };
    if (!this.#isDrawn(analysis, options)) this.#draw(analysis, options);
    this.#placeHandles();
  }

  get #analysis(): Analysis | null {
    const dataset = selectedDataset(this.workspace.state);
    return dataset && shownAnalysis(dataset);
  }

  /** The window in force: the one asked for, clipped where the core had to. */
  get #window() {
    const { window } = this.workspace.state;
    const fit = selectedDataset(this.workspace.state)?.outcome?.fit;
    if (fit) return { first: fit.first, last: fit.last };
    const count = this.#analysis?.eigenvalues.length ?? 1;
    return { first: Math.min(window.first, count), last: Math.min(window.last, count) };
  }

  #isDrawn(analysis: Analysis | null, options: PlotOptions): boolean {
    const drawn = this.#drawn;
    if (!drawn || drawn.analysis !== analysis) return false;
    return (Object.keys(options) as (keyof PlotOptions)[]).every(
      (key) => drawn.options[key] === options[key],
    );
  }

  #draw(analysis: Analysis | null, options: PlotOptions): void {
    const plot = analysis ? analysis.plot(options) : emptyPlot(options);
    const place = this.querySelector(".plot-picture");
    if (place) this.#lay(place, plot.layers);
    const summary = this.querySelector("figcaption");
    if (summary) summary.textContent = plot.summary;
    this.#plot = plot;
    this.#drawn = { analysis, options };
  }

  /** A layer that is the same stays: while a window moves that is the one with all the points, which would take most of a frame. */
  #lay(place: Element, layers: readonly string[]): void {
    if (this.#layers.length !== layers.length) {
      place.replaceChildren();
      this.#layers = [];
    }
    for (const [index, layer] of layers.entries()) {
      if (layer === this.#layers[index]) continue;
      const picture = safeSvg(layer);
      picture.setAttribute("aria-hidden", "true");
      redraw(place, picture, index);
    }
    this.#layers = layers;
  }

  /** Each handle's strip ends halfway to the other, so that near ones stay separate. */
  #placeHandles(): void {
    const plot = this.#plot;
    if (!plot) return;
    const { first, last } = this.#window;
    const x = { first: plot.ranks_x[first - 1], last: plot.ranks_x[last - 1] };
    for (const handle of this.querySelectorAll<HTMLElement>(".handle")) {
      const end = handle.dataset.end as WindowEnd;
      const here = x[end];
      handle.hidden = here === undefined;
      if (here === undefined) continue;
      const gap = Math.abs((x.last ?? here) - (x.first ?? here));
      const inner = Math.min(reach, Math.floor(gap / 2));
      const before = end === "first" ? reach : inner;
      const left = Math.round(here) - before;
      handle.style.left = `${left}px`;
      handle.style.width = `${reach + inner}px`;
      handle.style.top = `${plot.frame.top}px`;
      handle.style.height = `${plot.frame.bottom - plot.frame.top}px`;
      handle.style.setProperty("--edge", `${before}px`);
    }
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

  #press(event: KeyboardEvent, end: WindowEnd): void {
    const analysis = this.#analysis;
    if (!analysis || event.altKey || event.ctrlKey || event.metaKey) return;
    const range = endRange(this.#window, end, analysis.eigenvalues.length);
    const rank = rankAfterKey(event.key, event.shiftKey, this.#window[end], range);
    if (rank === null) return;
    event.preventDefault();
    this.#move(end, rank);
  }

  /** Moves one end of the window; the end that was clipped stays where it was asked for. */
  #move(end: WindowEnd, rank: number): void {
    const count = this.#analysis?.eigenvalues.length ?? 0;
    const moved = moveEnd(this.#window, end, rank, count)[end];
    if (moved === this.#window[end]) return;
    this.workspace.setWindow({ ...this.workspace.state.window, [end]: moved });
  }

  /** Answers the pointer once a frame, however often it reports. */
  #point(event: PointerEvent): void {
    const { clientX } = event;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const plot = this.#plot;
      const figure = this.querySelector("figure");
      if (!plot || !figure) return;
      const rank = nearestRank(plot.ranks_x, clientX - figure.getBoundingClientRect().left);
      if (rank === null) return;
      if (this.#dragged) this.#move(this.#dragged, rank);
      this.#showCross(this.#dragged ? this.#window[this.#dragged] : rank);
    });
  }

  #leave(): void {
    if (this.#dragged) return;
    cancelAnimationFrame(this.#frame);
    for (const part of this.querySelectorAll<HTMLElement>(".cross, .cross-words")) {
      part.hidden = true;
    }
  }

  #showCross(rank: number): void {
    const plot = this.#plot;
    const analysis = this.#analysis;
    const cross = this.querySelector<HTMLElement>(".cross");
    const words = this.querySelector<HTMLElement>(".cross-words");
    const x = plot?.ranks_x[rank - 1];
    if (!plot || !analysis || !cross || !words || x === undefined) return;
    const y = plot.ranks_y[rank - 1] ?? Number.NaN;
    const { frame } = plot;
    cross.hidden = false;
    cross.style.left = `${x}px`;
    cross.style.top = `${frame.top}px`;
    cross.style.height = `${frame.bottom - frame.top}px`;
    cross.style.setProperty("--dot", Number.isNaN(y) ? "-99px" : `${y - frame.top}px`);
    words.hidden = false;
    words.textContent = `k = ${whole(rank)}   λ = ${significant(analysis.eigenvalues[rank - 1] ?? 0)}`;
    const beyond = x + words.offsetWidth + 12 > frame.right;
    words.style.left = `${beyond ? x - words.offsetWidth - 12 : x + 12}px`;
    words.style.top = `${Math.max(frame.top + 4, (Number.isNaN(y) ? frame.bottom : y) - words.offsetHeight - 8)}px`;
  }
}

customElements.define("eigen-plot", SpectrumPlot);
