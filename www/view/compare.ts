import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { comparabilityOf } from "../engine/index";
import { type Order, orderOf } from "../state/order";
import { theme } from "../state/state";
import styles from "../style/compare.css?inline";
import { wear } from "../style/worn";
import { adornment } from "./adorn";
import { known, significant } from "./format";
import { breakable } from "./list";
import { type Compared, comparedOf, type MeasureName, measures } from "./measures";
import { exponent, give, goodness, measure, near } from "./number";
import { Part } from "./part";
import { segments } from "./segments";
import type { SpectraFigure } from "./spectra";
import "./predict";
import "./spectra";
import { swatch } from "./swatch";
import { term } from "./term";
import "./trend";
import { halfWidth } from "./uncertainty";

wear(styles);

/** A column of the comparison: its heading, what it is sorted by, and what it shows. */
interface Column {
  /** What it is called where it is not shown. */
  label: string;
  heading: TemplateResult | string;
  /** A number; null comes last whichever way it is sorted. */
  key: (one: Compared) => number | null;
  cell: (one: Compared) => TemplateResult | string;
}

type Direction = "ascending" | "descending";

const columns: Record<string, Column> = {
  n: count("n"),
  d: count("d"),
  alpha: {
    label: "α",
    heading: html`<i class="symbol">α</i> ± 95 %`,
    key: measures.alpha.of,
    cell: (one) => alphaCell(one),
  },
  r2: column("r2", (name, value) => goodness(name, value)),
  rankme: column("rankme", (name, value) => measure(name, value)),
  participation: {
    ...column("participation", (name, value) => measure(name, value)),
    heading: term("participation_ratio", "participation"),
  },
};

/** All spectra in one picture, a table that is its legend, and what can be asked of several: where they go, and whether they predict anything. */
class Comparison extends Part {
  static override properties = {
    ...Part.properties,
    sorted: { state: true },
    adorned: { state: true },
  };

  /** null: in the order of the list. */
  declare sorted: { by: string; direction: Direction } | null;
  /** The dataset whose adornments are open. */
  declare adorned: number | null;

  constructor() {
    super();
    this.sorted = null;
    this.adorned = null;
  }

