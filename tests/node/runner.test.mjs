// The runner of the tests: what a command line means, what a change can break, and what is printed in the end.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test, vi } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { read, tiers } from "../../scripts/test/arguments.mjs";
import { affected } from "../../scripts/test/changed.mjs";
import { Results } from "../../scripts/test/results.mjs";

describe("a command line", () => {
  test("without words runs every tier but the full one", () => {
    assert.deepEqual(read([]).tiers, ["check", "native", "node", "browser"]);
    assert.deepEqual(read(["--all"]).tiers, tiers);
  });

  test("names tiers, then files, then a test", () => {
    assert.deepEqual(read(["browser", "node", "run", "-t", "a claim"]), {
      tiers: ["node", "browser"],
      filters: ["run"],
      name: "a claim",
      changed: undefined,
    });
    assert.equal(read(["--changed"]).changed, "HEAD");
    assert.equal(read(["--changed=main~2"]).changed, "main~2");
  });

  test("that cannot be meant is refused with how to say it", () => {
    for (const words of [["rubbish"], ["--fast"], ["node", "-t"]])
      assert.throws(() => read(words), /npm test -- browser run/);
  });
});

describe("a change", () => {
  const tiersOf = (...files) => affected(files).tiers.toSorted();

  test("of the page can break everything but what is native", () => {
    assert.deepEqual(tiersOf("www/view/app.ts"), ["browser", "check", "node"]);
  });

  test("of the core can break everything", () => {
    assert.deepEqual(tiersOf("crate/src/fit/mod.rs"), ["browser", "check", "native", "node"]);
    assert.deepEqual(tiersOf("docs/report.schema.json"), ["browser", "check", "native", "node"]);
    assert.deepEqual(tiersOf("something/new.txt"), ["browser", "check", "native", "node"]);
  });

  test("of words can break only the checks", () => {
    assert.deepEqual(tiersOf("README.md", "docs/link.md"), ["check"]);
  });

  test("of one test file comes down to that file, of what tests share to all that use it", () => {
    const run = "tests/browser/run.test.mjs";
    assert.deepEqual(affected([run]), { tiers: ["check", "browser"], filters: { browser: [run] } });
    assert.equal(affected([run, "tests/browser/lib/page.mjs"]).filters.browser, undefined);
    assert.deepEqual(tiersOf("tests/lib/reference.mjs"), ["browser", "check", "node"]);
  });
});

describe("the results", () => {
  afterEach(() => vi.restoreAllMocks());

  function printed(results) {
    const lines = [];
    vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
    results.print();
    return lines.join("\n");
  }

  test("end with the counts, and name each failure with how to run it alone", async () => {
    const results = new Results();
    await results.timed("node", async () => {
      results.add({ tier: "node", name: "good", seconds: 2, status: "passed" });
      const alone = "npm test -- node x";
      results.add({
        tier: "node",
        name: "bad",
        seconds: 1,
        status: "failed",
        words: "1 is not 2",
        alone,
      });
    });
    assert.equal(results.isGreen, false);
    const text = printed(results);
    assert.match(text, /\n1 passed, 1 failed$/);
    assert.match(text, /- node: bad\n {4}1 is not 2\n {2}Run it alone: npm test -- node x\n/);
    assert.match(text, /2\.0 s {2}node {2}good\n.*1\.0 s {2}node {2}bad/);
  });

  test("are red where nothing was run", () => {
    assert.equal(new Results().isGreen, false);
  });

  test("name twenty of the slowest tests at most, the slowest first", () => {
    const results = new Results();
    for (let i = 0; i < 30; i += 1)
      results.add({ tier: "node", name: `test ${i}.`, seconds: i, status: "passed" });
    const text = printed(results);
    assert.ok(text.includes("test 29.") && text.includes("test 10.") && !text.includes("test 9."));
    assert.ok(text.indexOf("test 29.") < text.indexOf("test 10."));
  });
});

describe("tests/README.md", () => {
  const text = readFileSync(join(top, "tests/README.md"), "utf8");
  const claims = text.split("## What is claimed")[1].split("\n## Fixtures")[0];
  const lines = claims.match(/^\| [^|]+ \| [^|]+ \|[^|]*\|$/gm).slice(1);

  test("names only test files that exist, and all of the page's", () => {
    const folders = ["native", "unit", "node", "browser", "full"];
    const files = folders.flatMap((folder) =>
      readdirSync(join(top, "tests", folder)).map((name) => `${folder}/${name.split(".")[0]}`),
    );
    const named = new Set();
    const missing = [];
    for (const line of lines) {
      // "native `golden`, `splits`; node `study`" in the second column; what is in the third is of `full`, or native.
      const [, , usual, full] = line.split("|");
      for (const [column, first] of [
        [usual, undefined],
        [full, "full"],
      ]) {
        let folder = first;
        for (const [, word, stem] of column.matchAll(/([a-z]+)|`([\w*-]+)`/gi)) {
          if (folders.includes(word)) folder = word;
          if (!stem || stem === "rendered") continue;
          const pattern = new RegExp(`^${folder}/${stem.replaceAll("*", ".*")}$`);
          const found = files.filter((file) => pattern.test(file));
          for (const file of found) named.add(file);
          if (found.length === 0) missing.push(`${folder}: ${stem}`);
        }
      }
    }
    assert.deepEqual(missing, []);
    const unnamed = files.filter((file) => /^browser\/(?!lib)/.test(file) && !named.has(file));
    assert.deepEqual(unnamed, []);
  });
});
