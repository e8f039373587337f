// What the command's GPU engine is tested with: Vulkan, and where there is no GPU a program that poses as one.

import { existsSync, readdirSync } from "node:fs";
import { aptInstall } from "./apt.mjs";

/** Where drivers say what they are. */
const driverFolders = [
  "/usr/share/vulkan/icd.d",
  "/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
];

/** Makes sure of a driver on Linux, where that needs no password. Without one the tests of the GPU fail, and say so. */
export async function vulkan() {
  if (process.platform !== "linux" || hasDriver()) return;
  await aptInstall(["libvulkan1", "mesa-vulkan-drivers"]);
}

function hasDriver() {
  return driverFolders.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".json")),
  );
}
