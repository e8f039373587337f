// Lesson 3: a guess, the fit, and a window that is dragged.

import {
  clickOnMap,
  dragEndOfWindow,
  goToLesson,
  openLesson,
  walkThroughWindow,
} from "./lib/lessons.mjs";
import { test } from "./lib/test.mjs";

test("guess first, then the fit; keys, a pointer and a click on the map move the window", async ({
  open,
}) => {
  const { page } = await openLesson(open, "window");
  await walkThroughWindow(page);
  await goToLesson(page, "window?show=fit&first=11&last=100");
  await dragEndOfWindow(page);
  await goToLesson(page, "window?show=fit&first=11&last=100");
  await clickOnMap(page);
});
