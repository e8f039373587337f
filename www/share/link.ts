/** The address that carries an analysis, and what is shown of it. */

import type { Workspace } from "../state/workspace";
import { readLink } from "./recorded";

/** Shows what the address carries, in the place of what an earlier address did. */
export async function openLink(workspace: Workspace, fragment: string): Promise<void> {
  try {
    const all = await readLink(fragment);
    workspace.forget("link");
    workspace.receive(all, "link");
  } catch (error) {
    workspace.report(error);
  }
}
