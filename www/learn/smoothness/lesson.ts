import { html } from "lit";
import type { Lesson } from "../lesson";
import "./element";

export const lesson: Lesson = {
  title: "Smoothness",
  idea: html`Show a brain or a network a ring of stimuli, such as a bar at every angle. Its responses are a closed curve in a space of many dimensions. How crumpled may that curve be?`,
  controls: [
    {
      kind: "range",
      name: "alpha",
      label: "Exponent α",
      low: 0.5,
      high: 5,
      step: 0.05,
      initial: 2,
    },
    {
      kind: "range",
      name: "pairs",
      label: "Pairs of dimensions",
      low: 1,
      high: 256,
      step: 1,
      initial: 64,
    },
    {
      kind: "choice",
      name: "stimulus",
      label: "Dimensions D of the stimulus",
      options: [
        { value: "1", label: "1, the ring" },
        { value: "2", label: "2" },
        { value: "3", label: "3" },
        { value: "4", label: "4" },
      ],
      initial: "1",
      isSecondary: true,
    },
    {
      kind: "range",
      name: "turn",
      label: "Turned by",
      low: -180,
      high: 180,
      step: 1,
      initial: 30,
      isSecondary: true,
      unit: "°",
    },
    {
      kind: "range",
      name: "tilt",
      label: "Tilted by",
      low: -90,
      high: 90,
      step: 1,
      initial: 55,
      isSecondary: true,
      unit: "°",
    },
    { kind: "seed", name: "seed", initial: 1, isSecondary: true },
  ],
  question: {
    text: "The curve is given ever more dimensions, each new pair with less variance. Above which α does its length settle?",
    options: [
      "α = 1",
      "α = 2",
      "α = 3",
      "It always settles: new dimensions have less and less variance",
    ],
    right: 2,
  },
  answer: html`<p>Pair number <i>m</i> of dimensions is a sine and a cosine that go round <i>m</i> times while the stimulus goes round once, each with the variance <i>m</i><sup>−α</sup>. Its radius shrinks like <i>m</i><sup>−α/2</sup>
      but it runs <i>m</i> times as fast, so it adds <i>m</i><sup>2−α</sup> to the square of the length. That sum settles exactly for α &gt; 3. Below, each finer wiggle is small, yet together they make the curve endlessly
      long: what it tends to is a fractal of dimension 2/(α&nbsp;−&nbsp;1). For stimuli of <i>D</i> dimensions the finest wiggles are shared among more frequencies, and the edge is α = 1 + 2/<i>D</i>: 3, 2, 1.67, 1.5 and ever nearer to 1.
      So for natural images, where <i>D</i> is large, α just above 1 is the slowest decay that a smooth code can have. Stringer et al. derived this bound and found α near 1 in mouse visual cortex for natural images, and larger α for
      stimuli of few dimensions.</p>
    <p class="muted">Assumed: no noise, a response that treats all places of the ring alike, and a power law over infinitely many dimensions; in finitely many every curve here is smooth, and no finite
      sample can prove that one is not. That smooth is better is a further assumption: Tatsukawa and Teramae argue that fractal codes carry information just as well. You see the shadow of the curve in three directions: the first pair flat, all others at random,
      always drawn equally large. The length is that of the curve itself.</p>`,
  parts: [
    { name: "ring", label: "the ring" },
    { name: "growth", label: "the growth with dimensions" },
    { name: "numbers", label: "the numbers" },
  ],
  sources: [
    {
      text: "Stringer, Pachitariu, Steinmetz, Carandini and Harris, High-dimensional geometry of population responses in visual cortex, Nature 2019",
      href: "https://doi.org/10.1038/s41586-019-1346-5",
    },
    {
      text: "Tatsukawa and Teramae, Energy–information trade-off makes the cortical critical power law the optimal coding, 2024",
      href: "https://arxiv.org/abs/2407.16215",
    },
    {
      text: "Falconer, Fractal Geometry: Mathematical Foundations and Applications, 2nd edition 2003: dimensions of Hölder curves",
      href: "https://doi.org/10.1002/0470013850",
    },
  ],
  body: (view) => html`<eigen-smoothness .view=${view}></eigen-smoothness>`,
};
