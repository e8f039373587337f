// How the browsers of the tests are started. Set-up has made sure that both are there.

import {
  findChromium,
  findFirefox,
  findHeadlessChromium,
} from "../../../scripts/setup/browsers.mjs";

/** Without a sandbox Chromium runs as root and in containers; the rest keeps it from the network and quiet. */
const chromiumArgs = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Without a network, WebRTC finds this machine itself (sealed.test.mjs).
  "--allow-loopback-in-peer-connection",
];

/** The same for Firefox. */
const firefoxPrefs = { "media.peerconnection.ice.loopback": true };

/** Playwright's options. `args` come on top of the usual ones. */
export async function chromiumOptions({ args = [] } = {}) {
  return { executablePath: await findChromium(), args: [...chromiumArgs, ...args] };
}

/** The options of the Chromium that tests share: its headless shell, or the whole browser where `whole` asks for it. */
export async function sharedChromiumOptions({ whole }) {
  const options = await chromiumOptions();
  return whole ? options : { ...options, executablePath: await findHeadlessChromium() };
}

/** A Chromium of its own, for what a whole browser is needed: other arguments, or its memory. */
export async function launchChromium(options) {
  const { chromium } = await import("playwright-core");
  return chromium.launch(await chromiumOptions(options));
}

/**
 * A Firefox, with Puppeteer: Playwright 1.65 drives Firefox as Mozilla ships it only from versions on that know
 * `emulation.setMediaFeaturesOverride`, and the extended support release does not. `prefs` are Firefox's own, as in about:config.
 */
export async function launchFirefox({ prefs = {} } = {}) {
  const { default: puppeteer } = await import("puppeteer-core");
  return puppeteer.launch({
    browser: "firefox",
    executablePath: await findFirefox(),
    headless: true,
    extraPrefsFirefox: { ...firefoxPrefs, ...prefs },
  });
}
