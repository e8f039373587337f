import { LitElement } from "lit";
import type { View } from "./lesson";
import { Work } from "./run";

/** A lesson's own element: draws what its view says, in the light DOM, and has a worker of its own for what takes long. */
export abstract class LessonElement extends LitElement {
  static override properties = { view: { attribute: false } };

  declare view: View;
  protected readonly work = new Work();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.work.end();
  }

  /** Where a control stands that has numbers. */
  protected number(name: string): number {
    return Number(this.view.values[name]);
  }

  protected shows(part: string): boolean {
    return !this.view.hidden.has(part);
  }
}
