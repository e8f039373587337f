// node scripts/icons.mjs: draws the icons of the installed page, www/public/icons, from the one picture, with Chromium. Run it after
// www/icons/eigenscope.svg has changed, and commit what it writes.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "./setup/browsers.mjs";
import { main, Refusal, top } from "./setup/step.mjs";

/** A mask may leave no more than a circle of 80 % of the width: the picture stands in it, and its ground fills the rest. */
const sizes = [
  { name: "192.png", size: 192, within: 1 },
  { name: "512.png", size: 512, within: 1 },
  { name: "maskable-512.png", size: 512, within: 0.76 },
];

await main(async () => {
  const picture = readFileSync(join(top, "www/icons/eigenscope.svg"), "utf8");
  const [, ground] = picture.match(/<rect[^>]* fill="(#\w+)"/);
  const executablePath = await findChromium();
  if (!executablePath) throw new Refusal("The icons are drawn by Chromium, and there is none.");
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const { name, size, within } of sizes) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const fill = within < 1 ? ground : "transparent";
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${fill}">` +
        `<div style="width:${size * within}px;line-height:0">${picture}</div>`,
    );
    const image = await page.screenshot({ omitBackground: true });
    writeFileSync(join(top, "www/public/icons", name), image);
    await page.close();
  }
  await browser.close();
});
