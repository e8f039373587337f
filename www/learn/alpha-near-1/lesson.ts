import { html } from "lit";
import type { Lesson } from "../lesson";
import "./element";

export const lesson: Lesson = {
  title: "Why α near 1?",
  idea: html`Learn a target from a few rows of features by ridge regression, which is least squares that keeps its coefficients small. For which α do wrong labels do the least harm?`,
  controls: [
    {
      kind: "range",
      name: "alpha",
      label: html`α of the figure along <i>n</i>`,
      said: "α of the figure along n",
      low: 0,
      high: 3,
      step: 0.05,
      initial: 1,
      isSecondary: true,
    },
    {
      kind: "range",
      name: "n",
      label: html`Rows <i>n</i>`,
      said: "Rows n",
      low: 8,
      high: 1024,
      step: 8,
      initial: 32,
    },
    {
      kind: "range",
      name: "smoothness",
      label: html`Smoothness <i>s</i> of the target`,
      said: "Smoothness s of the target",
      low: 0.5,
      high: 3,
      step: 0.1,
      initial: 2,
      isSecondary: true,
    },
    {
      kind: "choice",
      name: "ridge",
      label: "Ridge",
      options: [
        { value: "none", label: "none" },
        { value: "0.01", label: "0.01" },
        { value: "0.1", label: "0.1" },
        { value: "1", label: "1" },
        { value: "best", label: "the best for each" },
      ],
      initial: "none",
    },
    {
      kind: "choice",
      name: "labels",
      label: "Labels",
      options: [
        { value: "numbers", label: "numbers with noise" },
        { value: "classes", label: "classes, some flipped" },
      ],
      initial: "numbers",
      isSecondary: true,
    },
    { kind: "seed", name: "seed", initial: 1, isSecondary: true },
  ],
  question: {
    text: "With 32 rows, no ridge, and some noise on the labels, features of which α have the least error?",
    options: [
      "α = 0: every direction matters alike",
      "α near 1",
      "α = 2, as the target itself",
      "α = 3: a few directions hold everything",
    ],
    right: 1,
  },
  answer: html`<p>Without a ridge the fit goes through every label, right or wrong, and what is wrong must go somewhere. For α from 2 up it goes into the few directions that matter, and predictions for fresh rows
      suffer. For α near 1 it is spread over a long tail of directions in which fresh rows hardly lie, and does little harm. For α near 0 the tail is everything, and the target is lost in it too. The two harms balance
      near α = 1 here, and nearly there with flipped labels.</p>
    <p>But this is no law. <b>Without noise</b>, and with the <b>best ridge</b> whatever the noise, the best α is the target’s own <i>s</i>: the ridge, not the spectrum, then keeps the wrong labels out. <b>More noise or more
      rows</b> move it down, to 0.6 with <i>n</i> = 128; a <b>rough target</b>, <i>s</i> = 0.5, wants ½ or less. With <b>more rows than features</b> and no ridge α does not matter at all. And at <i>n</i> = <i>d</i> = 256 that fit
      breaks down, because it just manages to go through all labels and needs huge coefficients for that: double descent, of which the best ridge knows nothing.</p>
    <p class="muted">Assumed: Gaussian features <i>x<sub>k</sub></i> of variance <i>k</i><sup>−α</sup>, <i>d</i> = 256; a linear target to which direction <i>k</i> contributes a part ∝ <i>k</i><sup>−<i>s</i></sup> of
      the variance, whatever α is; noise of ¼ or 1 times the target’s variance, or labels sign <i>f</i>(<i>x</i>) flipped at random. The ridge is in units of the mean of |<i>x</i>|². Error is against the target
      without its noise, 1 being that of a constant. Lines are the theory for large <i>n</i> and <i>d</i>; every dot is one simulated data set. Networks that learn their features are not covered by this.</p>`,
  parts: [
    { name: "along-alpha", label: "the figure along α" },
    { name: "along-rows", label: "the figure along n" },
    { name: "dots", label: "the simulated dots" },
    { name: "numbers", label: "the numbers" },
  ],
  sources: [
    {
      text: "Bartlett, Long, Lugosi and Tsigler, Benign overfitting in linear regression, PNAS 2020",
      href: "https://doi.org/10.1073/pnas.1907378117",
    },
    {
      text: "Mallinar et al., Benign, tempered, or catastrophic: a taxonomy of overfitting, NeurIPS 2022: noise costs σ²(α − 1)",
      href: "https://arxiv.org/abs/2207.06569",
    },
    {
      text: "Canatar, Bordelon and Pehlevan, Spectral bias and task–model alignment explain generalization in kernel regression and infinitely wide neural networks, Nature Communications 2021",
      href: "https://doi.org/10.1038/s41467-021-23103-1",
    },
    {
      text: "Simon, Dickens, Karkada and DeWeese, The eigenlearning framework, TMLR 2023: the formula drawn here",
      href: "https://arxiv.org/abs/2110.03922",
    },
    {
      text: "Hastie, Montanari, Rosset and Tibshirani, Surprises in high-dimensional ridgeless least squares interpolation, Annals of Statistics 2022",
      href: "https://doi.org/10.1214/21-AOS2133",
    },
    {
      text: "Agrawal, Mondal, Ghosh and Richards, α-ReQ, NeurIPS 2022: α near 1 and generalization, observed in trained networks",
      href: "https://openreview.net/forum?id=ii9X4vtZGTZ",
    },
  ],
  body: (view) => html`<eigen-alpha-near-1 .view=${view}></eigen-alpha-near-1>`,
};
