// The npm packages of package-lock.json.

import { whenChanged } from "./stamp.mjs";
import { run, step } from "./step.mjs";

export async function npmPackages() {
  await step("npm packages", async () => {
    const changed = await whenChanged(
      {
        stamp: "node_modules/.eigenscope-stamp",
        inputs: ["package-lock.json"],
        // Some packages bring a native binary, for one platform each.
        words: [process.platform, process.arch],
        outputs: ["node_modules/.package-lock.json"],
      },
      installPackages,
    );
    return changed ? "installed" : "up to date";
  });
}

function installPackages() {
  const args = ["ci", "--no-audit", "--no-fund"];
  // Under `npm start` this is npm itself as a script: no search for npm.cmd on Windows, no other npm than the caller's.
  const npm = process.env.npm_execpath;
  return npm ? run(process.execPath, [npm, ...args]) : run("npm", args);
}
