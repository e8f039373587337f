import { LitElement } from "lit";
import type { Workspace } from "../state/workspace";

/**
 * A part of the page: draws the workspace's state, and draws again after every change of it.
 * Parts live in the light DOM, so that one stylesheet, one tab order and one set of ids serve all.
 */
export abstract class Part extends LitElement {
  static override properties = { workspace: { attribute: false } };

  declare workspace: Workspace;
  #unsubscribe: (() => void) | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.workspace.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
  }
}
