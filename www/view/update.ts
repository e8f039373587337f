import { html, type TemplateResult } from "lit";
import type { Workspace } from "../state/workspace";
import { Part } from "./part";

/** Says that there is a newer version of the page. It waits until the person wants it. */
class Update extends Part {
  declare reload: () => void;

  override render(): TemplateResult {
    const holds = this.workspace.state.datasets.length > 0;
    return html`<section class="update" aria-label="New version">
      <p>A new version is ready.${holds ? " Reloading lets go of what is loaded here." : ""}</p>
      <div class="buttons">
        <button type="button" class="small" name="reload" @click=${() => this.reload()}>Reload</button>
        <button type="button" class="small" name="later" @click=${() => this.remove()}>Later</button>
      </div>
    </section>`;
  }
}

customElements.define("eigen-update", Update);

/** Shows it in a corner of the page, once. */
export function showUpdate(workspace: Workspace, reload: () => void): void {
  if (document.querySelector("eigen-update")) return;
  const update = document.createElement("eigen-update") as Update;
  update.workspace = workspace;
  update.reload = reload;
  document.querySelector("#page")?.append(update);
  workspace.announce("A new version of this page is ready.");
}
