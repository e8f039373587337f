// Installs Debian packages, where this is Debian (or a child of it) and nobody has to be asked for a password.

import { existsSync } from "node:fs";
import { attempt, run, step } from "./step.mjs";

const privileged = { root: [], sudo: ["sudo", "-n"] };
let updated = false;

/** The command prefix for root's rights, or undefined where set-up cannot have them. */
async function prefix() {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) return undefined;
  if (process.getuid() === 0) return privileged.root;
  const { code } = await attempt("sudo", ["-n", "true"]);
  return code === 0 ? privileged.sudo : undefined;
}

/** Installs packages and tells whether they are there now. */
export async function aptInstall(packages) {
  const rights = await prefix();
  if (!rights) return false;
  const apt = (...args) => {
    const [command, ...rest] = [
      ...rights,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      "-qq",
      ...args,
    ];
    // Another apt at work (a fresh machine's own upgrade, say) is waited for.
    return run(command, [...rest, "-o", "DPkg::Lock::Timeout=300"]);
  };
  let installed = false;
  await step(`Debian packages ${packages.join(" ")}`, async () => {
    try {
      if (!updated) await apt("update");
      updated = true;
      await apt("install", "-y", "--no-install-recommends", ...packages);
      installed = true;
      return "installed";
    } catch {
      return "not to be had";
    }
  });
  return installed;
}
