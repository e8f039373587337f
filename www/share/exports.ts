import { html, nothing, type TemplateResult } from "lit";
import { selectedDataset, theme } from "../state/state";
import { saveFile } from "../view/download";
import { icons } from "../view/icons";
import { comparedOf } from "../view/measures";
import { Part } from "../view/part";
import { segments } from "../view/segments";
import { exportedPicture, type Picture, type PictureOptions } from "./picture";
import { png } from "./png";
import { pythonForAll } from "./python";
import { type Shown, shownBy } from "./shown";
import { reportsJson, spectraCsv, tableCsv, tableMarkdown } from "./tables";

/** In pixels; as the command draws. */
const size = { width: 960, height: 600 };

type Kind = PictureOptions["kind"];

/** What the page shows, as files and text for other programs. Pictures and Reports bring their results back. */
class Exports extends Part {
  static override properties = {
    ...Part.properties,
    kind: { state: true },
    colours: { state: true },
    done: { state: true },
  };

  /** Which picture is wanted, where there are both. */
  declare kind: Kind;
  /** Pictures for paper are light though the page is dark. */
  declare colours: "page" | "light";
  /** What was done last, in words. */
  declare done: string;

  constructor() {
    super();
    this.kind = "spectra";
    this.colours = "page";
    this.done = "";
  }

  override render(): TemplateResult | typeof nothing {
    const { state } = this.workspace;
    const count = comparedOf(state.datasets).length;
    if (count === 0) return nothing;
    return html`<section class="exports" aria-label="More formats">
      <div role="group" aria-labelledby="exports-picture">
        <h2 id="exports-picture">Picture</h2>
        ${
          this.#kinds.length > 1
            ? segments("picture-kind", "of", kinds, this.#kind, (kind) => {
                this.kind = kind;
              })
            : nothing
        }
        ${
          theme(state) === "dark"
            ? segments("picture-colours", "in", colours, this.colours, (chosen) => {
                this.colours = chosen;
              })
            : nothing
        }
        <div class="buttons">
          ${save("svg", "SVG", "Save the picture with its results inside", () => this.#svg())}
          ${save("png", "PNG", "Save the picture at twice its size, with its results inside", () => this.#png())}
        </div>
        <p class="muted">It carries its results: drop it on this page, and they are back.</p>
      </div>
      <div role="group" aria-labelledby="exports-numbers">
        <h2 id="exports-numbers">${count > 1 ? "Numbers of all datasets" : "Numbers"}</h2>
        <div class="buttons">
          ${this.#file("spectra-csv", "Spectra, CSV", "Save every eigenvalue", "spectra.csv", spectraCsv)}
          ${this.#file("table-csv", "Table, CSV", "Save a line for each dataset", "datasets.csv", tableCsv)}
          ${this.#file("reports-json", "Reports, JSON", "Save the whole Report of each dataset", "reports.eigenscope.json", (shown) => reportsJson(shown, 1))}
          ${this.#text("markdown", "Table, Markdown", "Copy a line for each dataset", tableMarkdown)}
          ${this.#text("python", "Python", "Copy a NumPy script that gives every α from these files", pythonForAll)}
        </div>
      </div>
      <p class="muted done" role="status">${this.done}</p>
    </section>`;
  }

  /** The pictures that there are. */
  get #kinds(): Kind[] {
    const { state } = this.workspace;
    const compared = comparedOf(state.datasets);
    const isAny = compared.filter(({ dataset }) => !dataset.isHidden).length > 1;
    return [
      ...(selectedDataset(state)?.analysis ? (["spectrum"] as const) : []),
      ...(isAny ? (["spectra"] as const) : []),
    ];
  }

  get #kind(): Kind {
    const kinds = this.#kinds;
    return kinds.includes(this.kind) ? this.kind : (kinds[0] ?? "spectra");
  }

  #picture(): Picture {
    const ofPage = theme(this.workspace.state);
    const options = {
      ...size,
      kind: this.#kind,
      theme: this.colours === "page" ? ofPage : "light",
    };
    return exportedPicture(shownBy(this.workspace), options as PictureOptions);
  }

  #svg(): void {
    this.#saved(`${this.#pictureName}.svg`, this.#picture().svg, "image/svg+xml");
  }

  async #png(): Promise<void> {
    const { svg, reports } = this.#picture();
    this.#saved(`${this.#pictureName}.png`, await png(svg, reports), "image/png");
  }

  get #pictureName(): string {
    const name = selectedDataset(this.workspace.state)?.name.replace(/\.\w+$/, "") ?? "";
    return this.#kind === "spectrum" ? `${name}.eigenscope` : "spectra.eigenscope";
  }

  #file(
    name: string,
    label: string,
    title: string,
    fileName: string,
    make: (shown: Shown) => string,
  ): TemplateResult {
    const type = fileName.endsWith(".csv") ? "text/csv" : "application/json";
    return save(name, label, title, () =>
      this.#saved(fileName, make(shownBy(this.workspace)), type),
    );
  }

  #saved(name: string, content: string | Blob, type: string): void {
    saveFile(name, content, type);
    this.done = `Saved ${name}.`;
  }

  #text(
    name: string,
    label: string,
    title: string,
    make: (shown: Shown) => string | undefined,
  ): TemplateResult {
    const copy = async (): Promise<void> => {
      const text = make(shownBy(this.workspace));
      if (text === undefined) {
        this.done = "None of these has an α in this window and files to compute it from.";
        return;
      }
      try {
        await navigator.clipboard.writeText(text);
        this.done = `Copied: ${label}.`;
      } catch {
        this.workspace.say(
          "copy_refused",
          "The browser did not let the page copy. The buttons beside it save files.",
        );
      }
    };
    return html`<button type="button" class="small" name=${name} title=${title} @click=${copy}>
      ${icons.copy} ${label}
    </button>`;
  }
}

const kinds = [
  ["spectrum", "this spectrum"],
  ["spectra", "all spectra"],
] as const;

const colours = [
  ["page", "dark"],
  ["light", "light"],
] as const;

function save(name: string, label: string, title: string, click: () => unknown): TemplateResult {
  return html`<button type="button" class="small" name=${name} title=${title} @click=${click}>
    ${icons.download} ${label}
  </button>`;
}

customElements.define("eigen-exports", Exports);
