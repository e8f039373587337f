// The browsers that the tests drive: what is installed is used, what is not is installed where that needs no password.

import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { attempt, Refusal, step } from "./step.mjs";

const programs = [
  process.env.PROGRAMFILES,
  process.env["PROGRAMFILES(X86)"],
  process.env.LOCALAPPDATA,
];
const inPrograms = (path) => programs.filter(Boolean).map((folder) => join(folder, path));
const inPath = (...names) =>
  ["/usr/bin", "/usr/local/bin", "/snap/bin"].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  );

const chromiumPlaces = [
  process.env.CHROMIUM,
  ...inPath(
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
  ),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...inPrograms("Google\\Chrome\\Application\\chrome.exe"),
  ...inPrograms("Microsoft\\Edge\\Application\\msedge.exe"),
];

/** Chromium without its window: the same engine at half the cost of a page. Debian has it as a package of its own. */
const headlessPlaces = [process.env.CHROMIUM_HEADLESS, ...inPath("chromium-headless-shell")];

const firefoxPlaces = [
  process.env.FIREFOX,
  ...inPath("firefox", "firefox-esr"),
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  ...inPrograms("Mozilla Firefox\\firefox.exe"),
];

function firstProgram(places) {
  return places.filter(Boolean).find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Path of a Chromium (Chrome and Edge are ones too), the system's before Playwright's own; undefined when there is none. */
export async function findChromium() {
  const system = firstProgram(chromiumPlaces);
  if (system) return system;
  const { chromium } = await import("playwright-core");
  return firstProgram([chromium.executablePath()]);
}

/** Path of Chromium's headless shell, or of Chromium where there is none. */
export async function findHeadlessChromium() {
  return firstProgram(headlessPlaces) ?? (await findChromium());
}

/** Path of Firefox, undefined when there is none. */
export async function findFirefox() {
  return firstProgram(firefoxPlaces);
}

/** Installs what is missing. A Refusal names a browser that cannot be had. */
export async function browsers() {
  if (!(await findChromium()) && !(await aptInstall(["chromium"]))) await playwrightChromium();
  if (!(await findChromium())) {
    throw new Refusal(
      "The tests need Chromium or Chrome: install one, or set CHROMIUM to its path.",
    );
  }
  if (!firstProgram(headlessPlaces)) await aptInstall(["chromium-headless-shell"]);
  if (!(await findFirefox())) await aptInstall(["firefox-esr"]);
  if (!(await findFirefox())) {
    throw new Refusal("The tests need Firefox: install it, or set FIREFOX to its path.");
  }
}

async function playwrightChromium() {
  await step("Playwright's Chromium", async () => {
    const cli = ["node_modules/playwright-core/cli.js", "install", "chromium"];
    const { code } = await attempt(process.execPath, cli, { timeout: 600_000 });
    return code === 0 ? "installed" : "not to be had";
  });
}
