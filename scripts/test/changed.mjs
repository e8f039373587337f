// Which tests a change can break: for `npm test -- --changed`.

import { attempt, Refusal } from "../setup/step.mjs";

/** Files that differ from a commit, with those that git does not know yet. */
export async function changedSince(commit) {
  const list = async (...args) => {
    const { code, output } = await attempt("git", args);
    if (code !== 0) throw new Refusal(`git cannot say what has changed: ${output.trim()}`);
    return output.split("\n").filter(Boolean);
  };
  return [
    ...(await list("diff", "--name-only", commit)),
    ...(await list("ls-files", "--others", "--exclude-standard")),
  ];
}

/**
 * By the beginning of a path, the tiers that it can break; the first that fits counts. A test file by itself can break
 * only itself. What fits nowhere can break everything.
 */
const rules = [
  [/^(docs\/(?!report\.schema)|[^/]*\.md$|LICENSE|issues)/, ["check"]],
  [/^bench\//, ["check"]],
  [/^fuzz\//, ["check"]],
  [/^tests\/native\//, ["check", "native"]],
  [/^tests\/(unit|node)\//, ["check", "node"]],
  [/^tests\/browser\//, ["check", "browser"]],
  [/^tests\/full\//, ["check", "full"]],
  [/^tests\/lib\//, ["check", "node", "browser"]],
  [/^(www\/|index\.html|vite\.config\.ts|scripts\/site\/)/, ["check", "node", "browser"]],
  [/^\.github\//, ["check"]],
];

/** { tiers, filters: by tier, the test files to which it comes down, or undefined for all }. */
export function affected(files) {
  const tiers = new Set();
  const single = {};
  for (const file of files) {
    const [, hit = ["check", "native", "node", "browser"]] =
      rules.find(([pattern]) => pattern.test(file)) ?? [];
    const isTest = /\.test\.\w+$/.test(file);
    for (const tier of hit) {
      tiers.add(tier);
      if (tier === "check") continue;
      single[tier] ??= [];
      single[tier].push(isTest ? file : undefined);
    }
  }
  const filters = {};
  for (const [tier, all] of Object.entries(single))
    filters[tier] = all.every(Boolean) ? all : undefined;
  return { tiers: [...tiers], filters };
}
