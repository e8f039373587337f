import { html } from "lit";
import { wear } from "../../style/worn";
import type { Lesson } from "../lesson";
import "./element";
import { snippets } from "./snippets";
import styles from "./your-own.css?inline";

wear(styles);

export const lesson: Lesson = {
  title: "Try your own",
  idea: html`A few lines of Python save the features of your model as one file. Drop it, and see its spectrum, its α, and how far to trust them.`,
  controls: [
    {
      kind: "choice",
      name: "with",
      label: "Features from",
      options: snippets.map(({ slug, name }) => ({ value: slug, label: name })),
      initial: "timm",
    },
  ],
  question: {
    text: "Your model gives 2,048 features. Of how many images should you save them?",
    options: [
      "Of 500",
      "Of 2,048, as many as there are features",
      "Of 8,192 or more",
      "It does not matter",
    ],
    right: 2,
  },
  answer: html`A sample shows the first eigenvalues too large and the last ones too small, the more so the fewer rows there are for each column (the lesson <a href="#learn/finite-n">Finite n</a>).
    From four rows a column on, here 8,192, the analyzer no longer warns of it; with fewer rows than columns part of the spectrum is missing. Three more things change α without any change of the model. Use
    data that it was not trained on. Set it to evaluation (<code>eval()</code>), so that dropout is off and batch normalization stands still. And save the features as they are, not at unit length and not standardized:
    the analyzer does both for you, and shows them beside each other.`,
  parts: [
    { name: "lines", label: "the lines of Python" },
    { name: "drop", label: "where to drop the file" },
  ],
  sources: [
    {
      text: "NumPy: numpy.save",
      href: "https://numpy.org/doc/stable/reference/generated/numpy.save.html",
    },
    {
      text: "timm: feature extraction",
      href: "https://huggingface.co/docs/timm/feature_extraction",
    },
    {
      text: "PyTorch: inference mode",
      href: "https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.inference_mode.html",
    },
    {
      text: "Hugging Face transformers: auto classes",
      href: "https://huggingface.co/docs/transformers/model_doc/auto",
    },
    { text: "Keras: applications", href: "https://keras.io/api/applications/" },
  ],
  body: (view) => html`<eigen-your-own .view=${view}></eigen-your-own>`,
};
