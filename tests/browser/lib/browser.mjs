// Starts the browsers of the tests: Chromium with Playwright, Firefox with Puppeteer (Playwright would want
// a Firefox of its own). Set-up has made sure that both are there.

import { findChromium, findFirefox } from "../../../scripts/setup/browsers.mjs";

/** Without a sandbox Chromium runs as root and in containers; the rest keeps it from the network and quiet. */
const chromiumArgs = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Playwright browser. `args` come on top of the usual ones. */
export async function launchChromium({ args = [] } = {}) {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: await findChromium(),
    args: [...chromiumArgs, ...args],
  });
}

/** A Puppeteer browser. `prefs` are Firefox's own, as in about:config. */
export async function launchFirefox({ prefs = {} } = {}) {
  const { default: puppeteer } = await import("puppeteer-core");
  return puppeteer.launch({
    browser: "firefox",
    executablePath: await findFirefox(),
    headless: true,
    extraPrefsFirefox: prefs,
  });
}
