// One Python script for all datasets: each has a function of its own, and whatever a dataset is called stays a name.

import { describe, expect, test } from "vitest";
import "./lib/quiet-page";
import { pythonForAll } from "../../www/share/python";
import { line, shown } from "./lib/lines";

/** A script as the core writes it. */
const script = (body: string): string =>
  `# α of a file\n# by Eigenscope\nimport numpy as np\n\n${body}\nprint(alpha)\n`;

const scripts = (...made: Parameters<typeof line>[0][]): string =>
  pythonForAll(shown(made.map(line))) ?? "";

/** The names in the list at the end, read as Python reads literals. */
function names(text: string): string[] {
  return Array.from(text.matchAll(/^ {4}\((".*"), (alpha_\d+)\),$/gm), ([, literal = ""]) =>
    JSON.parse(
      literal.replace(/\\U([0-9a-f]{8})/g, (_, code: string) => {
        const unit = (part: number): string => `\\u${part.toString(16).padStart(4, "0")}`;
        return Array.from(String.fromCodePoint(Number.parseInt(code, 16)).split(""), (one) =>
          unit(one.charCodeAt(0)),
        ).join("");
      }),
    ),
  );
}

test("each dataset has a function, which is called in the end", () => {
  const text = scripts(
    { name: "a.npy", python: script('x = np.load("a.npy")\nalpha = 1') },
    { name: "b.npy", python: script('x = np.load("b.npy")\n\n\n\nalpha = 2') },
  );
  expect(text).toBe(
    [
      "import numpy as np",
      "",
      "",
      "# α of a file",
      "# by Eigenscope",
      "def alpha_1():",
      '    x = np.load("a.npy")',
      "    alpha = 1",
      "    return alpha",
      "",
      "",
      "# α of a file",
      "# by Eigenscope",
      "def alpha_2():",
      '    x = np.load("b.npy")',
      "",
      "    alpha = 2",
      "    return alpha",
      "",
      "",
      "for name, alpha in [",
      '    ("a.npy", alpha_1),',
      '    ("b.npy", alpha_2),',
      "]:",
      '    print(name, alpha(), sep="\\t")',
      "",
    ].join("\n"),
  );
});

test("a dataset without α is named in a comment, and the others keep their numbers", () => {
  const text = scripts(
    { name: "none.npy" },
    { name: "one.npy", python: script("alpha = 1") },
    { name: "also\nnone" },
  );
  expect(text).toContain("# none.npy: no α in this window, or no files to read\n");
  expect(text).toContain("# also none: no α");
  expect(names(text)).toEqual(["one.npy"]);
  expect(text).toContain('("one.npy", alpha_1)');
});

test("there is no script where nothing has an α", () => {
  expect(pythonForAll(shown([line(), line()]))).toBeUndefined();
  expect(pythonForAll(shown([]))).toBeUndefined();
});

describe("a name is only a name", () => {
  test.each([
    'quote".npy',
    "back\\slash.npy",
    'end\\"), os.system("x',
    "two\nlines",
    "tab\there",
    "{braces} %s",
    "日本語 🎲 α",
    "bell\u0007",
    "del\u007f",
    "next\u0085line",
    "right\u202eto left",
    "zero\u200bwidth",
    "tag \u{e0041}",
    "",
  ])("%j", (name) => {
    const text = scripts({ name, python: script("alpha = 1") });
    expect(names(text)).toEqual([name]);
    // What turns the direction of text, or breaks a line, is not in the script as it is.
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each(["a\nimport os", "a\r\nb", "x\u2028y\u202e", "\u0085"])(
    "%j cannot end the comment that it is in",
    (name) => {
      const text = scripts({ name }, { name: "one.npy", python: script("alpha = 1") });
      const comments = text.split(/[\n\r\u0085]/).filter((one) => one.startsWith("# "));
      expect(comments).toHaveLength(3);
      expect(text).not.toMatch(/^import os/m);
    },
  );
});
