/** A spectrum in the page's own wasm instance. */

import { Analysis as Core, empty_plot, type PlotView } from "../wasm/eigenscope.js";
import type {
  Analysis as AnalysisInterface,
  Facts,
  FitOutcome,
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
    fit: (...view) => core.fit(...view) as FitOutcome,
    plot: ({ first, last, weight, overlays: _overlays, ...options }: PlotOptions) =>
      fromView(core.plot(options, first, last, weight)),
    ...standIns(core),
    view: (...view) => core.view(...view) as WindowReport,
    report: (...view) => core.report(...view) as unknown,
    python: (...view) => core.python(...view),
    free: () => core.free(),
  };
}

/** Axes without data. */
export function emptyPlot(options: Pick<PlotOptions, "width" | "height" | "theme">): Plot {
  return fromView(empty_plot(options));
}

/** Takes everything out of a view and lets go of it. */
function fromView(view: PlotView): Plot {
  const { svg, ranks_x, ranks_y, summary } = view;
  const plot: Plot = { svg, frame: view.frame as Plot["frame"], ranks_x, ranks_y, summary };
  view.free();
  return plot;
}

function standIns(
  core: Core,
): Pick<
  AnalysisInterface,
  "mapPlot" | "mapSentence" | "alphaOfNPlot" | "localSlopePlot" | "residualsPlot"
> {
  const figure = (
    { width, height, first, last }: { width: number; height: number; first: number; last: number },
    name: string,
  ) => ({
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect x="48" y="28" width="${width - 72}" height="${height - 70}" fill="none" stroke="#999"/><text x="60" y="60" fill="#999" font-size="12">${name} ${first} ${last}</text></svg>`,
    frame: { left: 48, top: 28, right: width - 24, bottom: height - 42 },
    summary: name,
  });
  return {
    mapSentence: "Over reasonable windows α runs from 0.62 to 0.71.",
    mapPlot: (options) => {
      const ranks = [1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 40, 60, 80, 100, 130, 180, 240, 300];
      const found = figure(options, "");
      const size = (found.frame.right - found.frame.left) / ranks.length;
      const high = (found.frame.bottom - found.frame.top) / ranks.length;
      const cells = ranks.flatMap((first, i) =>
        ranks.flatMap((last, j) => {
          if (j < i + 3) return [];
          const { fit } = core.fit(first, last, "1/k") as FitOutcome;
          if (!fit) return [];
          const left = found.frame.left + j * size;
          const bottom = found.frame.bottom - i * high;
          return [
            {
              first,
              last,
              left,
              right: left + size,
              bottom,
              top: bottom - high,
              alpha: fit.alpha,
              r2: fit.r2,
              curvature: 0.1,
            },
          ];
        }),
      );
      const rects = cells.map(
        (c) =>
          `<rect x="${c.left}" y="${c.top}" width="${size}" height="${high}" fill="hsl(${260 - 300 * (c[options.view === "r2" ? "r2" : "alpha"] - 0.4)},50%,50%)"/>`,
      );
      return { ...found, cells, svg: found.svg.replace("</svg>", `${rects.join("")}</svg>`) };
    },
    alphaOfNPlot: (options) => figure(options, "alpha of n"),
    localSlopePlot: (options) => figure(options, "local slope"),
    residualsPlot: (options) => figure(options, "residuals"),
  };
}
