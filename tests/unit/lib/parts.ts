/** Parts of the page without a document: what they show of a workspace, and what their buttons do. */

import "./page-globals";
import { vi } from "vitest";
import type { Workspace } from "../../../www/state/workspace";
import { type Element, elementsOf, fire } from "./template";

/** What parts look for as they are loaded; call it before they are imported. */
export function stubBrowser(): void {
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} }));
  vi.stubGlobal("document", { adoptedStyleSheets: [], activeElement: null });
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync(): void {}
    },
  );
}

interface Directive {
  _$litDirective$: new (part: { type: number }) => { render(...values: unknown[]): unknown };
  values: unknown[];
}

/** Icons and places where a word may break say nothing. */
const silent = /^\s*<(svg|wbr)\b/;

/** A template in which guard(), repeat() and the like have given what they show, without icons. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== "object" || value === null) return value;
  if ("_$litDirective$" in value) {
    const { _$litDirective$: Kind, values } = value as Directive;
    // 2: a child, not an attribute.
    return resolved(new Kind({ type: 2 }).render(...values));
  }
  if (!("strings" in value && "values" in value)) return value;
  if (silent.test((value.strings as string[])[0] ?? "")) return "";
  return { ...value, values: (value.values as unknown[]).map(resolved) };
}

/** An element of the page that shows a workspace. */
export class ShownPart {
  readonly element: { render(): unknown };

  constructor(name: string, workspace: Workspace, properties: object = {}) {
    const Kind = customElements.get(name);
    if (!Kind) throw new Error(`there is no ${name}`);
    this.element = Object.assign(new Kind(), { workspace }, properties) as never;
  }

  /** What it shows now. */
  get root(): Element {
    return elementsOf(resolved(this.element.render()));
  }

  /** As the event of one of its elements. */
  fire(element: Element, type: string, target: object = {}): unknown {
    return fire(element, type, { target, currentTarget: target }, this.element).result;
  }
}
