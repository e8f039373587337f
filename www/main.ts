/** Starts the page: the workspace, the elements that draw it, and the one net under everything. */
import "./engine/without-webrtc";
import { analyze, boot, defaultWindow, seal } from "./engine/index";
import { Workspace } from "./state/workspace";
import type { Part } from "./view/part";
import "./view/app";

const workspace = new Workspace({ boot, analyze, seal, defaultWindow });

window.addEventListener("error", ({ error }) => {
  // Without an error there is only the browser's own remark, as about a late resize observer.
  if (error) workspace.report(error);
});
window.addEventListener("unhandledrejection", (event) => workspace.report(event.reason));

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => workspace.setSystemTheme(systemIsDark.matches ? "dark" : "light");
systemIsDark.addEventListener("change", followSystem);
followSystem();

const app = document.createElement("eigen-app") as Part;
app.workspace = workspace;
document.querySelector("#page")?.replaceChildren(app);
void begin();

async function begin(): Promise<void> {
  await workspace.start();
  await rest();
  const { start } = await import("./offline/index");
  start(workspace);
}

/** Until the browser has nothing better to do; Safari does not say when that is. */
function rest(): Promise<unknown> {
  return new Promise((rested) => (window.requestIdleCallback ?? setTimeout)(rested));
}
