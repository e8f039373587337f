/** The address that carries an analysis, and what is shown of it. */

import type { Workspace } from "../state/workspace";
import { readLink } from "./recorded";

/** Shows what the address carries, in the place of what an earlier address did, if it is still wanted once it was read. */
export async function openLink(
  workspace: Workspace,
  fragment: string,
  isWanted: () => boolean,
): Promise<void> {
  try {
    const all = await readLink(fragment);
    if (!isWanted()) return;
    workspace.forget("link");
    workspace.receive(all, "link");
  } catch (error) {
    workspace.report(error);
  }
}
