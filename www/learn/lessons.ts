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
    slug: "alpha-by-hand",
    title: "α by hand",
    lead: "Slide α and see what it does to a spectrum, and to the features.",
    load: () => import("./alpha-by-hand/lesson"),
  },
  {
    slug: "networks",
    title: "Real networks",
    lead: "Spectra through depth and training; does α tell how good features are?",
    load: () => import("./networks/lesson"),
  },
  {
    slug: "your-own",
    title: "Try your own",
    lead: "A few lines of Python save the features of your model for the analyzer.",
    load: () => import("./your-own/lesson"),
  },
];
