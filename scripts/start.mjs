// npm start: builds the page, sets up what is missing for it, serves it on this machine, and opens it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { main, top } from "./setup/step.mjs";
import { build } from "./site/build.mjs";
import { serve } from "./site/server.mjs";

const firstPort = 4173;

await main(async () => {
  await build();
  const { origin } = await serve(join(top, "dist"), { port: firstPort });
  console.log(`\nEigenscope is at ${origin}/ (Ctrl+C ends it)`);
  if (hasDesktop()) open(`${origin}/`);
});

function hasDesktop() {
  if (process.env.CI || !process.stdout.isTTY) return false;
  if (process.platform === "linux")
    return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return process.platform === "darwin" || process.platform === "win32";
}

/** Opens the address in the person's browser. Where that fails the printed address is enough. */
function open(address) {
  const [command, ...args] = {
    linux: ["xdg-open", address],
    darwin: ["open", address],
    win32: ["cmd", "/c", "start", "", address],
  }[process.platform];
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
