import { html, type TemplateResult } from "lit";
import type { Analysis, Figure, FigureOptions } from "../engine/types";
import type { Workspace } from "../state/workspace";
import { Drawn } from "./drawn";

/** Which picture of a spectrum. */
export type Picture = (analysis: Analysis, options: FigureOptions) => Figure | undefined;

/** A picture that is looked at only. */
class PlainFigure extends Drawn {
  static override properties = { ...Drawn.properties, picture: { attribute: false } };

  declare picture: Picture;

  protected override draw(analysis: Analysis, options: FigureOptions): Figure | undefined {
    return this.picture(analysis, options);
  }
}

customElements.define("eigen-figure", PlainFigure);

export function figure(workspace: Workspace, open: boolean, picture: Picture): TemplateResult {
  return html`<eigen-figure .workspace=${workspace} .open=${open} .picture=${picture}></eigen-figure>`;
}
