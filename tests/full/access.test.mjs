// What axe can see of the page's accessibility: the whole page in every state, in every colour and width.

import { embedding } from "../browser/lib/embed-claims.mjs";
import { findings, findingsInside, looked, stories } from "../browser/lib/states.mjs";
import { assert, describe, test } from "../browser/lib/test.mjs";

describe.each(["light", "dark"])("%s", (colorScheme) => {
  describe.each([1440, 360])("%i px", (width) => {
    test.for(Object.keys(stories))("axe finds nothing in any state %s", async (story, { open }) => {
      const viewport = { width, height: 900 };
      const { page } = await open("/", { ...looked, viewport, colorScheme });
      assert.deepEqual(await findings(page, story, { whole: true }), {});
    });
  });
});

describe.each(["light", "dark"])("%s", (colorScheme) => {
  embedding(test).for([640, 360])(
    "axe finds nothing inside another page, %i px",
    async (width, { open, site }) => {
      assert.deepEqual(await findingsInside({ open, site }, colorScheme, width), {});
    },
  );
});
