/** Styles of what is loaded later. They come as text with its script: the sealed page may load no stylesheet of a script's own choosing. */

const worn = new Set<string>();

export function wear(text: string): void {
  if (worn.has(text)) return;
  worn.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
