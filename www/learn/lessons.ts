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
  {
    slug: "finite-n",
    title: "Finite n",
    lead: "What a sample shows of a spectrum: too much head, too little tail.",
    load: () => import("./finite-n/lesson"),
  },
  {
    slug: "noise-floor",
    title: "Noise floor",
    lead: "Add noise, and watch α fall though the signal is unchanged.",
    load: () => import("./noise-floor/lesson"),
  },
  {
    slug: "alpha-near-1",
    title: "Why α near 1?",
    lead: "Learn from few rows and wrong labels, and see which spectrum suffers least, and when that changes.",
    load: () => import("./alpha-near-1/lesson"),
  },
  {
    slug: "smoothness",
    title: "Smoothness",
    lead: "Turn a ring of stimuli in many dimensions, and see below which α it becomes a fractal.",
    load: () => import("./smoothness/lesson"),
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
