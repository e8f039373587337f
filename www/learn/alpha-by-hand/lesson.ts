import { html } from "lit";
import type { Lesson } from "../lesson";
import "./element";

export const lesson: Lesson = {
  title: "α by hand",
  idea: html`One number says how fast the eigenvalues of features fall:
    <i>λ<sub>k</sub></i> = <i>k</i><sup>−α</sup>. Slide it from 0, where all directions matter alike, to 3, where nearly one is left.`,
  controls: [
    { kind: "range", name: "alpha", label: "Exponent α", low: 0, high: 3, step: 0.01, initial: 1 },
    { kind: "seed", name: "seed", initial: 1, isSecondary: true },
  ],
  question: {
    text: "Of 256 directions, how many hold nine tenths of the variance when α is 1?",
    options: ["About 10", "About 50", "About 140", "About 230"],
    right: 2,
  },
  answer: html`With α = 1 the eigenvalues are 1, ½, ⅓, ¼ and so on. Their sum grows like the logarithm of the rank: every doubling of the rank adds the same again. So the tail
    matters: it takes 139 of the 256 directions to hold 90 %. Up to α = 1 the sum has no bound as directions are added; above 1 it has one, and a few directions hold most of it however many
    there are. That is why α = 1 is a natural border between features that use very many directions and features that use few.`,
  parts: [
    { name: "spectrum", label: "the spectrum" },
    { name: "strip", label: "the features" },
    { name: "numbers", label: "the numbers" },
  ],
  sources: [
    {
      text: "Agrawal, Mondal, Ghosh and Richards, α-ReQ: Assessing representation quality in self-supervised learning by measuring eigenspectrum decay, NeurIPS 2022",
      href: "https://openreview.net/forum?id=ii9X4vtZGTZ",
    },
    {
      text: "Garrido, Balestriero, Najman and LeCun, RankMe, ICML 2023",
      href: "https://arxiv.org/abs/2210.02885",
    },
    {
      text: "Roy and Vetterli, The effective rank, EUSIPCO 2007",
      href: "https://infoscience.epfl.ch/record/110188",
    },
  ],
  body: (view) => html`<eigen-alpha-by-hand .view=${view}></eigen-alpha-by-hand>`,
};
