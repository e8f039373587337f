/** The styles of what is loaded with the panel. They come as text with its script: the sealed page may load no stylesheet of a script's own choosing. */

import text from "./generate.css?inline";

let isWorn = false;

export function wearStyles(): void {
  if (isWorn) return;
  isWorn = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
