import { html, nothing, type TemplateResult } from "lit";
import { nothingAsked } from "../../state/dataset";
import { swatch } from "../../view/swatch";
import type * as Learn from "../../wasm/learn.js";
import { LessonElement } from "../element";
import type { Canvas } from "../figure";
import { learnModule } from "../module";
import { layerResults, layerSpectra, progress, results, spectraOf } from "./data";
import { methods, networks } from "./names";

/** A row of the table of relations, of all networks or of some. */
interface Row {
  name: string;
  models: number;
  spearman: string | null;
  kendall: string | null;
}

/** Spectra through depth or training, and whether α goes with a score. */
class Networks extends LessonElement {
  static override properties = {
    ...LessonElement.properties,
    module: { state: true },
    series: { state: true },
    relation: { state: true },
  };

  declare module: typeof Learn | null;
  /** The spectra that were asked for last, once they are there. */
  declare series: Learn.SpectraInOrder | null;
  /** Whether α goes with the score that was asked for last, once that is known. */
  declare relation: { said: string; rows: readonly Row[] } | null;
  /** Which spectra they are. */
  #loaded = "";
  /** What the relation is of, or will be. */
  #related = "";
  #scores: { of: string; scores: Learn.NetworkScores } | null = null;

  constructor() {
    super();
    this.module = null;
    this.series = null;
    this.relation = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void learnModule().then((module) => {
      this.module = module;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.series?.free();
    this.series = null;
    this.#loaded = "";
    this.#related = "";
    this.#scores?.scores.free();
    this.#scores = null;
  }

  override willUpdate(): void {
    const { module } = this;
    const { spectra, trained } = this.view.values;
    const wanted = spectra === "minilm" ? "minilm" : `${spectra} ${trained}`;
    if (!module || wanted === this.#loaded) return;
    this.#loaded = wanted;
    void this.#load(module, String(spectra), String(trained), wanted);
  }

  async #load(
    module: typeof Learn,
    network: string,
    method: string,
    wanted: string,
  ): Promise<void> {
    const { SpectraInOrder } = module;
    const found =
      network === "minilm"
        ? SpectraInOrder.of_layers(layerSpectra, layerResults)
        : SpectraInOrder.of_steps(network, method, await spectraOf(network, method), progress);
    if (this.#loaded !== wanted) {
      found.free();
      return;
    }
    const old = this.series;
    this.series = found;
    // Once nothing draws it.
    await this.updateComplete;
    old?.free();
  }

  override render(): TemplateResult | typeof nothing {
    const { module, series, view } = this;
    if (!module || !series) return html`<p class="muted">Loading…</p>`;
    return view.values.show === "accuracy" ? this.#relation(module) : this.#spectra(series);
  }

  #spectra(series: Learn.SpectraInOrder): TemplateResult | typeof nothing {
    const { theme } = this.view;
    const at = Math.min(this.number("at"), series.places.length) - 1;
    const said = series.said(at);
    this.view.say(said);
    if (!this.shows("series")) return nothing;
    const of = [series, at];
    const name = series.along === "layer" ? "layers" : "steps of training";
    const legend = [...series.places].map(
      (place, index) =>
        html`<li ?data-strong=${index === at}>${swatch(index, theme)} ${place}</li>`,
    );
    return html`<section class="networks-part" aria-label="Spectra">
      <p class="networks-said" data-name="said">${said}
        <button type="button" name="open-spectrum" @click=${() => this.#open(series, at)}>
          Open in the analyzer
        </button>
      </p>
      <div class="lesson-figures">
        <eigen-lesson-figure
          .of=${of}
          .theme=${theme}
          .draw=${(canvas: Canvas) => series.picture(at, canvas)}
          .caption=${html`Spectra of the ${name}, each divided by its sum
            <ul class="networks-legend" aria-label="The ${name}">${legend}</ul>`}
        ></eigen-lesson-figure>
        <eigen-lesson-figure
          .of=${of}
          .theme=${theme}
          .draw=${(canvas: Canvas) => series.alphas(at, canvas)}
          .caption=${"α over ranks 11 to 100, with its 95 % interval where it is wider than the dot"}
        ></eigen-lesson-figure>
      </div>
    </section>`;
  }

  #relation(module: typeof Learn): TemplateResult | typeof nothing {
    const { theme, values } = this.view;
    const { task, noise, among } = values;
    const { said = "", rows = [] } = this.relation ?? {};
    const scores = this.#scored(module);
    if (said !== "") this.view.say(said);
    if (!this.shows("scores")) return nothing;
    const legend = networks.map(
      ({ label }, index) => html`<li>${swatch(index, theme)} ${label}</li>`,
    );
    return html`<section class="networks-part" aria-label="α and accuracy">
      <div class="lesson-figures">
        <eigen-lesson-figure
          .of=${[task, noise, among]}
          .theme=${theme}
          .draw=${(canvas: Canvas) => scores.picture(canvas)}
          .caption=${html`Each mark is a network, trained or untrained: a disc with 128 features, a ring with 192. Bars reach from its worst to its best seed. The tiny ViTs were still
            getting better when their training ended
            <ul class="networks-legend" aria-label="Colours">${legend}</ul>`}
        ></eigen-lesson-figure>
        <div class="networks-beside">
        <p class="networks-said" data-name="relation">${said}</p>
        <details class="networks-table">
          <summary>By kind of network and by training</summary>
          <table>
            <caption>
              How α goes with this accuracy, with 95 % intervals of the bootstrap
            </caption>
            <thead>
              <tr><th scope="col">networks</th><th scope="col">Spearman’s ρ</th><th scope="col">Kendall’s τ</th></tr>
            </thead>
            <tbody>
              ${rows.map(
                ({ name, models, spearman, kendall }) => html`<tr data-among=${name}>
                  <th scope="row">${nameOf(name)} (${models})</th>
                  <td>${spearman ?? "–"}</td>
                  <td>${kendall ?? "–"}</td>
                </tr>`,
              )}
            </tbody>
          </table>
        </details>
        </div>
      </div>
    </section>`;
  }

