import { html, nothing, type TemplateResult } from "lit";
import type { Estimate, Relation } from "../engine/comparing-types";
import { caveatOf, distanceFromOne, relationOf } from "../engine/index";
import type { Refusal } from "../engine/types";
import { type Dataset, givenName } from "../state/dataset";
import { type Score, scoreOf } from "../state/scores";
import { selectedDataset } from "../state/state";
import type { Dots } from "./dots";
import "./dots";
import { counted, decimals, significant } from "./format";
import { type Compared, measures } from "./measures";
import { Part } from "./part";

/** Models that have a score. */
interface Scored {
  one: Compared;
  score: number;
}

/** A relation, and the values and scores in turn that it is of. */
interface Found {
  pairs: readonly number[];
  relation: Relation;
}

/** What is to be found, and the numbers that it is of. */
interface Asked {
  of: readonly number[];
  find: () => void;
}

/** What changes is looked at anew after so many milliseconds of rest. */
const PAUSE = 200;

/** A measure of all models. */
interface Column {
  name: string;
  label: string;
  isAlpha: boolean;
  values: readonly (number | null)[];
  shown: (value: number) => string;
}

/** Whether a measure goes with what the models score at something else: the papers' own question, asked of the person's own models. */
class Predict extends Part {
  static override properties = { ...Part.properties, lines: { attribute: false } };

