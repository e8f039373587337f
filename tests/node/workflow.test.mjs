// The workflow that tests and publishes: it can be read, and calls only what exists.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { parse } from "yaml";
import { top } from "../../scripts/setup/step.mjs";
import { read, tiers } from "../../scripts/test/arguments.mjs";

const folder = join(top, ".github/workflows");
const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
const workflows = texts.map((text) => parse(text, { merge: true }));
const [{ jobs }] = workflows;

/** What a job runs of npm, with the tier of a matrix in place. */
function called({ steps, strategy }) {
  const lines = steps.flatMap(({ run = "" }) => run.split("\n"));
  const npm = lines.filter((line) => /^npm /.test(line));
  const names = strategy?.matrix.tier ?? [""];
  return npm.flatMap((line) => names.map((name) => line.replace(/\$\{\{ matrix\.tier \}\}/, name)));
}

test("every npm script that a workflow runs is in package.json, and every tier is run", () => {
  const { scripts } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
  const lines = Object.values(jobs).flatMap(called);
  for (const line of lines) {
    const [, name] = line.match(/^npm (?:run )?(\S+)/);
    assert.ok(name in scripts, name);
  }
  const pushed = ["test", "native", "full"].flatMap((name) => called(jobs[name]));
  const run = pushed.flatMap((line) => read(line.split(" -- ")[1].split(" ")).tiers);
  assert.deepEqual(run.toSorted(), tiers.toSorted());
});

test("what is published is what the tests have used, and only after they all passed", () => {
  const { publish, site, test: tested, full } = jobs;
  assert.deepEqual(publish.needs.toSorted(), ["deny", "full", "native", "site", "test"]);
  const artifact = ({ steps }, action) =>
    steps.find(({ uses = "" }) => uses.includes(action))?.with;
  assert.ok(artifact(site, "/upload-artifact").path.split("\n").includes("dist"));
  for (const job of [tested, full, publish])
    assert.equal(artifact(job, "/download-artifact").name, artifact(site, "/upload-artifact").name);
  assert.equal(artifact(publish, "/upload-pages-artifact").path, "dist");
  assert.match(publish.if, /main.*push/);
});

test("only the job that publishes may write, and only pages", () => {
  for (const workflow of workflows) {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    const { publish, ...others } = workflow.jobs;
    assert.deepEqual(publish.permissions, { pages: "write", "id-token": "write" });
    for (const job of Object.values(others)) assert.equal(job.permissions, undefined);
  }
});

test("actions are GitHub's own, each at one commit, whose version is beside it", () => {
  const used = texts.flatMap((text) => text.match(/^.*\buses:.*$/gm));
  assert.ok(used.length > 0);
  assert.deepEqual(
    used.filter((line) => !/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
    [],
  );
  const commits = new Map();
  for (const line of used) {
    const [, name, commit] = line.match(/uses: (\S+)@(\S+)/);
    assert.equal(commits.get(name) ?? commit, commit, `${name} is at two commits`);
    commits.set(name, commit);
  }
});

test("the compiler of the workflow is the one that Cargo.toml names", () => {
  const [, pattern] = texts[0].match(/version=\$\(sed -n 's\/(.*)\/\\1\/p' Cargo\.toml\)/);
  const expression = new RegExp(pattern.replace("\\(", "(").replace("\\)", ")"), "m");
  assert.match(readFileSync(join(top, "Cargo.toml"), "utf8").match(expression)[1], /^\d+\.\d+$/);
});

test("a dependency updater watches every place that names versions", () => {
  const { updates } = parse(readFileSync(join(top, ".github/dependabot.yml"), "utf8"));
  const files = { cargo: "Cargo.lock", npm: "package-lock.json", pip: "requirements.txt" };
  for (const { "package-ecosystem": kind, directory } of updates) {
    if (kind === "github-actions") continue;
    assert.ok(existsSync(join(top, directory, files[kind])), kind);
  }
  assert.equal(updates.length, 4);
});
