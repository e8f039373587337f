import { html, nothing, type TemplateResult } from "lit";
import type { Analysis, Facts, WindowReport } from "../engine/types";
import { type Dataset, shownAnalysis } from "../state/dataset";
import { selectedDataset } from "../state/state";
import type { Workspace } from "../state/workspace";
import { choiceRow } from "./choices";
import { nullRow } from "./nulls";
import { Part } from "./part";
import { rankRow } from "./ranks";
import { shapeRow } from "./shape";
import { uncertaintyRow } from "./uncertainty";
import { windowRow } from "./windows";

/** What the rows are made from. */
export interface Depth {
  workspace: Workspace;
  dataset: Dataset;
  /** null where the features as they are prepared have no spectrum (yet). */
  found: { analysis: Analysis; facts: Facts; outcome: WindowReport } | null;
  /** Whether this row is open. */
  open: boolean;
}

/** A folded row: its conclusion, and what it rests on. */
export interface Row {
  title: string;
  conclusion: string;
  body: TemplateResult | typeof nothing;
}

/** In the order in which a careful reader asks. */
const rows = {
  windows: windowRow,
  uncertainty: uncertaintyRow,
  shape: shapeRow,
  nulls: nullRow,
  ranks: rankRow,
  choices: choiceRow,
} satisfies Record<string, (depth: Depth) => Row>;

type RowName = keyof typeof rows;

/** What takes all eigenvalues; a link brings some. */
const takeAll: ReadonlySet<RowName> = new Set(["shape", "nulls"]);

/** How far α can be trusted: each question says its answer while folded, and shows what it rests on when open. */
class DepthStrip extends Part {
  readonly #open = new Set<RowName>();
  /** What was last known of the dataset in view: it keeps its place while another preparation is computed. */
  #last: { id: number; found: NonNullable<Depth["found"]> } | null = null;

  override render(): TemplateResult | typeof nothing {
    const dataset = selectedDataset(this.workspace.state);
    if (!dataset) return nothing;
    const analysis = shownAnalysis(dataset);
    const { report: outcome } = dataset;
    if (!dataset.study && !analysis) return nothing;
    const found = analysis && outcome ? { analysis, facts: analysis.facts, outcome } : null;
    if (found) this.#last = { id: dataset.id, found };
    else if (dataset.withheld || this.#last?.id !== dataset.id) this.#last = null;
    const isOfPoints = found?.facts.given === "points";
    const names = (Object.keys(rows) as RowName[]).filter(
      (name) => !(isOfPoints && takeAll.has(name)),
    );
    return html`<section class="depth" aria-label="How far to trust it">
      ${names.map((name) => this.#row(name, dataset, found))}
    </section>`;
  }

  #row(name: RowName, dataset: Dataset, found: Depth["found"]): TemplateResult {
    const open = this.#open.has(name);
    const { workspace } = this;
    const now = rows[name]({ workspace, dataset, found, open });
    // The choices are those of now, whatever is known of them.
    const shown = name === "choices" ? found : (found ?? this.#last?.found ?? null);
    const { body } = found === shown ? now : rows[name]({ workspace, dataset, found: shown, open });
    const conclusion = now.conclusion.replace(/\.$/, "") || (dataset.withheld ? "–" : "…");
    return html`<details class="more ${name}" @toggle=${(event: Event) => this.#toggle(event, name)}>
      <summary>
        <h2 class="more-title">${now.title}</h2> <span class="conclusion">${conclusion}</span>
      </summary>
      <div class="more-body" aria-busy=${found !== shown}>${body}</div>
    </details>`;
  }

  #toggle(event: Event, name: RowName): void {
    if (event.target !== event.currentTarget) return;
    if ((event.currentTarget as HTMLDetailsElement).open) this.#open.add(name);
    else this.#open.delete(name);
    this.requestUpdate();
  }
}

customElements.define("eigen-depth", DepthStrip);
