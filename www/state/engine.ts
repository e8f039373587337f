import type { AnalysisEvents, AnalysisOptions, EngineInfo, Study } from "../engine/types";
import type { RankWindow } from "./window";

/** What the workspace needs of the engine; the tests give it another. */
export interface Engine {
  boot(): Promise<EngineInfo>;
  seal(): void;
  /** Files in groups, of which each is one matrix, as their paths and sizes say: their places among those given. */
  group(paths: string[], bytes: number[]): Promise<number[][]>;
  /** The window of the first fit; known for certain once the engine has booted. */
  readonly defaultWindow: RankWindow;
  analyze(
    files: File[],
    options: AnalysisOptions,
    events: AnalysisEvents,
    signal: AbortSignal,
  ): Promise<Study>;
}
