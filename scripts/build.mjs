// npm run build: builds the site into dist/, sets up what is missing for it, and prints what a visitor downloads.

import { main } from "./setup/step.mjs";
import { build } from "./site/build.mjs";
import { sizes } from "./site/sizes.mjs";

await main(async () => {
  await build();
  sizes();
});
