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
      kind: "range",
      name: "alpha",
      label: html`True <i class="symbol">α</i>`,
      said: "True α",
      low: 0,
      high: 2,
      step: 0.05,
      initial: 1,
    },
    {
      kind: "choice",
      name: "d",
      label: "Columns d",
      options: ["64", "128", "256", "512"].map((value) => ({ value, label: value })),
      initial: "128",
    },
    { kind: "seed", name: "seed", initial: 7 },
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
  answer: html`A covariance of few rows is noisy in every entry, and its eigenvalues repel each other: noise pushes the
    first up and the last down. The sum of all stays right on average, so what the head gains the tail loses. This is no
    scatter that a mean over many samples would remove. As n and d grow together, the spectrum of a sample settles on a
    curve that depends on the truth and on d/n alone, the dashed one here; for pure noise it is the density of Marchenko
    and Pastur, from (1 − √(d/n))² to (1 + √(d/n))². So α of a sample depends on n/d. How far it is off, and to which side,
    depends on the window: with 128 columns, ranks 11–100 reach into the sinking tail, and α comes out too large (at n = d about
    1.5 where the truth is 1); with 512 they lie at the head, and it comes out a little too small. Compare models only at the same n and d, and look
    whether α has settled as rows are added. All of this assumes independent rows; correlated rows, such as frames of a
    video, count as fewer. With heavy tails the eigenvalues scatter more than here.`,
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
