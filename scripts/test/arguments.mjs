// What `npm test -- …` may say.

import { Refusal } from "../setup/step.mjs";

/** The tiers in the order in which they run. `full` runs only where it is named, or by `npm run test:all`. */
export const tiers = ["check", "native", "node", "browser", "full"];
const usual = tiers.slice(0, -1);

export const usage = `npm test                       every tier but "full"
npm test -- node               one tier, or several: ${tiers.join(", ")}
npm test -- browser run        only files whose name contains "run" (native: tests whose name does)
npm test -- node -t "words"    only tests whose name contains these words
npm test -- --changed          only what changes since the last commit can break
npm test -- --changed=main     the same since another commit
npm run test:all               every tier`;

/** { tiers, filters, name, changed } of a command line; a Refusal says what is wrong with it. */
export function read(words) {
  const asked = { tiers: [], filters: [], name: undefined, changed: undefined };
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (tiers.includes(word)) asked.tiers.push(word);
    else if (word === "--all") asked.tiers.push(...tiers);
    else if (word === "-t") asked.name = needed(rest.shift(), "-t needs words of a test's name.");
    else if (word === "--changed") asked.changed = "HEAD";
    else if (word.startsWith("--changed=")) asked.changed = word.slice("--changed=".length);
    else if (word.startsWith("-")) throw new Refusal(`There is no option "${word}".\n\n${usage}`);
    else asked.filters.push(word);
  }
  if (asked.filters.length > 0 && asked.tiers.length === 0) {
    throw new Refusal(`There is no tier "${asked.filters[0]}".\n\n${usage}`);
  }
  if (asked.tiers.length === 0) asked.tiers = usual;
  asked.tiers = tiers.filter((tier) => asked.tiers.includes(tier));
  return asked;
}

function needed(value, message) {
  if (value === undefined) throw new Refusal(`${message}\n\n${usage}`);
  return value;
}
