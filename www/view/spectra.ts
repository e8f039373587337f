import { spectraPlot } from "../engine/index";
import type { Analysis, Figure, FigureOptions } from "../engine/types";
import { selectedDataset } from "../state/state";
import type { Compared } from "./compare";
import { Drawn } from "./drawn";

/** The picture of all spectra. */
class SpectraFigure extends Drawn {
  static override properties = {
    ...Drawn.properties,
    lines: { attribute: false },
    bySum: { attribute: false },
  };

  declare lines: readonly Compared[];
  declare bySum: boolean;

  constructor() {
    super();
    this.open = true;
    this.lines = [];
  }

  /** Any of them will do: the picture is of all. */
  protected override get analysis(): Analysis | null {
    return this.lines[0]?.analysis ?? null;
  }

  protected override get choices(): readonly unknown[] {
    const lines = this.lines.flatMap(({ analysis, style }) => [analysis, style]);
    return [this.bySum, this.workspace.state.selected, lines.length, ...lines];
  }

  protected override draw(_analysis: Analysis, options: FigureOptions): Figure {
    const selected = selectedDataset(this.workspace.state);
    const lines = this.lines.map(({ dataset, analysis, style }) => {
      return { analysis, style, isStrong: dataset.id === selected?.id };
    });
    const { width, height, theme, first, last } = options;
    return spectraPlot(lines, { width, height, theme, first, last, bySum: this.bySum });
  }
}

customElements.define("eigen-spectra", SpectraFigure);
