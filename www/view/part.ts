import { LitElement } from "lit";
import type { Workspace } from "../state/workspace";
import { tracked } from "./rendered";
import { drawSoon } from "./turns";

/**
 * A part of the page: draws the workspace's state, and draws again after every change of it.
 * Parts live in the light DOM, so that one stylesheet, one tab order and one set of ids serve all.
 * They take turns: all of them in one task would hold up whatever a person does just then.
 */
export abstract class Part extends LitElement {
  static override properties = { workspace: { attribute: false } };

  declare workspace: Workspace;
  #unsubscribe: (() => void) | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Whether what changes now is there before anything else happens, rather than when its turn comes. */
  protected isDrawnAtOnce(): boolean {
    return false;
  }

  /** Whether it shows the answer, which is drawn before the rest. */
  get isAnswer(): boolean {
    return false;
  }

  /** Whether it tells of the page's state. */
  get tellsState(): boolean {
    return false;
  }

  protected override scheduleUpdate(): Promise<void> {
    const updated = new Promise<void>((resolve, reject) => {
      const paint = () => {
        try {
          super.scheduleUpdate();
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      if (this.isDrawnAtOnce()) paint();
      else drawSoon({ paint, isAnswer: this.isAnswer, tellsState: this.tellsState });
    });
    return tracked(updated);
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
