import { html } from "lit";
import type { Lesson } from "../lesson";
import "./element";

export const lesson: Lesson = {
  title: "Finite n",
  idea: "The eigenvalues of a sample are not those of what it was drawn from: the first are too large, the last too small, and more rows mend it only slowly.",
  controls: [
    {
      kind: "range",
      name: "n",
      label: html`Rows <i class="symbol">n</i>`,
      said: "Rows n",
      low: 16,
      high: 8192,
      step: 1,
      isLogarithmic: true,
      initial: 300,
    },
    {
      kind: "choice",
      name: "beside",
      label: "Beside the spectrum",
      options: [
        { value: "curve", label: "α against n/d" },
        { value: "noise", label: "pure noise" },
      ],
      initial: "curve",
    },
    {
      kind: "range",
      name: "alpha",
      label: html`True <i class="symbol">α</i>`,
      said: "True α",
      low: 0,
      high: 2,
      step: 0.05,
      initial: 1,
      isSecondary: true,
    },
    {
      kind: "choice",
      name: "d",
      label: "Columns d",
      options: ["64", "128", "256", "512"].map((value) => ({ value, label: value })),
      initial: "128",
      isSecondary: true,
    },
    { kind: "seed", name: "seed", initial: 7, isSecondary: true },
  ],
  question: {
    text: "A spectrum falls exactly as 1/k. You have as many rows as columns. What does the sample’s spectrum look like?",
    options: [
      "The same line, with some scatter around it",
      "A line with another slope",
      "Too high at the head, and plunging at the tail",
      "Too low at the head, and too high at the tail",
    ],
    right: 2,
  },
  answer: html`<p>Few rows make every entry of a covariance noisy, and noise pushes the first eigenvalues up and the last ones down. Their sum stays right on average, so what the head gains the tail
      loses; a mean over many samples does not take it away. As n and d grow together, the spectrum of a sample settles on a curve that depends on the truth and on d/n alone: the dashed one here, and for pure
      noise the density of Marchenko and Pastur, from (1&nbsp;−&nbsp;√(d/n))² to (1&nbsp;+&nbsp;√(d/n))². So α of a sample depends on n/d, and on where the window lies: of 128 columns and as many rows, ranks 11–100 reach into
      the sinking tail, and α comes out near 1.5 where the truth is 1. Compare models only at the same n and d, and look whether α settles as rows are added.</p>
    <p class="muted">Assumed: independent rows of Gaussian features. Correlated rows, such as frames of a video, count as fewer.</p>`,
  parts: [
    { name: "fit", label: "the numbers" },
    { name: "spectra", label: "the spectra" },
    { name: "curve", label: "α against n/d" },
    { name: "noise", label: "the histogram of noise" },
  ],
  sources: [
    {
      text: "Marchenko and Pastur (1967), Distribution of eigenvalues for some sets of random matrices",
      href: "https://doi.org/10.1070/SM1967v001n04ABEH001994",
    },
    {
      text: "Silverstein and Choi (1995), Analysis of the limiting spectral distribution of large dimensional random matrices",
      href: "https://doi.org/10.1006/jmva.1995.1058",
    },
    {
      text: "Johnstone (2001), On the distribution of the largest eigenvalue in principal components analysis",
      href: "https://doi.org/10.1214/aos/1009210544",
    },
  ],
  body: (view) => html`<eigen-finite-n .view=${view}></eigen-finite-n>`,
};
