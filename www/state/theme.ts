import { isEmbedded } from "./embedded";

export type Theme = "light" | "dark";
export type ThemeChoice = "system" | Theme;

/** What the page keeps between visits without being told to, beside its own files; in a frame it keeps nothing. */
const storageKey = "eigenscope.theme";

/** What the person chose last time; "system" where nothing was, or where storage is switched off. */
export function savedTheme(): ThemeChoice {
  if (isEmbedded) return "system";
  try {
    const saved = localStorage.getItem(storageKey);
    return saved === "light" || saved === "dark" ? saved : "system";
  } catch {
    return "system";
  }
}

export function saveTheme(choice: ThemeChoice): void {
  if (isEmbedded) return;
  try {
    if (choice === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
