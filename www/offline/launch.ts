/** Files that the system opens with the installed page. */

import type { Workspace } from "../state/workspace";

/** Chromium's, for pages whose manifest says what files they open. */
interface LaunchQueue {
  setConsumer(consume: (launch: { files: readonly FileSystemFileHandle[] }) => void): void;
}

export function receiveLaunches(workspace: Workspace): void {
  const { launchQueue } = window as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(async ({ files }) => {
    workspace.offer(await Promise.all(files.map((file) => file.getFile())));
  });
}
