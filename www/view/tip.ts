/** The one tooltip of the page: explains the word that is pointed at or focused. */

const margin = 8;
let tip: HTMLElement | null = null;

/** Shows `text` under `anchor`, or above it where there is no room below. */
export function showTip(anchor: HTMLElement, text: string): void {
  tip ??= createTip();
  tip.textContent = text;
  tip.hidden = false;
  const word = anchor.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const page = document.documentElement;
  const rightmost = page.clientWidth - box.width - margin;
  const below = word.bottom + margin;
  const fits = below + box.height <= page.clientHeight;
  tip.style.left = `${Math.max(margin, Math.min(word.left, rightmost))}px`;
  tip.style.top = `${fits ? below : Math.max(margin, word.top - box.height - margin)}px`;
}

/** Takes the tooltip away; tells whether there was one. */
export function hideTip(): boolean {
  if (!tip || tip.hidden) return false;
  tip.hidden = true;
  return true;
}

function createTip(): HTMLElement {
  const element = document.createElement("div");
  element.className = "tip";
  // The text is already in the word's description: a screen reader needs it once.
  element.setAttribute("aria-hidden", "true");
  document.body.append(element);
  window.addEventListener("scroll", hideTip, { passive: true, capture: true });
  return element;
}
