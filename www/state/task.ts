/** Resolves in a task of its own, so that the browser can answer a person in between. */
export function task(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
