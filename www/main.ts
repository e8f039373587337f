/** Starts the page: the workspace, the elements that draw it, and the one net under everything. */
import "./engine/without-webrtc";
import { analyze, boot, defaultWindow, group, seal } from "./engine/index";
import { isEmbedded } from "./state/embedded";
import { isSessionKept } from "./state/session";
import { Workspace } from "./state/workspace";
import { isLoaded } from "./view/load";
import type { Part } from "./view/part";
import "./view/app";

const workspace = new Workspace({ boot, analyze, group, seal, defaultWindow });

window.addEventListener("error", ({ error }) => {
  // Without an error there is only the browser's own remark, as about a late resize observer.
  if (error) workspace.report(error);
});
window.addEventListener("unhandledrejection", (event) => workspace.report(event.reason));

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => workspace.setSystemTheme(systemIsDark.matches ? "dark" : "light");
systemIsDark.addEventListener("change", followSystem);
followSystem();

/** How often the address was followed. */
let followed = 0;

void begin();

/** In a frame the page is another before it is first seen, and leaves nothing in the browser. What makes it so needs this script whole, so it cannot be awaited outside. */
async function begin(): Promise<void> {
  if (isEmbedded) (await import("./embed/frame")).embed(workspace);
  const app = document.createElement("eigen-app") as Part;
  app.workspace = workspace;
  document.querySelector("#page")?.replaceChildren(app);
  await workspace.start();
  window.addEventListener("hashchange", () => void followAddress());
  await followAddress();
  if (isEmbedded) return;
  // A link shows what it carries, and nothing of one's own.
  if (isSessionKept() && workspace.state.datasets.length === 0)
    (await import("./share/session")).restore(workspace);
  await rest();
  const { warmUp, start } = await import("./rest");
  await warmUp(rest);
  start(workspace);
}

/** Shows what the address carries, or the lesson that it leads to: back and forward change that, too. What is waited for may come in any order, and only the newest address counts. */
async function followAddress(): Promise<void> {
  const { hash } = location;
  followed += 1;
  const visit = followed;
  const isNewest = (): boolean => visit === followed;
  if (/^#learn(?:[/?]|$)/.test(hash)) {
    const isHere = await isLoaded(workspace, import("./learn/page"));
    if (isHere && isNewest()) workspace.openLesson(hash);
    return;
  }
  workspace.leaveLessons(hash);
  if (!hash.startsWith("#s=")) return workspace.forget("link");
  const { openLink } = await import("./share/link");
  await openLink(workspace, hash, isNewest);
}

/** Until the browser has nothing better to do; Safari does not say when that is. */
function rest(): Promise<unknown> {
  return new Promise((rested) => (window.requestIdleCallback ?? setTimeout)(rested));
}
