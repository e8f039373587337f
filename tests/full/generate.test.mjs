// The panel that makes features, in the colours and widths that the browser tier leaves out.

import { assertGeneratorForEveryone } from "../browser/lib/generate.mjs";
import { test } from "../browser/lib/test.mjs";

for (const [colorScheme, width] of [
  ["dark", 360],
  ["light", 1440],
]) {
  test(`axe finds nothing in panel and truth, ${colorScheme}, ${width} px`, ({ open }) =>
    assertGeneratorForEveryone(open, { colorScheme, viewport: { width, height: 900 } }));
}
