/** Pieces of SVG that are drawn around what the core draws. */

/** Those of the core's pictures (`crate/src/plot/theme.rs`). */
export const colours = {
  light: { paper: "#fbfaf7", ink: "#1b1f24", muted: "#5b636e", line: "#dedad2", accent: "#c2410c" },
  dark: { paper: "#14161a", ink: "#e8e6e1", muted: "#9aa3ae", line: "#2b2f36", accent: "#fb923c" },
} as const;

const sans = "system-ui, sans-serif";
/** For α, as in print. */
export const serif = "Georgia, 'Times New Roman', serif";
export const size = 12;

export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** A line of text; pieces may have attributes of their own. */
export function text(
  attributes: Readonly<Record<string, string | number>>,
  ...pieces: readonly (string | SVGElement)[]
): SVGElement {
  const made = element("text", { "font-family": sans, "font-size": size, ...attributes });
  made.append(...pieces.map((piece) => (typeof piece === "string" ? holdable(piece) : piece)));
  return made;
}

/** What XML cannot hold is shown as unknown. */
function holdable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
}

let canvas: CanvasRenderingContext2D | null | undefined;

/** How wide text is, and a little more: where the picture is opened, the font may be another. */
export function widthOf(words: string, weight = 400): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return words.length * size;
  canvas.font = `${weight} ${size}px ${sans}`;
  return 1.05 * canvas.measureText(words).width;
}

/** Without its middle, where it is wider than that: the beginning and the end tell names apart. */
export function shortened(words: string, width: number, weight = 400): string {
  if (widthOf(words, weight) <= width) return words;
  const letters = Array.from(words);
  const kept = (count: number): string => {
    const end = Math.floor(count / 2);
    return `${letters.slice(0, count - end).join("")}…${letters.slice(letters.length - end).join("")}`;
  };
  let [fits, over] = [1, letters.length];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (widthOf(kept(middle), weight) <= width) fits = middle;
    else over = middle;
  }
  return kept(fits);
}
