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
      isSecondary: true,
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
      isSecondary: true,
    },
    {
      kind: "choice",
      name: "d",
      label: "Columns d",
      options: ["128", "256", "512"].map((value) => ({ value, label: value })),
      initial: "256",
      isSecondary: true,
    },
    { kind: "seed", name: "seed", initial: 7, isSecondary: true },
  ],
  question: {
    text: "The signal’s first eigenvalue is 1, and it falls as 1/k. Each feature gets independent noise of variance 0.01. At which ranks is there more noise than signal?",
    options: [
      "At all of them: noise is in every feature",
      "From about rank 100 on",
      "At the first ranks, because noise is added to the largest directions too",
      "At none: its variance is a hundredth of the signal’s",
    ],
    right: 1,
  },
  answer: html`<p>Independent noise of variance σ² adds σ² to every eigenvalue. That is nothing beside a large one and everything beside a small one: where the signal’s <i>k</i><sup>−<i>α</i></sup> is below σ², from
      rank 100 on in the question, there is more noise than signal. The spectrum bends earlier: at rank 50 the eigenvalue is already half as large again, and a window that reaches there finds a smaller α. A sample of
      n rows spreads the flat part up to the noise edge, σ²(1&nbsp;+&nbsp;√(d/n))²; a direction of the signal stands out of it only if its variance is more than σ²√(d/n). The noise of a recording, dropout left on and features that
      were rounded to few bits all do this. So before two α are compared, ask whether both windows end above the floor. Where each stimulus was shown twice, the covariance between both repetitions has none of the noise:
      that is how α of visual cortex was measured.</p>
    <p class="muted">Assumed: noise of the same variance in every direction. Noise that is stronger in some features, or correlated, bends the spectrum elsewhere.</p>`,
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
