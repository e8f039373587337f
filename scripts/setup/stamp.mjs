// Knows what is up to date, by the contents of the inputs: a checkout or a touch changes no content, and
// so builds nothing.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { top } from "./step.mjs";

/** All files at or under a path of the repository, in a fixed order. */
function filesUnder(path) {
  const full = join(top, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}

function hashOf(inputs, words) {
  const hash = createHash("sha256");
  for (const word of words) hash.update(`${word}\0`);
  for (const file of inputs.flatMap(filesUnder)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(top, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * Calls `make` unless `outputs` stand there, made from these very `inputs` (files and folders) and `words`
 * (versions of tools, modes). Tells whether it had to.
 */
export async function whenChanged({ stamp, inputs, words = [], outputs }, make) {
  const path = join(top, stamp);
  const hash = hashOf(inputs, words);
  const stands = outputs.every((output) => existsSync(join(top, output)));
  if (stands && existsSync(path) && readFileSync(path, "utf8") === hash) return false;
  await make();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
  return true;
}
