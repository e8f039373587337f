/** All lessons, in their order. Each is a script of its own, loaded when it is opened. */

import type { Lesson } from "./lesson";

export interface Entry {
  slug: string;
  title: string;
  /** What one finds out. */
  lead: string;
  load(): Promise<{ lesson: Lesson }>;
}

export const lessons: readonly Entry[] = [
  {
    slug: "eigenspectrum",
    title: "What is an eigenspectrum?",
    lead: "From a cloud of points to α, in four steps that you can hold in your hand.",
    load: () => import("./eigenspectrum/lesson"),
  },
  {
    slug: "alpha-by-hand",
    title: "α by hand",
    lead: "Slide α and see what it does to a spectrum, and to the features.",
    load: () => import("./alpha-by-hand/lesson"),
  },
  {
    slug: "window",
    title: "Which window?",
    lead: "Guess the α of a real spectrum, then see what other ranks would have told.",
    load: () => import("./window/lesson"),
  },
];
