/** Whether the person wants results to stay in this browser: known without loading what keeps them. */

const key = "eigenscope.session";

export function isSessionKept(): boolean {
  try {
    return localStorage.getItem(key) === "on";
  } catch {
    return false;
  }
}

/** Throws where storage is switched off. */
export function wishSession(isWanted: boolean): void {
  if (isWanted) localStorage.setItem(key, "on");
  else localStorage.removeItem(key);
}
