import { html } from "lit";
import type { Lesson, Values } from "../lesson";
import "./element";
import { wear } from "../../style/worn";
import { networks, trained } from "./names";
import styles from "./networks.css?inline";

wear(styles);

const isOfSpectra = ({ show }: Values): boolean => show === "spectra";
const isOfAccuracy = ({ show }: Values): boolean => show === "accuracy";

export const lesson: Lesson = {
  title: "Real networks",
  idea: html`Spectra of real features, through the depth of one network and through the training of small ones. And a test of a claim: does α tell how good the features are?`,
  controls: [
    {
      kind: "choice",
      name: "show",
      label: "Show",
      options: [
        { value: "spectra", label: "spectra" },
        { value: "accuracy", label: "α and accuracy" },
      ],
      initial: "spectra",
    },
    {
      kind: "choice",
      name: "spectra",
      label: "Spectra of",
      options: [{ value: "minilm", label: "MiniLM, through depth" }, ...networks],
      initial: "minilm",
      when: isOfSpectra,
    },
    {
      kind: "range",
      name: "at",
      label: "Layer or step, in order",
      low: 1,
      high: 7,
      step: 1,
      initial: 7,
      isSecondary: true,
      when: isOfSpectra,
    },
    {
      kind: "choice",
      name: "trained",
      label: "Trained with",
      options: trained,
      initial: "supervised",
      isSecondary: true,
      when: (values) => isOfSpectra(values) && values.spectra !== "minilm",
    },
    {
      kind: "choice",
      name: "among",
      label: "Networks",
      options: [{ value: "all", label: "all thirty" }, ...networks],
      initial: "all",
      when: isOfAccuracy,
    },
    {
      kind: "choice",
      name: "task",
      label: "Accuracy of",
      options: [
        { value: "probe", label: "a linear probe" },
        { value: "tuned", label: "the whole network, fine-tuned" },
      ],
      initial: "probe",
      isSecondary: true,
      when: isOfAccuracy,
    },
    {
      kind: "range",
      name: "noise",
      label: "Wrong labels",
      low: 0,
      high: 80,
      step: 20,
      initial: 0,
      unit: "%",
      isSecondary: true,
      when: isOfAccuracy,
    },
  ],
  question: {
    text: "A linear probe is a classifier that only weighs the features and adds them up. Over all thirty networks a larger α goes with a lower accuracy of the probe. What do you expect among the ten VGG-like networks alone?",
    options: [
      "The same: larger α, lower accuracy",
      "No order at all",
      "The opposite: larger α, higher accuracy",
    ],
    right: 2,
  },
  answer: html`<p>Spearman’s ρ is 1 where two things have the same order and −1 where one is the other’s reverse. Over all it is −0.54 (−0.79 to −0.18), with the 95 % interval in brackets; among the VGG-like networks it is 0.77 (0.11 to 1.00), and among
      the ResNet-like ones nothing that can be told from chance. What makes the order over all is the kind of network: the tiny ViTs have the largest α, 2.3 to 3.6, and are the least accurate. A third thing moves both, and a
      comparison of different architectures measures that (Simpson’s paradox). Here it is in part a training that was stopped early: from step 200 to 400 the probe of the ViTs still gains 4.2 points on average, that of the VGG-like
      networks 0.7 and of the ResNet-like ones 0.4. With 60 % wrong labels the relation over all is gone, 0.15 (−0.20 to 0.47), and among the VGG-like networks it stays. Whether α near 1 is best, this experiment cannot say: α
      is above 1.4 in all thirty. So take α for a description of features, and compare like with like.</p>
    <p class="muted">It is small: 600 images of 8 × 8 digits to learn from, 1,197 to measure with (6 to 9 rows a column), two seeds, ten networks of a kind, and a window of ranks 11 to 100 that covers most of
      their spectrum. Supervised networks had seen the right labels before they were tuned on wrong ones.</p>`,
  parts: [
    { name: "series", label: "the spectra" },
    { name: "scores", label: "α against accuracy" },
  ],
  sources: [
    {
      text: "Agrawal, Mondal, Ghosh and Richards, α-ReQ: Assessing representation quality in self-supervised learning by measuring eigenspectrum decay, NeurIPS 2022",
      href: "https://openreview.net/forum?id=ii9X4vtZGTZ",
    },
    {
      text: "Wang, Wei, Dong, Bao, Yang and Zhou, MiniLM, NeurIPS 2020",
      href: "https://arxiv.org/abs/2002.10957",
    },
    {
      text: "Chen, Kornblith, Norouzi and Hinton, SimCLR, ICML 2020",
      href: "https://arxiv.org/abs/2002.05709",
    },
    {
      text: "Zbontar, Jing, Misra, LeCun and Deny, Barlow Twins, ICML 2021",
      href: "https://arxiv.org/abs/2103.03230",
    },
    { text: "Grill and others, BYOL, NeurIPS 2020", href: "https://arxiv.org/abs/2006.07733" },
    {
      text: "Alpaydin and Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository 1998",
      href: "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    },
  ],
  body: (view) => html`<eigen-networks .view=${view}></eigen-networks>`,
};
