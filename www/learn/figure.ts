import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { safeSvg } from "../engine/index";
import type { Figure } from "../engine/types";
import type { Theme } from "../state/theme";
import { redraw } from "../view/redraw";

/** Its size in CSS pixels, and the theme. */
export interface Canvas {
  width: number;
  height: number;
  theme: Theme;
}

/** A picture that was taken out of the module, or one that still stands in it. */
type Drawn = Figure & { free?(): void };

/**
 * A figure of a lesson: drawn anew, at once, when what it is of has changed, or its size or the theme.
 *
 *   html`<eigen-lesson-figure .of=${[alpha, seed]} .theme=${theme} .draw=${(canvas) => module.picture(alpha, seed, canvas)}>`
 */
class LessonFigure extends LitElement {
  static override properties = {
    of: { attribute: false },
    theme: { attribute: false },
    caption: { attribute: false },
    size: { state: true },
  };

  /** What the picture is of: of the same it is not drawn again. */
  declare of: readonly unknown[];
  declare theme: Theme;
  /** Words under it. */
  declare caption: TemplateResult | string;
  declare size: { width: number; height: number };
  /** undefined while there is nothing to draw. */
  draw: (canvas: Canvas) => Drawn | undefined = () => undefined;
  /** Hears of every picture: where its frame is, and its summary. */
  seen: (figure: Figure) => void = () => {};
  #drawn: readonly unknown[] = [];
  readonly #resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { clientWidth: width, clientHeight: height } = entry.target;
    if (width !== this.size.width || height !== this.size.height) this.size = { width, height };
  });

  constructor() {
    super();
    this.of = [];
    this.theme = "light";
    this.caption = "";
    this.size = { width: 0, height: 0 };
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<figure class="lesson-figure">
      <div class="lesson-picture" role="img" aria-label="Not drawn yet"></div>
      <figcaption>${this.caption}</figcaption>
    </figure>`;
  }

  override firstUpdated(): void {
    const picture = this.querySelector(".lesson-picture");
    if (picture) this.#resize.observe(picture);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  override updated(_changed: PropertyValues): void {
    const { width, height } = this.size;
    const place = this.querySelector(".lesson-picture");
    if (!place || width === 0) return;
    const wanted = [...this.of, width, height, this.theme];
    if (
      wanted.length === this.#drawn.length &&
      wanted.every((one, index) => one === this.#drawn[index])
    )
      return;
    const drawn = this.draw({ width, height, theme: this.theme });
    if (!drawn) return;
    this.#drawn = wanted;
    const { svg, frame, summary } = drawn;
    drawn.free?.();
    const picture = safeSvg(svg);
    picture.setAttribute("aria-hidden", "true");
    redraw(place, picture);
    place.setAttribute("aria-label", summary);
    this.seen({ svg, frame, summary });
  }
}

customElements.define("eigen-lesson-figure", LessonFigure);
