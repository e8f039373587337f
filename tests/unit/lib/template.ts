/** Reads what a Lit template says without a browser: its elements with their handlers, and its words. */

import { nothing } from "lit";

export interface Element {
  name: string;
  /** By the names in the template: "value", ".checked", "?hidden", "@change". Bound values are as they are. */
  attributes: Record<string, unknown>;
  children: (Element | string)[];
}

interface Template {
  strings: readonly string[];
  values: readonly unknown[];
}

interface Directive {
  values: readonly unknown[];
}

/** Around the number of a bound value, in a letter that no text has. */
const mark = "\ue000";
const placeholder = /\ue000(\d+)\ue000/;
const tag = /<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g;
const attribute = /([^\s=/]+)(?:=("[^"]*"|'[^']*'|[^\s]+))?/g;
const empty = new Set(["input", "br", "img", "link", "meta"]);

/** The elements of a template. */
export function elementsOf(template: unknown): Element {
  const bound: unknown[] = [];
  const text = flat(template, bound);
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  let at = 0;
  for (const found of text.matchAll(tag)) {
    const [whole, slash, name = "", rest = ""] = found;
    push(open, text.slice(at, found.index));
    at = found.index + whole.length;
    if (slash) {
      const closed = open.pop();
      if (closed?.name !== name) throw new Error(`</${name}> closes <${closed?.name}>`);
      continue;
    }
    const element: Element = { name, attributes: attributesOf(rest, bound), children: [] };
    open.at(-1)?.children.push(element);
    if (!empty.has(name) && !rest.endsWith("/")) open.push(element);
  }
  push(open, text.slice(at));
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

/** All elements below one that have these attributes, in the order of the page. */
export function all(
  { children }: Element,
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): Element[] {
  return children.flatMap((child) => {
    if (typeof child === "string") return [];
    const isOne =
      child.name === name &&
      Object.entries(attributes).every(([key, value]) => child.attributes[key] === value);
    return [...(isOne ? [child] : []), ...all(child, name, attributes)];
  });
}

/** The one element below another that has these attributes. */
export function only(
  element: Element,
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): Element {
  const found = all(element, name, attributes);
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} <${name}> with ${JSON.stringify(attributes)}`);
  return found[0];
}

/** The words in an element, with single spaces. */
export function words(element: Element): string {
  const raw = ({ children }: Element): string =>
    children.map((child) => (typeof child === "string" ? child : raw(child))).join("");
  return raw(element).replace(/\s+/g, " ").trim();
}

/** Calls the handler of an element as its event would, on the element that drew it; returns the event. */
export function fire(
  { attributes }: Element,
  type: string,
  details: Readonly<Record<string, unknown>> = {},
  host?: unknown,
): Fired {
  const handler = attributes[`@${type}`];
  if (typeof handler !== "function") throw new Error(`there is no handler of ${type}`);
  const event: Fired = {
    ...details,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
    stopPropagation: () => {},
    result: undefined,
  };
  event.result = handler.call(host, event);
  return event;
}

/** An event, and what its handler returned. */
export interface Fired {
  defaultPrevented: boolean;
  result: unknown;
  preventDefault(): void;
  stopPropagation(): void;
}

/** As the event of a field that a person has changed. */
export function change(element: Element, type: "change" | "input", field: object = {}): void {
  fire(element, type, { target: field, currentTarget: field });
}

function flat(value: unknown, bound: unknown[]): string {
  if (value === nothing || value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => flat(one, bound)).join("");
  if (typeof value !== "object")
    return String(value).replace(/[&<>]/g, (letter) => entities[letter] ?? letter);
  // keyed(key, value) and the like: what they show is their last value.
  if ("_$litDirective$" in value) return flat((value as unknown as Directive).values.at(-1), bound);
  if (!("strings" in value)) throw new Error("this is neither text nor a template");
  const { strings, values } = value as unknown as Template;
  let text = strings[0] ?? "";
  for (const [index, inner] of values.entries()) {
    const isInTag = text.lastIndexOf("<") > text.lastIndexOf(">");
    if (isInTag) text += `${mark}${bound.push(inner) - 1}${mark}`;
    else text += flat(inner, bound);
    text += strings[index + 1] ?? "";
  }
  return text;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function unescaped(text: string): string {
  return text
    .replaceAll("&nbsp;", "\u00a0")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function push(open: readonly Element[], text: string): void {
  if (text !== "") open.at(-1)?.children.push(unescaped(text));
}

function attributesOf(text: string, bound: readonly unknown[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [, name = "", quoted] of text.matchAll(attribute)) {
    const value = quoted?.replace(/^["']|["']$/g, "");
    const whole = value?.match(new RegExp(`^${placeholder.source}$`));
    if (value === undefined) found[name] = "";
    else if (whole) found[name] = bound[Number(whole[1])];
    else
      found[name] = value.replace(new RegExp(placeholder, "g"), (_, index) =>
        String(bound[Number(index)]),
      );
  }
  return found;
}
