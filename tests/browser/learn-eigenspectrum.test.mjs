// Lesson 1: points that are dragged, by hand and from the keyboard, and what follows from them.

import {
  dragPointOfCloud,
  goToLesson,
  openLesson,
  walkThroughEigenspectrum,
} from "./lib/lessons.mjs";
import { test } from "./lib/test.mjs";

test("from a cloud to α in four steps from the keyboard alone, and a point goes where the pointer takes it", async ({
  open,
}) => {
  const { page } = await openLesson(open, "eigenspectrum");
  await walkThroughEigenspectrum(page);
  await goToLesson(page, "eigenspectrum?step=4&features=3&turn=40");
  await dragPointOfCloud(page);
});
