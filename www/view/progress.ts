import { html, nothing, type TemplateResult } from "lit";
import type { Progress, StudyProgress } from "../engine/types";
import { type Dataset, partOf } from "../state/dataset";
import { isPending, runningDataset } from "../state/state";
import { bytes, duration, whole } from "./format";
import { Part } from "./part";

/** The thin bar under the header while a file is read, with everything that is known of it. */
class ProgressBar extends Part {
  override render(): TemplateResult | typeof nothing {
    const { batch, datasets } = this.workspace.state;
    const dataset = runningDataset(this.workspace.state);
    if (!dataset) return nothing;
    const { name, progress, solved, studying } = dataset;
    if (studying) return this.#study(name, studying);
    const all = datasets.filter(({ id }) => batch.includes(id));
    const through = all.filter((one) => !isPending(one)).length;
    const isOne = all.length < 2;
    return html`<section class="progress" aria-label="Run under way">
      <progress
        aria-label=${isOne ? `Reading ${name}` : `Reading ${all.length} datasets`}
        max=${all.length || 1}
        .value=${through + partOf(dataset)}
      ></progress>
      <p class="progress-words">
        ${isOne ? nothing : html`<span data-name="queue">${whole(through + 1)} of ${whole(all.length)}</span>`}
        <span class="progress-name">${name}</span>
        ${progress ? this.#words(progress, solved) : html`<span>${beforeRows(dataset)}</span>`}
        <button type="button" class="small" name="cancel" @click=${() => this.workspace.cancel()}>
          Cancel <kbd>Esc</kbd>
        </button>
        ${
          all.length > through + 1
            ? html`<button
                type="button"
                class="small"
                name="cancel-all"
                @click=${() => this.workspace.cancelAll()}
              >
                Cancel all
              </button>`
            : nothing
        }
      </p>
    </section>`;
  }

  /** What follows the first answer: a bar that takes no room, and words where there is room for them anyway. */
  #study(name: string, { done, total }: StudyProgress): TemplateResult {
    return html`<section class="progress studying" aria-label="Run under way">
      <progress aria-label="Computing what follows" max=${total || 1} .value=${done}></progress>
      <p class="progress-words">
        <span class="progress-name">${name}</span>
        <span>${total > 0 ? `computing ${whole(done)} of ${whole(total)}` : "computing"}</span>
        <button type="button" class="small" name="cancel" @click=${() => this.workspace.cancel()}>
          Cancel <kbd>Esc</kbd>
        </button>
      </p>
    </section>`;
  }

  #words(progress: Progress, solved: number | null): TemplateResult {
    const { rows, rowsTotal, bytesPerSecond, secondsLeft } = progress;
    if (progress.stage === "eigenvalues") {
      return html`<span>all ${whole(rowsTotal)} rows read, ${solving(solved)}</span>`;
    }
    return html`<span
        ><data value=${String(rows)} data-name="rows_read">${whole(rows)}</data> of
        ${whole(rowsTotal)} rows${progress.onGpu ? " on the GPU" : ""}</span
      >
      <span>${bytes(bytesPerSecond)}/s</span>
      ${secondsLeft === null ? nothing : html`<span>${duration(secondsLeft)} left</span>`}`;
  }
}

function solving(solved: number | null): string {
  return `computing eigenvalues${solved === null ? "" : `, ${whole(100 * solved)} %`}`;
}

/** What is done before there are rows, or where there are none. */
function beforeRows({ solved, unpacked }: Dataset): string {
  if (solved !== null) return solving(solved);
  if (!unpacked) return "opening";
  return `unpacking, ${bytes(unpacked.done)} of ${bytes(unpacked.total)}`;
}

customElements.define("eigen-progress", ProgressBar);
