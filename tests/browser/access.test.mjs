// What axe can see of the page's accessibility, WCAG 2.2 AA and good practice, in every state. The whole page is looked at
// where much of it is new, and otherwise the part that is new. Each state is looked at light and wide, and dark and narrow: what
// depends on colours shows in any width, and what depends on the width in any colours. Every state in all four: tests/full.

import { embedding } from "./lib/embed-claims.mjs";
import { findings, findingsInside, looked, stories } from "./lib/states.mjs";
import { assert, describe, test } from "./lib/test.mjs";

describe.each([
  ["light", 1440],
  ["dark", 360],
])("%s, %i px", (colorScheme, width) => {
  test.for(Object.keys(stories))("axe finds nothing in any state %s", async (story, { open }) => {
    const { page } = await open("/", { ...looked, viewport: { width, height: 900 }, colorScheme });
    assert.deepEqual(await findings(page, story), {});
  });
});

embedding(test).for([
  ["light", 640],
  ["dark", 360],
])(
  "axe finds nothing inside another page, %s, %i px",
  async ([colorScheme, width], { open, site }) => {
    assert.deepEqual(await findingsInside({ open, site }, colorScheme, width), {});
  },
);
