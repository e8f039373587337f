/** What a lesson is: data that the page shows, and one element that computes and draws. */

import type { TemplateResult } from "lit";
import type { Workspace } from "../state/workspace";

/** Where a control stands on the page. */
interface Placed {
  /** Whether it waits behind "More to set": what carries the idea stands alone in front. */
  isSecondary?: boolean;
  /** Where it changes nothing that is shown, it is not there. */
  when?(values: Values): boolean;
}

/** A number that is slid or typed. */
export interface RangeControl extends Placed {
  kind: "range";
  /** In the address. */
  name: string;
  label: string | TemplateResult;
  /** The label where there are only words. */
  said?: string;
  low: number;
  high: number;
  step: number;
  /** Whether the slider goes in equal factors rather than in equal steps. */
  isLogarithmic?: boolean;
  initial: number;
  /** What stands behind the number. */
  unit?: string;
}

/** The number of a random draw: the same number gives the same draw everywhere. */
export interface SeedControl extends Placed {
  kind: "seed";
  name: string;
  initial: number;
}

/** One of a few. */
export interface ChoiceControl extends Placed {
  kind: "choice";
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  initial: string;
}

export type Control = RangeControl | SeedControl | ChoiceControl;

/** What the controls stand at, by name. */
export type Values = Readonly<Record<string, number | string>>;

/** Seeds go up to this. */
export const LAST_SEED = 9999;

export interface Source {
  text: string;
  href: string;
}

export interface Lesson {
  title: string;
  /** What it shows, in a sentence. */
  idea: string | TemplateResult;
  controls: readonly Control[];
  question: {
    text: string;
    options: readonly string[];
    /** The index of the right answer. */
    right: number;
  };
  /** The paragraph after the question. */
  answer: TemplateResult;
  /** Parts of its element that a teacher can leave out, beside controls, "question" and "answer". */
  parts: readonly { name: string; label: string }[];
  sources: readonly Source[];
  /** Its element, which extends {@link ./element}. */
  body(view: View): TemplateResult;
}

/** What a lesson's element is given. */
export interface View {
  values: Values;
  /** Names of what is left out. */
  hidden: ReadonlySet<string>;
  theme: "light" | "dark";
  workspace: Workspace;
  /** Moves controls, as where a point in a figure is dragged. */
  set(changes: Values): void;
  /** Says what the figures show now, to those who do not see them: after a moment, because controls move quickly. */
  say(text: string): void;
}

/** The control's name in words. */
export function nameOf(control: Control): string {
  if (control.kind === "seed") return "draw";
  if (control.kind === "choice") return control.label;
  return control.said ?? String(control.label);
}

/** Whether a control is there: not left out, and of use as the others stand. */
export function isThere(
  { name, when }: Control,
  values: Values,
  hidden: ReadonlySet<string>,
): boolean {
  return !hidden.has(name) && (when?.(values) ?? true);
}

/** Where all controls stand at first. */
export function initialValues({ controls }: Lesson): Values {
  return Object.fromEntries(controls.map(({ name, initial }) => [name, initial]));
}

/** All that a teacher can leave out. */
export function hideable(lesson: Lesson): readonly { name: string; label: string }[] {
  return [
    ...lesson.controls.map((control) => ({ name: control.name, label: nameOf(control) })),
    ...lesson.parts,
    { name: "question", label: "the question" },
    { name: "answer", label: "the answer" },
  ];
}
