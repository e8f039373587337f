import { html } from "lit";
import type { Lesson } from "../lesson";
import "./element";

export const lesson: Lesson = {
  title: "Noise floor",
  idea: "Add the same noise to every feature and α falls, although nothing about the signal has changed.",
  controls: [
    {
      kind: "range",
      name: "noise",
      label: html`Variance of noise, <i class="symbol">σ</i>²`,
      said: "Variance of noise",
      low: 0.0001,
      high: 1,
      step: 0.0001,
      isLogarithmic: true,
      initial: 0.01,
    },
    {
      kind: "range",
      name: "alpha",
      label: html`<i class="symbol">α</i> of the signal`,
      said: "α of the signal",
      low: 0.3,
      high: 2,
      step: 0.05,
      initial: 1,
    },
    {
      kind: "range",
      name: "n",
      label: html`Rows <i class="symbol">n</i>`,
      said: "Rows n",
      low: 128,
      high: 8192,
      step: 1,
      isLogarithmic: true,
      initial: 1024,
    },
    {
      kind: "choice",
      name: "d",
      label: "Columns d",
      options: ["128", "256", "512"].map((value) => ({ value, label: value })),
      initial: "256",
    },
    { kind: "seed", name: "seed", initial: 7 },
  ],
  question: {
    text: "The signal’s first eigenvalue is 1, and it falls as 1/k. Each feature gets independent noise of variance 0.01. From which rank on do you see it?",
    options: [
      "At all ranks alike: every eigenvalue grows by a tenth",
      "From about rank 100 on, where the signal’s eigenvalues are as small as the noise’s",
      "At the first ranks, because noise is added to the largest directions too",
      "Nowhere: noise is independent of the signal",
    ],
    right: 1,
  },
  answer: html`Independent noise of variance σ² adds σ² to every eigenvalue. That is nothing beside a large one and everything
    beside a small one: with k^−α as the signal, the spectrum goes flat where k^−α = σ². A window that reaches there finds a
    smaller α. The same happens with the noise of a recording, with dropout left on, with features that were rounded to few
    bits. A sample of n rows spreads the flat part up to the noise edge, σ²(1 + √(d/n))², and a direction of the signal stands out
    of it only if its variance is more than σ²√(d/n); weaker ones cannot be seen in the spectrum at all. So before two α are
    compared, ask whether both windows end above the floor. If the noise is known, from repeated measurements for example, its
    covariance can be taken away; that is how α of visual cortex was measured. This lesson assumes noise of the same variance in
    every direction. Noise that is stronger in some features, or correlated, bends the spectrum elsewhere, and an edge computed for
    the wrong noise misleads.`,
  parts: [
    { name: "fit", label: "the numbers" },
    { name: "spectra", label: "the spectra" },
    { name: "curve", label: "α against noise" },
  ],
  sources: [
    {
      text: "Marchenko and Pastur (1967), Distribution of eigenvalues for some sets of random matrices",
      href: "https://doi.org/10.1070/SM1967v001n04ABEH001994",
    },
    {
      text: "Baik, Ben Arous and Péché (2005), Phase transition of the largest eigenvalue for nonnull complex sample covariance matrices",
      href: "https://doi.org/10.1214/009117905000000233",
    },
    {
      text: "Baik and Silverstein (2006), Eigenvalues of large sample covariance matrices of spiked population models",
      href: "https://doi.org/10.1016/j.jmva.2005.08.003",
    },
    {
      text: "Stringer et al. (2019), High-dimensional geometry of population responses in visual cortex",
      href: "https://doi.org/10.1038/s41586-019-1346-5",
    },
  ],
  body: (view) => html`<eigen-noise-floor .view=${view}></eigen-noise-floor>`,
};
