/** A document that makes elements and measures text, and does nothing else: every letter is 7 pixels wide, 8 in bold. */

import { vi } from "vitest";

export class Node {
  readonly attributes: Record<string, string> = {};
  readonly children: (Node | string)[] = [];

  constructor(readonly name: string) {}

  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }

  append(...children: (Node | string)[]): void {
    this.children.push(...children);
  }

  /** Its words, without what is around them. */
  get text(): string {
    return this.children.map((child) => (typeof child === "string" ? child : child.text)).join("");
  }
}

const letter = 7;
const bold = 8;

/** How wide the page takes a text to be. */
export const wide = (words: string, isBold = false): number =>
  1.05 * (isBold ? bold : letter) * Array.from(words).length;

export function stubDocument(): void {
  let font = "";
  const context = {
    set font(value: string) {
      font = value;
    },
    measureText: (words: string) => ({
      width: (font.startsWith("600") ? bold : letter) * Array.from(words).length,
    }),
  };
  vi.stubGlobal("document", {
    createElementNS: (_: string, name: string) => new Node(name),
    createElement: () => ({ getContext: () => context }),
  });
}