  /** The networks with the score of now; those of the kind that is chosen stand out. */
  #scored(module: typeof Learn): Learn.NetworkScores {
    const { task, noise, among } = this.view.values;
    const asked = { tuned: task === "tuned", noise, among };
    const of = JSON.stringify(asked);
    if (this.#scores?.of !== of) {
      this.#scores?.scores.free();
      this.#scores = { of, scores: new module.NetworkScores(results, asked) };
      void this.#relate(asked, of);
    }
    return this.#scores.scores;
  }

  /** In the worker, because of the intervals. */
  async #relate(asked: unknown, of: string): Promise<void> {
    this.#related = of;
    const ask = async <T>(name: string, ...values: unknown[]): Promise<T | undefined> =>
      of === this.#related ? await this.work.ask<T>("scores", name, ...values) : undefined;
    await ask("new NetworkScores", results, asked);
    const said = await ask<string>(".said");
    const rows = await ask<readonly Row[]>(".table");
    if (of === this.#related && said !== undefined && rows) this.relation = { said, rows };
  }

  /** Takes a spectrum to the analyzer, which has it as any file of eigenvalues. */
  #open(series: Learn.SpectraInOrder, at: number): void {
    const [name, text] = series.file(at);
    if (name === undefined || text === undefined) return;
    const asked = { ...nothingAsked, given: "eigenvalues" as const, n: series.rows };
    this.view.workspace.take(new File([text], name), null, asked);
    location.hash = this.view.workspace.state.analyzer;
  }
}

function nameOf(among: string): string {
  return [...networks, ...methods].find(({ value }) => value === among)?.label ?? "all";
}

customElements.define("eigen-networks", Networks);
