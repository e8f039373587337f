import { html, type PropertyValues, type TemplateResult } from "lit";
import type { Analysis, FigureOptions, HeatMap, MapCell, MapView, Weight } from "../engine/types";
import { asTable } from "./as-table";
import { Drawn } from "./drawn";
import { decimals, share, whole } from "./format";
import { cellAfterKey, cellNearest, cellUnder } from "./map-cells";
import { segments } from "./segments";

const views: readonly (readonly [MapView, string])[] = [
  ["alpha", "α"],
  ["r2", "R²"],
  ["curvature", "curvature"],
];

/**
 * Every window at once. Pointing at a cell, or walking to it, says its numbers and draws its line over the spectrum; a click or Enter
 * puts it in view.
 */
class WindowMap extends Drawn {
  static override properties = {
    ...Drawn.properties,
    view: { state: true },
    pointed: { state: true },
  };

  declare view: MapView;
  declare pointed: MapCell | null;
  #map: HeatMap | null = null;
  /** What the table is of: the cells of a spectrum and its weights, whatever window is in view. */
  #tabled: { analysis: Analysis; weight: Weight; cells: MapCell[] } | null = null;

  constructor() {
    super();
    this.view = "alpha";
    this.pointed = null;
  }

  protected override get choices(): readonly unknown[] {
    return [this.view];
  }

  protected override draw(analysis: Analysis, options: FigureOptions): HeatMap {
    this.#map = analysis.mapPlot({ ...options, view: this.view });
    const { cells } = this.#map;
    const { weight } = options;
    if (this.#tabled?.analysis !== analysis || this.#tabled.weight !== weight) {
      this.#tabled = { analysis, weight, cells };
      this.requestUpdate();
    }
    const { pointed } = this;
    if (pointed) this.#point(this.#cell(pointed.first, pointed.last) ?? null);
    return this.#map;
  }

  override render(): TemplateResult {
    return html`${super.render()}
      <p class="map-words" aria-live="polite">${this.#words()}</p>
      ${segments("map-view", "Colour", views, this.view, (view) => {
        this.view = view;
      })}
      ${asTable(this.#tabled, {
        caption: "Every window: its ranks, and the line over them",
        heads: ["ranks", "α", "R²", "curvature"],
        count: this.#tabled?.cells.length ?? 0,
        row: (index) => cellRow(this.#tabled?.cells[index]),
      })}`;
  }

  protected override over(): TemplateResult {
    return html`<div
        class="map-cells"
        tabindex="0"
        role="application"
        aria-roledescription="map"
        aria-label="Window map: arrow keys walk through the windows, Enter puts one in view"
        @pointermove=${this.#hover}
        @pointerleave=${this.#leave}
        @click=${this.#click}
        @focus=${this.#enter}
        @blur=${this.#leave}
        @keydown=${this.#press}
      ></div>
      <div class="map-cell" hidden></div>`;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const mark = this.querySelector<HTMLElement>(".map-cell");
    const cell = this.pointed;
    if (!mark) return;
    mark.hidden = !cell;
    if (!cell) return;
    mark.style.left = `${cell.left}px`;
    mark.style.top = `${cell.top}px`;
    mark.style.width = `${cell.right - cell.left}px`;
    mark.style.height = `${cell.bottom - cell.top}px`;
  }

  #words(): TemplateResult {
    const cell = this.pointed;
    if (!cell)
      return html`<span class="muted">Point at a window to see its line; a click puts it in view.</span>`;
    const curvature = cell.curvature === null ? "–" : decimals(cell.curvature);
    return html`ranks ${whole(cell.first)}–${whole(cell.last)} · <i class="symbol">α</i>
      ${decimals(cell.alpha)} · R² ${cell.r2 === null ? "–" : share(cell.r2)} · curvature ${curvature}`;
  }

  #cell(first: number, last: number): MapCell | undefined {
    return this.#map?.cells.find((cell) => cell.first === first && cell.last === last);
  }

  #point(cell: MapCell | null): void {
    if (cell === this.pointed) return;
    this.pointed = cell;
    this.workspace.overlay({ pointed: cell && { first: cell.first, last: cell.last } });
  }

  #under(event: MouseEvent): MapCell | null {
    return cellUnder(this.#map?.cells ?? [], event);
  }

  #hover(event: PointerEvent): void {
    this.#point(this.#under(event));
  }

  #leave(): void {
    this.#point(null);
  }

  #click(event: MouseEvent): void {
    const cell = this.#under(event);
    if (cell) this.#choose(cell);
  }

  #choose({ first, last }: MapCell): void {
    this.workspace.setWindow({ first, last });
  }

  /** From the keyboard the walk begins at the window in view. */
  #enter(): void {
    if (!this.pointed) this.#point(this.#nearest());
  }

  #nearest(): MapCell | null {
    return cellNearest(this.#map?.cells ?? [], this.workspace.state.window);
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const here = this.pointed ?? this.#nearest();
    if (!here) return;
    const next = cellAfterKey(this.#map?.cells ?? [], here, event.key);
    if (next !== undefined) {
      if (next) this.#point(next);
    } else if (event.key === "Enter" || event.key === " ") {
      this.#choose(here);
    } else {
      return;
    }
    event.preventDefault();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.workspace.overlay({ pointed: null });
  }
}

function cellRow(cell: MapCell | undefined): string[] {
  if (!cell) return [];
  const { first, last, alpha, r2, curvature } = cell;
  const bend = curvature === null ? "–" : decimals(curvature);
  return [`${whole(first)}–${whole(last)}`, decimals(alpha), r2 === null ? "–" : share(r2), bend];
}

customElements.define("eigen-window-map", WindowMap);
