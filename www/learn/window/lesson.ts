import { html } from "lit";
import { wear } from "../../style/worn";
import type { Lesson } from "../lesson";
import "./element";
import styles from "./window.css?inline";

wear(styles);

export const lesson: Lesson = {
  title: "Which window?",
  idea: html`Real spectra bend. A line fits some ranks and not others, so α depends on the <em>window</em>: the ranks that the line is fitted to. Guess α
    by eye first, then see the fit; then move the window.`,
  controls: [
    {
      kind: "choice",
      name: "show",
      label: "Show",
      options: [
        { value: "guess", label: "my guess" },
        { value: "fit", label: "the fit and the map" },
      ],
      initial: "guess",
    },
    {
      kind: "range",
      name: "eye",
      label: "α by eye",
      low: 0,
      high: 4,
      step: 0.05,
      initial: 0.3,
    },
    {
      kind: "range",
      name: "first",
      label: "First rank",
      low: 1,
      high: 300,
      step: 1,
      initial: 11,
      isSecondary: true,
    },
    {
      kind: "range",
      name: "last",
      label: "Last rank",
      low: 3,
      high: 384,
      step: 1,
      initial: 100,
      isSecondary: true,
    },
    {
      kind: "range",
      name: "layer",
      label: "Layer of MiniLM",
      low: 0,
      high: 6,
      step: 1,
      initial: 6,
      isSecondary: true,
    },
  ],
  question: {
    text: "Over ranks 1 to 10 the last layer of MiniLM, a small text encoder, has α = 0.33. What is α of the same spectrum over ranks 100 to 381?",
    options: ["About 0.3", "About 0.7", "About 1.2", "About 2.7"],
    right: 3,
  },
  answer: html`About 2.7, with R²&nbsp;=&nbsp;0.89 (1 would be a perfect line); over ranks 1 to 10 it is 0.33, with R²&nbsp;=&nbsp;0.95, and over 11 to 100 it is 0.71, with R²&nbsp;=&nbsp;0.99. It is one spectrum: its head is flat, its
    tail plunges, and a stretch in between looks straight. A high R² does not choose among windows, because any smooth curve is nearly straight over a short stretch. So an α without
    its window says little. Most of the literature fits from rank 11, or near it, to 50, 100 or 500; over all such windows this layer has an α from 0.58 to 1.22. Choose the window
    before you look, use the same one for everything that you compare, and write it down beside α. If models change their order with the window, then their order is not a finding.`,
  parts: [
    { name: "numbers", label: "the numbers" },
    { name: "spectrum", label: "the spectrum" },
    { name: "map", label: "the map of windows" },
  ],
  sources: [
    {
      text: "Stringer, Pachitariu, Steinmetz, Carandini and Harris, High-dimensional geometry of population responses in visual cortex, Nature 2019",
      href: "https://doi.org/10.1038/s41586-019-1346-5",
    },
    {
      text: "Agrawal, Mondal, Ghosh and Richards, α-ReQ: Assessing representation quality in self-supervised learning by measuring eigenspectrum decay, NeurIPS 2022",
      href: "https://openreview.net/forum?id=ii9X4vtZGTZ",
    },
    {
      text: "Clauset, Shalizi and Newman, Power-law distributions in empirical data, SIAM Review 2009: on straight stretches of what is no power law",
      href: "https://doi.org/10.1137/070710111",
    },
    {
      text: "Wang, Wei, Dong, Bao, Yang and Zhou, MiniLM, NeurIPS 2020: the network, whose features of 3,000 texts these are",
      href: "https://arxiv.org/abs/2002.10957",
    },
  ],
  body: (view) => html`<eigen-which-window .view=${view}></eigen-which-window>`,
};
