/** A spectrum in the page's own wasm instance. */

import {
  Analysis as Core,
  empty_plot,
  type FigureView,
  type PlotView,
} from "../wasm/eigenscope.js";
import type {
  Analysis as AnalysisInterface,
  Facts,
  Figure,
  MapCell,
  Outcome,
  Plot,
  PlotOptions,
  WindowReport,
} from "./types";

export type Analysis = AnalysisInterface;

/** The spectrum of the rows so far, from what a worker sent. */
export function provisionalAnalysis(plan: unknown, decomposed: unknown): Analysis {
  return fromCore(Core.provisional(plan, decomposed));
}

/** What the core knows of a spectrum, made into something that the page can hold. */
export function fromCore(core: Core): Analysis {
  return {
    facts: core.facts() as Facts,
    eigenvalues: core.eigenvalues(),
    brought: core.brought() ?? null,
    plot: ({ first, last, weight, overlays, ...options }: PlotOptions) => {
      const { nulls, pointed } = overlays ?? noOverlays;
      const window = new Uint32Array(pointed ? [pointed.first, pointed.last] : []);
      return fromView(core.plot(options, first, last, weight, nulls, window));
    },
    mapPlot: ({ first, last, weight, view, ...options }) => {
      const map = core.map_plot(options, view, first, last, weight);
      const cells = map.cells as MapCell[];
      return { ...fromFigure(map), cells };
    },
    alphaOfNPlot: ({ first, last, weight, ...options }) =>
      figure(core.alpha_of_n_plot(options, first, last, weight)),
    localSlopePlot: ({ first, last, weight, ...options }) =>
      figure(core.local_slope_plot(options, first, last, weight)),
    residualsPlot: ({ first, last, weight, ...options }) =>
      figure(core.residuals_plot(options, first, last, weight)),
    view: (...view) => core.view(...view) as WindowReport,
    outcome: (...view) => core.outcome(...view) as Outcome,
    report: (...view) => core.report(...view) as unknown,
    python: (...view) => core.python(...view),
    free: () => core.free(),
  };
}

const noOverlays = { nulls: false, pointed: null };

/** Takes everything out of a figure and lets go of it. */
export function fromFigure(view: FigureView): Figure {
  const { svg, summary } = view;
  const taken: Figure = { svg, frame: view.frame as Figure["frame"], summary };
  view.free();
  return taken;
}

function figure(view: FigureView | undefined): Figure | undefined {
  return view && fromFigure(view);
}

/** Axes without data. */
export function emptyPlot(options: Pick<PlotOptions, "width" | "height" | "theme">): Plot {
  return fromView(empty_plot(options));
}

/** Takes everything out of a view and lets go of it. */
function fromView(view: PlotView): Plot {
  const { svg, ranks_x, ranks_y, summary } = view;
  const layers = layersOf(svg, view.lasting);
  const plot: Plot = { svg, layers, frame: view.frame as Plot["frame"], ranks_x, ranks_y, summary };
  view.free();
  return plot;
}

/** A document cut before and after those of its marks that the window has no part in. */
function layersOf(svg: string, [from = 0, to = 0]: Uint32Array): string[] {
  if (from === to) return [svg];
  // Its opening, its paper, all marks, and its end: each begins a line.
  const [opening, ...parts] = svg.split(/\n(?=<(?!\/text))/);
  const [begin, end] = [from + 1, to + 1];
  return [parts.slice(0, begin), parts.slice(begin, end), parts.slice(end, -1)].map((layer) =>
    [opening, ...layer, "</svg>"].join("\n"),
  );
}