  override render(): TemplateResult | typeof nothing {
    const all = comparedOf(this.workspace.state.datasets);
    if (all.length < 2) return nothing;
    const order = orderOf(all.map(({ dataset }) => dataset));
    const shown = all.filter(({ dataset }) => !dataset.isHidden);
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
          this.workspace.state.bySum ? "sum" : "raw",
          (value) => this.workspace.divideBySum(value === "sum"),
        )}
      </div>
      <eigen-spectra
        .workspace=${this.workspace}
        .lines=${shown}
        .bySum=${this.workspace.state.bySum}
        @pointed=${(event: CustomEvent<number | null>) => this.#mark(event.detail)}
      ></eigen-spectra>
      <div class="comparison-table" role="region" aria-label="Numbers of all datasets" tabindex="0">
        ${this.#table(all, order)}
      </div>
      ${this.#warnings(shown)}
      <eigen-trend .workspace=${this.workspace} .lines=${shown} .order=${order}></eigen-trend>
      <eigen-predict .workspace=${this.workspace} .lines=${shown}></eigen-predict>
    </section>`;
  }

  #table(all: readonly Compared[], order: Order): TemplateResult {
    const place: Column = {
      label: order.axis,
      heading: order.axis,
      key: ({ dataset }) => order.places.get(dataset.id) ?? null,
      cell: ({ dataset }) => {
        const value = order.places.get(dataset.id);
        return value === undefined ? "–" : significant(value, 7).replace(/\.0+$/, "");
      },
    };
    const shown: Record<string, Column> = order.places.size > 0 ? { place, ...columns } : columns;
    return html`<table class="figures">
      <thead>
        <tr>
          ${this.#head("name", "name", "dataset", "named")}
          ${Object.entries(shown).map(([key, { label, heading }]) => this.#head(key, label, heading, ""))}
          <td></td>
        </tr>
      </thead>
      <tbody @keydown=${walk} @focusout=${() => this.#point(null)} @pointerleave=${() => this.#point(null)}>
        ${repeat(
          this.#inOrder(all, shown),
          ({ dataset }) => dataset.id,
          (one) => {
            const { dataset, analysis, short } = one;
            const of = [dataset, analysis, short, order.axis, order.places.get(dataset.id)];
            const { state } = this.workspace;
            // What stands under ⋯ knows its place among all.
            const adorned = this.adorned === dataset.id && state.datasets;
            const seen = [state.selected === dataset.id, adorned, theme(state)];
            return guard([...of, ...seen, Object.keys(shown).length], () =>
              this.#row(one, Object.values(shown), order),
            );
          },
        )}
      </tbody>
    </table>`;
  }

  #head(
    key: string,
    label: string,
    words: TemplateResult | string,
    kind: "named" | "",
  ): TemplateResult {
    const direction = this.sorted?.by === key ? this.sorted.direction : null;
    return html`<th scope="col" class=${kind} aria-sort=${direction ?? "none"}>
      ${words}
      <button
        type="button"
        class="quiet sort"
        data-sort=${key}
        aria-label="Sort by ${label}"
        title="Sort by ${label}"
        @click=${() => this.#sort(key)}
      >
        ${marks[direction ?? "none"]}
      </button>
    </th>`;
  }

  #row(one: Compared, shown: readonly Column[], order: Order): TemplateResult {
    const { id, name, style, isHidden } = one.dataset;
    const { state } = this.workspace;
    const isSelected = state.selected === id;
    const isAdorned = this.adorned === id;
    return html`<tr
        data-compared=${name}
        data-id=${id}
        ?data-current=${isSelected}
        ?data-hidden=${isHidden}
        @pointerenter=${() => this.#point(id)}
        @focusin=${() => this.#point(id)}
      >
        <th scope="row" class="named">
          <button
            type="button"
            class="quiet line"
            aria-label="Show ${name} in the pictures"
            aria-pressed=${!isHidden}
            title=${isHidden ? "Show in the pictures" : "Leave out of the pictures"}
            @click=${() => this.workspace.adorn(id, { isHidden: !isHidden })}
          >
            ${swatch(style, theme(state))}
          </button>
          <button
            type="button"
            class="link"
            aria-pressed=${isSelected}
            title="Put ${name} in view"
            @click=${() => this.workspace.select(id)}
          >
            ${breakable(one.short)}
          </button>
        </th>
        ${shown.map((column) => html`<td>${column.cell(one)}</td>`)}
        <td>
          <button
            type="button"
            class="quiet adorn"
            aria-expanded=${isAdorned}
            aria-label="Change how ${name} is shown"
            title="Name, line, order"
            @click=${() => {
              this.adorned = isAdorned ? null : id;
            }}
          >
            ⋯
          </button>
        </td>
      </tr>
      ${
        isAdorned
          ? html`<tr class="adorned">
              <td colspan=${shown.length + 2}>
                ${adornment(this.workspace, one.dataset, order.axis, order.places.get(id))}
              </td>
            </tr>`
          : nothing
      }`;
  }

  /** What keeps them from being compared. */
  #warnings(shown: readonly Compared[]): TemplateResult | typeof nothing {
    const candidates = shown.map(({ dataset: { outcome }, analysis: { facts }, short: name }) => {
      const { n, d, preparation, dropped_components } = facts;
      const { fit } = outcome ?? {};
      const window: [number, number] | null = fit ? [fit.first, fit.last] : null;
      return { name, n, d, preparation, dropped_components, window };
    });
    const found = comparabilityOf(candidates);
    if (found.length === 0) return nothing;
    return html`<ul class="warnings" aria-label="What keeps them from being compared">
      ${found.map(({ code, message }) => html`<li data-code=${code}>${message}</li>`)}
    </ul>`;
  }

  /** Shows the line of a dataset among the others. */
  #point(id: number | null): void {
    this.querySelector<SpectraFigure>("eigen-spectra")?.point(id);
    this.#mark(id);
  }

  #mark(id: number | null): void {
    for (const row of this.querySelectorAll<HTMLElement>("[data-compared]"))
      row.toggleAttribute("data-pointed", row.dataset.id === String(id));
  }

  /** Up, down, and back to the order of the list. */
  #sort(by: string): void {
    const { sorted } = this;
    if (sorted?.by !== by) this.sorted = { by, direction: "ascending" };
    else this.sorted = sorted.direction === "ascending" ? { by, direction: "descending" } : null;
  }

  #inOrder(all: readonly Compared[], shown: Record<string, Column>): readonly Compared[] {
    const { sorted } = this;
    if (!sorted) return all;
    const sign = sorted.direction === "ascending" ? 1 : -1;
    const key = shown[sorted.by]?.key;
    if (!key) return [...all].sort((a, b) => sign * names.compare(a.dataset.name, b.dataset.name));
    return [...all].sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      if (left === null || right === null) return Number(left === null) - Number(right === null);
      return sign * (left - right);
    });
  }
}

const marks = { ascending: "↑", descending: "↓", none: "↕" };
const names = new Intl.Collator("en", { numeric: true });

/** Up and down go to the same button of the row above or below. */
function walk(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const button = event.target;
  if (step === 0 || !(button instanceof HTMLButtonElement)) return;
  const kind = [...button.classList].find((name) => ["line", "link", "adorn"].includes(name));
  if (!kind || button.closest(".adorned")) return;
  const alike = [
    ...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(
      `[data-compared] button.${kind}`,
    ),
  ];
  const next = alike[alike.indexOf(button) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function count(name: "n" | "d"): Column {
  const of = ({ analysis }: Compared): number | null => analysis.facts[name];
  return { label: name, heading: term(name), key: of, cell: (one) => known(of(one)) };
}

function column(name: MeasureName, cell: (name: string, value: number) => TemplateResult): Column {
  const { label, heading, of } = measures[name];
  return {
    label,
    heading,
    key: of,
    cell: (one) => {
      const value = of(one);
      return value === null ? "–" : cell(`compared.${name}`, value);
    },
  };
}

function alphaCell(one: Compared): TemplateResult | string {
  const value = measures.alpha.of(one);
  if (value === null)
    return html`<span title=${one.dataset.outcome?.reason?.message ?? ""}>–</span>`;
  const { uncertainty, uncertainty_reason: reason } = one.dataset.outcome ?? {};
  return html`${near(one.dataset.outcome)}${exponent("compared.alpha", value)}
  ${give("compared.interval", uncertainty ? halfWidth(uncertainty) : null, !reason)}`;
}

customElements.define("eigen-compare", Comparison);
