import { html, type PropertyValues, type TemplateResult } from "lit";
import { safeSvg } from "../engine/index";
import type { Analysis, Figure, FigureOptions } from "../engine/types";
import { shownAnalysis } from "../state/dataset";
import { selectedDataset, theme } from "../state/state";
import { Part } from "./part";
import { drawNever, drawSoon } from "./turns";

/** A figure that is not on the screen is drawn again once nothing has changed for so long, in milliseconds. */
const pause = 200;

/**
 * A figure that the core draws of the spectrum in view: at its own size, when its turn comes, and only while its row is open.
 */
export abstract class Drawn extends Part {
  static override properties = { ...Part.properties, open: { attribute: false } };

  /** Whether the row around it is open: a folded figure needs no drawing. */
  declare open: boolean;
  #size = { width: 0, height: 0 };
  /** What the picture on the page was drawn from: the same again needs no drawing. */
  #drawn: readonly unknown[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = false;
  readonly #sight = new IntersectionObserver((entries) => {
    this.#seen = entries.at(-1)?.isIntersecting ?? false;
    if (this.#seen) this.#plan();
  });
  readonly #resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { clientWidth, clientHeight } = entry.target;
    this.#size = { width: clientWidth, height: clientHeight };
    this.requestUpdate();
  });

  /** The picture, or undefined where there is nothing to draw. */
  protected abstract draw(analysis: Analysis, options: FigureOptions): Figure | undefined;

  /** What else than the spectrum and its window the picture depends on. */
  protected get choices(): readonly unknown[] {
    return [];
  }

  /** Whether the window of the fits is in the picture. */
  protected get hasWindow(): boolean {
    return true;
  }

  /** What lies over the picture. */
  protected over(): TemplateResult | null {
    return null;
  }

  override render(): TemplateResult {
    return html`<figure class="figure">
      <div class="figure-picture" role="img" aria-label="Not drawn yet"></div>
      ${this.over()}
    </figure>`;
  }

  override firstUpdated(): void {
    const picture = this.querySelector(".figure-picture");
    if (!picture) return;
    this.#resize.observe(picture);
    this.#sight.observe(picture);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#sight.disconnect();
    this.#cancel();
  }

  override updated(_changed: PropertyValues): void {
    this.#plan();
  }

  #plan(): void {
    this.#cancel();
    if (!this.open || this.#size.width === 0) return;
    if (this.#seen) drawSoon(this);
    else this.#timer = setTimeout(() => drawSoon(this), pause);
  }

  #cancel(): void {
    drawNever(this);
    clearTimeout(this.#timer);
  }

  protected get analysis(): Analysis | null {
    const dataset = selectedDataset(this.workspace.state);
    return dataset && shownAnalysis(dataset);
  }

  paint(): void {
    const { analysis } = this;
    const { state } = this.workspace;
    if (!analysis) return;
    const { window, weight } = state;
    const options = { ...this.#size, ...window, weight, theme: theme(state) };
    const { first, last, weight: _, ...lasting } = options;
    const shown = this.hasWindow ? options : lasting;
    const wanted = [analysis, ...Object.values(shown), ...this.choices];
    if (wanted.every((value, index) => value === this.#drawn[index])) return;
    this.#drawn = wanted;
    const picture = this.querySelector<HTMLElement>(".figure-picture");
    const figure = this.draw(analysis, options);
    const name = figure?.summary ?? "Nothing to draw yet";
    picture?.setAttribute("aria-label", name);
    if (figure) {
      const svg = safeSvg(figure.svg);
      svg.setAttribute("aria-hidden", "true");
      picture?.replaceChildren(svg);
    } else {
      picture?.replaceChildren(name);
    }
  }
}
