/**
 * What the HDF5 library has to say of errors goes here and not to the console: a file that it cannot read is no fault of the page.
 *
 * The library takes the console's function as it starts, so this module has to be imported before it.
 */

/** Lines that are kept. */
const KEPT = 64;

const heard: string[] = [];
const { error } = console;

console.error = (...words: unknown[]): void => {
  heard.push(words.join(" "));
  if (heard.length > KEPT) heard.shift();
};

/** The console is as it was. */
export function hearNoMore(): void {
  console.error = error;
}

/** What was said since the last time that somebody asked. */
export function lastHeard(): string {
  return heard.splice(0).join("\n");
}
