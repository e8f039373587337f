import type { Workspace } from "../state/workspace";
import { tracked } from "./rendered";

/** Waits for a part of the page that is loaded when it is wanted; false where it cannot be had, which is then said. */
export async function isLoaded(workspace: Workspace, part: Promise<unknown>): Promise<boolean> {
  try {
    await tracked(part);
    return true;
  } catch {
    workspace.say(
      "not_loaded",
      "The part of this page that this takes could not be loaded. Connect to the network and reload the page.",
    );
    return false;
  }
}
