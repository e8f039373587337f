/** One Python script that gives every α again. */

import type { Shown } from "./shown";

/** As every script of the core begins to compute. */
const imports = "import numpy as np\n\n";
/** And as it ends. */
const end = "print(alpha)";

/** A function for each dataset, and a line for each that has none; undefined where none has. */
export function pythonForAll({ lines, window, weight }: Shown): string | undefined {
  const functions: string[] = [];
  const calls: string[] = [];
  const without: string[] = [];
  for (const { name, analysis } of lines) {
    const script = analysis.python(window.first, window.last, weight);
    if (script === undefined) {
      without.push(`# ${oneLine(name)}: no α in this window, or no files to read`);
      continue;
    }
    const called = `alpha_${functions.length + 1}`;
    functions.push(asFunction(script, called));
    calls.push(`    (${literal(name)}, ${called}),`);
  }
  if (functions.length === 0) return undefined;
  const all = ["for name, alpha in [", ...calls, "]:", '    print(name, alpha(), sep="\\t")'];
  return `import numpy as np\n\n\n${functions.join("\n\n")}\n\n${[...without, ...all].join("\n")}\n`;
}

/** A script of the core, whose comments stand before the import. */
function asFunction(script: string, name: string): string {
  const [comments = "", body = ""] = script.split(imports);
  const code = body.slice(0, body.lastIndexOf(end));
  const lines = `${code}return alpha`.split("\n").map((line) => (line ? `    ${line}` : ""));
  return `${comments}def ${name}():\n${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

/** A string literal: JSON's is one, but for what turns the direction of text, which an editor would show in another order. */
function literal(text: string): string {
  const escaped = (letter: string): string =>
    `\\U${(letter.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}]/gu, escaped);
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, " ");
}
