import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { lineStyle } from "../engine/index";
import type { Analysis } from "../engine/types";
import type { Dataset } from "../state/dataset";
import { theme } from "../state/state";
import { known } from "./format";
import { breakable } from "./list";
import { exponent, give, goodness, measure } from "./number";
import { Part } from "./part";
import { segments } from "./segments";
import "./spectra";
import { term } from "./term";
import type { TermName } from "./terms";
import { halfWidth } from "./uncertainty";

/** A dataset that has a spectrum, and the number of its style. */
export interface Compared {
  dataset: Dataset;
  analysis: Analysis;
  style: number;
}

/** A column of the comparison: its heading, what it is sorted by, and what it shows. */
interface Column {
  /** What it is called where it is not shown. */
  label: string;
  heading: TemplateResult;
  /** A number, or a name; null comes last whichever way it is sorted. */
  key: (one: Compared) => number | string | null;
  cell: (one: Compared) => TemplateResult | string;
}

type Order = "ascending" | "descending";

const alpha = ({ dataset }: Compared): number | null => dataset.outcome?.fit?.alpha ?? null;

const columns: Record<string, Column> = {
  n: number("n", ({ analysis }) => analysis.facts.n, known),
  d: number("d", ({ analysis }) => analysis.facts.d, known),
  alpha: {
    label: "α",
    heading: html`<i class="symbol">α</i> ± 95 %`,
    key: alpha,
    cell: (one) => alphaCell(one),
  },
  r2: {
    label: "R²",
    heading: term("r2"),
    key: ({ dataset }) => dataset.outcome?.fit?.r2 ?? null,
    cell: ({ dataset: { outcome } }) =>
      outcome?.fit ? goodness("compared.r2", outcome.fit.r2) : "–",
  },
  rankme: metric("rankme", "RankMe", ({ facts }) => facts.uncentred.rankme),
  participation: metric(
    "participation_ratio",
    "participation",
    ({ facts }) => facts.metrics.participation_ratio,
  ),
};

/** All spectra in one picture, and what is known of each in a table that is the picture's legend. */
class Comparison extends Part {
  static override properties = {
    ...Part.properties,
    sorted: { state: true },
    bySum: { state: true },
  };

  /** null: in the order of the list. */
  declare sorted: { by: string; order: Order } | null;
  declare bySum: boolean;

  constructor() {
    super();
    this.sorted = null;
    this.bySum = true;
  }

  override render(): TemplateResult | typeof nothing {
    const all = compared(this.workspace.state.datasets);
    if (all.length < 2) return nothing;
    return html`<section class="comparison" aria-label="Comparison">
      <div class="comparison-head">
        <h2 class="more-title">Compared</h2>
        ${segments(
          "by-sum",
          "Eigenvalues",
          [
            ["sum", "over their sum"],
            ["raw", "as they are"],
          ],
          this.bySum ? "sum" : "raw",
          (value) => {
            this.bySum = value === "sum";
          },
        )}
      </div>
      <eigen-spectra .workspace=${this.workspace} .lines=${all} .bySum=${this.bySum}></eigen-spectra>
      <div class="comparison-table" role="region" aria-label="Numbers of all datasets" tabindex="0">
        <table class="figures">
          <thead>
            <tr>
              ${this.#head("name", "name", "dataset", false)}
              ${Object.entries(columns).map(([key, column]) => this.#head(key, column.label, column.heading))}
            </tr>
          </thead>
          <tbody>
            ${repeat(
              this.#inOrder(all),
              ({ dataset }) => dataset.id,
              (one) => this.#row(one),
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  #head(
    key: string,
    label: string,
    words: TemplateResult | string,
    isNumber = true,
  ): TemplateResult {
    const order = this.sorted?.by === key ? this.sorted.order : null;
    return html`<th scope="col" class=${isNumber ? "" : "named"} aria-sort=${order ?? "none"}>
      ${words}
      <button
        type="button"
        class="quiet sort"
        data-sort=${key}
        aria-label="Sort by ${label}"
        title="Sort by ${label}"
        @click=${() => this.#sort(key)}
      >
        ${marks[order ?? "none"]}
      </button>
    </th>`;
  }

  #row(one: Compared): TemplateResult {
    const { dataset, style } = one;
    const { state } = this.workspace;
    const isSelected = state.selected === dataset.id;
    return html`<tr data-compared=${dataset.name} ?data-current=${isSelected}>
      <th scope="row" class="named">
        ${swatch(style, theme(state))}
        <button
          type="button"
          class="link"
          aria-pressed=${isSelected}
          title="Put this dataset in view"
          @click=${() => this.workspace.select(dataset.id)}
        >
          ${breakable(dataset.name)}
        </button>
      </th>
      ${Object.values(columns).map((column) => html`<td>${column.cell(one)}</td>`)}
    </tr>`;
  }

  /** Up, down, and back to the order of the list. */
  #sort(by: string): void {
    const { sorted } = this;
    if (sorted?.by !== by) this.sorted = { by, order: "ascending" };
    else this.sorted = sorted.order === "ascending" ? { by, order: "descending" } : null;
  }

  #inOrder(all: readonly Compared[]): readonly Compared[] {
    const { sorted } = this;
    if (!sorted) return all;
    const key = columns[sorted.by]?.key ?? (({ dataset }: Compared) => dataset.name);
    const sign = sorted.order === "ascending" ? 1 : -1;
    return [...all].sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      if (left === null || right === null) return Number(left === null) - Number(right === null);
      return sign * compare(left, right);
    });
  }
}

const marks = { ascending: "↑", descending: "↓", none: "↕" };
const names = new Intl.Collator("en", { numeric: true });

function compare(left: number | string, right: number | string): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return names.compare(String(left), String(right));
}

/** Those that have a spectrum; the style is that of the place in the list. */
function compared(datasets: readonly Dataset[]): Compared[] {
  return datasets.flatMap((dataset, style) => {
    const { analysis } = dataset;
    return analysis ? [{ dataset, analysis, style }] : [];
  });
}

function number(
  name: TermName,
  key: (one: Compared) => number | null,
  shown: (value: number | null) => string,
): Column {
  return { label: name, heading: term(name), key, cell: (one) => shown(key(one)) };
}

function metric(name: TermName, word: string, of: (analysis: Analysis) => number | null): Column {
  return {
    label: word,
    heading: term(name, word),
    key: ({ analysis }) => of(analysis),
    cell: ({ analysis }) => {
      const value = of(analysis);
      return value === null ? "–" : measure(`compared.${name}`, value);
    },
  };
}

function alphaCell(one: Compared): TemplateResult | string {
  const value = alpha(one);
  if (value === null)
    return html`<span title=${one.dataset.outcome?.reason?.message ?? ""}>–</span>`;
  const { uncertainty, uncertainty_reason: reason } = one.dataset.outcome ?? {};
  return html`${exponent("compared.alpha", value)}
  ${give("compared.interval", uncertainty ? halfWidth(uncertainty) : null, !reason)}`;
}

/** A piece of the line that a dataset has in the picture. */
function swatch(style: number, theme: "light" | "dark"): TemplateResult {
  const { colour, strokes } = lineStyle(style, theme);
  return html`<svg class="swatch" viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
    <line x1="0" y1="4" x2="24" y2="4" stroke=${colour} stroke-width="2.5" stroke-dasharray=${strokes.join(" ")} />
  </svg>`;
}

customElements.define("eigen-compare", Comparison);
