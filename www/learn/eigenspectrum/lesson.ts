import { html } from "lit";
import { wear } from "../../style/worn";
import type { Lesson } from "../lesson";
import "./element";
import styles from "./eigenspectrum.css?inline";

wear(styles);

export const lesson: Lesson = {
  title: "What is an eigenspectrum?",
  idea: html`A network turns every picture or text into a point. Many points make a cloud, and the cloud has a shape. Four steps lead from the cloud to
    one number, α: how fast its variance falls from the widest direction to the narrowest.`,
  controls: [
    {
      kind: "choice",
      name: "step",
      label: "Step",
      options: [
        { value: "1", label: "1 Cloud" },
        { value: "2", label: "2 Axes" },
        { value: "3", label: "3 Eigenvalues" },
        { value: "4", label: "4 α" },
      ],
      initial: "1",
    },
    {
      kind: "choice",
      name: "features",
      label: "Features",
      options: [
        { value: "2", label: "two" },
        { value: "3", label: "three" },
      ],
      initial: "2",
    },
    {
      kind: "range",
      name: "turn",
      label: "Turn the cloud",
      low: 0,
      high: 355,
      step: 5,
      initial: 0,
      isSecondary: true,
      unit: "°",
    },
    { kind: "seed", name: "seed", initial: 1, isSecondary: true },
  ],
  question: {
    text: "A cloud of two features has two eigenvalues of the same size. What is its ellipse, and what is its α?",
    options: [
      "A circle, and α is 0",
      "A circle, and α is 1",
      "A line, and α is 0",
      "A line, and α is beyond all bounds",
    ],
    right: 0,
  },
  answer: html`Equal eigenvalues mean equal width in all directions: a circle, a level line on the logarithmic axes, and α = 0. The more the cloud is stretched, the
    further λ₂ lies below λ₁ and the larger α is; points on one line leave nothing for λ₂, and α has no bound. Turning the cloud changes none of this: eigenvalues tell its
    shape, not which feature is which. Real features have hundreds of directions where this cloud has two or three. With so few a line always fits or nearly does; only many ranks can show
    whether a spectrum follows a power law at all.`,
  parts: [
    { name: "cloud", label: "the cloud" },
    { name: "words", label: "the words beside it" },
    { name: "bars", label: "the bars" },
    { name: "ranks", label: "the log–log plot" },
  ],
  sources: [
    {
      text: "Jolliffe and Cadima, Principal component analysis: a review and recent developments, Philosophical Transactions of the Royal Society A 2016",
      href: "https://doi.org/10.1098/rsta.2015.0202",
    },
    {
      text: "Agrawal, Mondal, Ghosh and Richards, α-ReQ: Assessing representation quality in self-supervised learning by measuring eigenspectrum decay, NeurIPS 2022",
      href: "https://openreview.net/forum?id=ii9X4vtZGTZ",
    },
    {
      text: "Stringer, Pachitariu, Steinmetz, Carandini and Harris, High-dimensional geometry of population responses in visual cortex, Nature 2019",
      href: "https://doi.org/10.1038/s41586-019-1346-5",
    },
  ],
  body: (view) => html`<eigen-eigenspectrum .view=${view}></eigen-eigenspectrum>`,
};