  declare lines: readonly Compared[];
  /** The relations that were found last, by measure, and what of: two thousand resamples each are not for every frame in which a window moves. */
  readonly #found = new Map<string, Found>();
  #matched: {
    names: string;
    scores: readonly Score[];
    values: ReadonlyMap<number, number>;
  } | null = null;
  #caveat: { models: number; sentence: Refusal } | null = null;
  /** By name, in the order in which it is found: one after another, so that none of it holds up the page for long. */
  readonly #asked = new Map<string, Asked>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render(): TemplateResult {
    const { scores } = this.workspace.state;
    return html`<section class="predict" aria-label="Does it predict?" @dragover=${allow} @drop=${this.#drop}>
      <div class="part-head"><h2 class="more-title">Does it predict?</h2></div>
      ${scores ? this.#answer(scores) : this.#question()}
    </section>`;
  }

  #question(): TemplateResult {
    return html`<p class="muted">
        Paste what the models score at something else (accuracy of a linear probe, a benchmark), a line
        each: the name, a comma, the score. Or drop such a file here.
      </p>
      <textarea
        name="scores"
        rows="4"
        aria-label="Names and scores"
        spellcheck="false"
        placeholder=${this.lines
          .slice(0, 2)
          .map(({ dataset }) => `${dataset.name}, 0.71`)
          .join("\n")}
      ></textarea>
      <div class="buttons">
        <button type="button" class="small" name="take-scores" @click=${this.#take}>
          Compare with these
        </button>
      </div>`;
  }

  #answer(scores: readonly Score[]): TemplateResult {
    const values = this.#matches(scores);
    const scored = this.lines.flatMap((one): Scored[] => {
      const score = values.get(one.dataset.id);
      return score === undefined ? [] : [{ one, score }];
    });
    const missing = this.lines.filter(({ dataset }) => !values.has(dataset.id));
    const columns = columnsOf(scored.map(({ one }) => one));
    const models = scored.length;
    if (this.#caveat?.models !== models)
      this.#ask("caveat", [models], () => {
        this.#caveat = { models, sentence: caveatOf(models) };
      });
    const caveat = this.#caveat?.models === models ? this.#caveat.sentence : null;
    return html`<p>
        ${counted(scored.length, "dataset")} with a score, of ${this.lines.length}.
        ${missing.length > 0 ? html`<span class="muted">None for ${listed(missing.map(({ dataset }) => dataset.name))}.</span>` : nothing}
        <button type="button" class="small" name="other-scores" @click=${() => this.workspace.score(null)}>
          Other scores
        </button>
      </p>
      ${caveat ? html`<p data-code=${caveat.code}>${caveat.message}</p>` : nothing}
      ${scored.length < 2 ? nothing : this.#relations(columns, scored)}`;
  }

  #relations(columns: readonly Column[], scored: readonly Scored[]): TemplateResult {
    const of = columns.map(({ name, values }) => {
      const pairs = values.flatMap((value, index) => {
        const score = scored[index]?.score;
        return value === null || score === undefined ? [] : [{ value, score }];
      });
      return this.#relation(
        name,
        pairs.flatMap(({ value, score }) => [value, score]),
      );
    });
    return html`<div class="relations-scroll" role="region" aria-label="Rank correlations with the score" tabindex="0">
        <table class="figures relations">
          <caption>
            Rank correlation with the score; 95 % intervals by the bootstrap over models
          </caption>
          <thead>
            <tr>
              <th scope="col">measure</th>
              <th scope="col">Spearman <i class="symbol">ρ</i></th>
              <th scope="col">Kendall <i class="symbol">τ</i></th>
              <th scope="col">models</th>
            </tr>
          </thead>
          <tbody>
            ${columns.map(({ name, label }, index) => {
              const relation = of[index];
              return html`<tr data-relation=${name}>
                <th scope="row">${label}</th>
                <td>${relation ? estimate("spearman", relation.spearman) : "…"}</td>
                <td>${relation ? estimate("kendall", relation.kendall) : "…"}</td>
                <td>${relation?.models ?? "…"}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      <div class="scatters">
        ${columns
          .filter(({ values }) => values.some((value) => value !== null))
          .map(
            (column) =>
              html`<eigen-dots
              .workspace=${this.workspace}
              .any=${scored[0]?.one.analysis ?? null}
              .shown=${this.#dots(column, scored)}
            ></eigen-dots>`,
          )}
      </div>`;
  }

  /** The score of each dataset, by its id; found anew when names or scores have changed. */
  #matches(scores: readonly Score[]): ReadonlyMap<number, number> {
    const names = this.lines.map(({ dataset }) => `${dataset.id} ${dataset.name}`).join("\n");
    if (this.#matched?.names === names && this.#matched.scores === scores)
      return this.#matched.values;
    const values = new Map<number, number>();
    for (const { dataset } of this.lines) {
      const score = scoreOf(namesOf(dataset), scores);
      if (score) values.set(dataset.id, score.value);
    }
    this.#matched = { names, scores, values };
    return values;
  }

  /** Of values and scores in turn; null until it is found. */
  #relation(name: string, pairs: readonly number[]): Relation | null {
    const known = this.#found.get(name);
    if (known && isSame(known.pairs, pairs)) return known.relation;
    this.#ask(name, pairs, () => {
      const relation = relationOf(
        pairs.filter((_, i) => i % 2 === 0),
        pairs.filter((_, i) => i % 2 === 1),
      );
      this.#found.set(name, { pairs, relation });
    });
    return null;
  }

  /** Has something found: at once if nothing was known before, else once it has not changed for a while. */
  #ask(name: string, of: readonly number[], find: () => void): void {
    const asked = this.#asked.get(name);
    if (asked && isSame(asked.of, of)) return;
    this.#asked.set(name, { of, find });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#findNext(), this.#found.size > 0 ? PAUSE : 0);
  }

  #findNext(): void {
    const [next] = this.#asked;
    if (!next) return;
    const [name, { find }] = next;
    this.#asked.delete(name);
    find();
    this.requestUpdate();
    if (this.#asked.size > 0) this.#timer = setTimeout(() => this.#findNext());
  }

  #dots({ label, isAlpha, values, shown }: Column, scored: readonly Scored[]): Dots {
    const selected = selectedDataset(this.workspace.state);
    const dots = scored.flatMap(({ one: { dataset, short: name }, score }, index) => {
      const value = values[index] ?? null;
      if (value === null) return [];
      const { id, style } = dataset;
      const words = () => `${name} · ${label} ${shown(value)} · score ${significant(score, 4)}`;
      const isStrong = id === selected?.id;
      return [{ name, x: value, y: score, interval: null, style, isStrong, words }];
    });
    return { kind: "scatter", x: label, y: "score", isAlpha, dots };
  }

  #take(): void {
    const field = this.querySelector<HTMLTextAreaElement>("textarea[name=scores]");
    this.workspace.score(field?.value ?? "");
  }

  async #drop(event: DragEvent): Promise<void> {
    const [file] = event.dataTransfer?.files ?? [];
    const text = event.dataTransfer?.getData("text/plain") ?? "";
    if (!file && text === "") return;
    event.preventDefault();
    event.stopPropagation();
    // The page's own listener takes the veil away with this.
    window.dispatchEvent(new DragEvent("dragleave"));
    try {
      this.workspace.score(file ? await file.slice(0, MOST_BYTES).text() : text);
    } catch {
      this.workspace.say(
        "no_scores",
        `${file?.name ?? "That"} could not be read. Paste the scores.`,
      );
    }
  }
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number, index) => number === others[index]);
}

/** A file of scores is text of a few lines. */
const MOST_BYTES = 1 << 20;

function allow(event: DragEvent): void {
  event.preventDefault();
}

/** The names under which a dataset may have a score: its own, and that of its files. */
function namesOf({ name, files }: Dataset): readonly string[] {
  return [name, givenName(files)];
}

function columnsOf(all: readonly Compared[]): Column[] {
  const columns = Object.entries(measures).map(([name, { label, of, shown }]): Column => {
    return { name, label, isAlpha: name === "alpha", values: all.map(of), shown };
  });
  const [alphas] = columns;
  const distances = distanceFromOne((alphas?.values ?? []).map((value) => value ?? Number.NaN));
  columns.splice(1, 0, {
    name: "distance",
    label: "|α − 1|",
    isAlpha: false,
    values: distances.map((value) => (Number.isNaN(value) ? null : value)),
    shown: (value) => decimals(value),
  });
  return columns;
}

function estimate(name: string, found: Estimate | null | undefined): TemplateResult | string {
  if (!found) return "–";
  const { value, low, high } = found;
  const interval =
    low === null || high === null
      ? nothing
      : html`<span class="give">${decimals(low, 2)} to ${decimals(high, 2)}</span>`;
  return html`<data value=${String(value)} data-name=${name}>${decimals(value, 2)}</data> ${interval}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

customElements.define("eigen-predict", Predict);
