import { html, type TemplateResult } from "lit";
import type { Workspace } from "../state/workspace";
import { isLoaded } from "./load";

/** Opens the panel that makes features, which is loaded then. */
export function generateButton(workspace: Workspace, look: string): TemplateResult {
  const open = async () => {
    const panel = import("../generate/panel");
    if (await isLoaded(workspace, panel)) (await panel).generate(workspace);
  };
  return html`<button type="button" class=${look} name="generate" @click=${open}>Generate…</button>`;
}
