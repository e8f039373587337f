/** The address of a lesson: `#learn/finite-n?alpha=1&n=300&hide=fit`. It is written by people, so all of it is checked, and what is changed is said. */

import {
  type Control,
  hideable,
  initialValues,
  isThere,
  LAST_SEED,
  type Lesson,
  nameOf,
  type Values,
} from "./lesson";

const start = "#learn";

export interface Route {
  /** null for the list of lessons. */
  slug: string | null;
  parameters: URLSearchParams;
}

export interface Setting {
  values: Values;
  hidden: ReadonlySet<string>;
  /** What of the address could not be as it was written, a sentence each. */
  remarks: readonly string[];
}

/** Whether an address leads to lessons. */
export function isLearn(hash: string): boolean {
  return /^#learn(?:[/?]|$)/.test(hash);
}

export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.slice(start.length).split(/\?(.*)/s);
  const slug = path.replace(/^\/+|\/+$/g, "");
  return { slug: slug || null, parameters: new URLSearchParams(query) };
}

/** Where the controls stand by an address. */
export function settingOf(lesson: Lesson, parameters: URLSearchParams): Setting {
  const remarks: string[] = [];
  const values: Record<string, number | string> = { ...initialValues(lesson) };
  const known = new Map(lesson.controls.map((control) => [control.name, control]));
  const hidden = new Set<string>();
  const seen = new Set<string>();
  for (const [name, text] of parameters) {
    if (seen.has(name)) {
      remarks.push(`“${shortened(name)}” stands twice; the first counts.`);
      continue;
    }
    seen.add(name);
    const control = known.get(name);
    if (control) values[name] = readValue(control, text, remarks);
    else if (name === "hide") hide(lesson, text, hidden, remarks);
    else remarks.push(`This lesson has no “${shortened(name)}”.`);
  }
  return { values, hidden, remarks };
}

/** Whether an address sets something that would wait behind the disclosure. */
export function setsMore({ controls }: Lesson, { values, hidden }: Setting): boolean {
  return controls.some(
    (control) =>
      control.isSecondary &&
      isThere(control, values, hidden) &&
      values[control.name] !== control.initial,
  );
}

export function addressOf(
  slug: string,
  lesson: Lesson,
  values: Values,
  hidden: ReadonlySet<string>,
): string {
  const pairs = lesson.controls.map(({ name }) => [name, String(values[name])]);
  const query = new URLSearchParams(pairs).toString();
  const left = [...hidden].sort().join(",");
  const all = [query, ...(left ? [`hide=${left}`] : [])].filter((part) => part !== "").join("&");
  return `${start}/${slug}${all ? `?${all}` : ""}`;
}

/** The nearest value that a control can have. */
export function fitted(control: Exclude<Control, { kind: "choice" }>, value: number): number {
  const { low, high, step } = rangeOf(control);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const steps = Math.round((Math.min(Math.max(value, low), high) - low) / step);
  return Number(Math.min(low + steps * step, high).toFixed(places));
}

export function rangeOf(control: Exclude<Control, { kind: "choice" }>): {
  low: number;
  high: number;
  step: number;
} {
  return control.kind === "seed" ? { low: 1, high: LAST_SEED, step: 1 } : control;
}

function readValue(control: Control, text: string, remarks: string[]): number | string {
  const what = nameOf(control);
  if (control.kind === "choice") {
    if (control.options.some(({ value }) => value === text)) return text;
    const options = control.options.map(({ value }) => value).join(", ");
    remarks.push(
      `${what} is one of ${options}; “${shortened(text)}” is none, so it is ${control.initial}.`,
    );
    return control.initial;
  }
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) {
    remarks.push(`${what} is a number; “${shortened(text)}” is none, so it is ${control.initial}.`);
    return control.initial;
  }
  const { low, high } = rangeOf(control);
  const nearest = fitted(control, value);
  if (value < low || value > high)
    remarks.push(`${what} goes from ${low} to ${high}; ${shortened(text)} became ${nearest}.`);
  else if (Math.abs(nearest - value) > 1e-9 * Math.abs(value))
    remarks.push(
      `${what} goes in steps of ${rangeOf(control).step}; ${shortened(text)} became ${nearest}.`,
    );
  return nearest;
}

function hide(lesson: Lesson, text: string, hidden: Set<string>, remarks: string[]): void {
  const known = new Set(hideable(lesson).map(({ name }) => name));
  for (const name of text.split(",").filter((one) => one !== "")) {
    if (known.has(name)) hidden.add(name);
    else
      remarks.push(
        `Nothing of this lesson is called “${shortened(name)}”, so it cannot be left out.`,
      );
  }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
