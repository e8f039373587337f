/** The one tooltip of the page: explains the word that is pointed at or focused. */

const margin = 8;

/** A pointer has so many milliseconds to go from the word to its explanation, which stays while it is there. */
const grace = 200;

let tip: HTMLElement | null = null;
let leaving: ReturnType<typeof setTimeout> | undefined;

/** Shows `text` under `anchor`, or above it where there is no room below. */
export function showTip(anchor: HTMLElement, text: string): void {
  clearTimeout(leaving);
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

/** The pointer has left the word, or its explanation. */
export function leaveTip(): void {
  clearTimeout(leaving);
  leaving = setTimeout(hideTip, grace);
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
  element.addEventListener("pointerenter", () => clearTimeout(leaving));
  element.addEventListener("pointerleave", leaveTip);
  document.body.append(element);
  window.addEventListener("scroll", hideTip, { passive: true, capture: true });
  return element;
}
