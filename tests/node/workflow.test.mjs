// The workflow that tests and publishes: that it can be read, and calls what there is.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { top } from "../scripts/setup/step.mjs";

const folder = join(top, ".github/workflows");
const workflows = readdirSync(folder).map((file) =>
  parse(readFileSync(join(folder, file), "utf8")),
);
const jobs = workflows.flatMap((workflow) => Object.values(workflow.jobs));
const steps = jobs.flatMap((job) => job.steps);

test("every npm script that a workflow runs is in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
  const lines = steps.flatMap(({ run = "" }) => run.split("\n"));
  const called = lines.flatMap((line) => line.match(/^npm (?:run )?(\S+)/)?.[1] ?? []);
  assert.deepEqual(called, ["test"]);
  for (const name of called) assert.ok(name in scripts, name);
});

test("what is published is what the tests have used, and only after they passed", () => {
  const [{ jobs }] = workflows;
  assert.equal(jobs.publish.needs, "test");
  const at = (list, wanted) => list.findIndex(({ run, uses }) => (run ?? uses).startsWith(wanted));
  const { steps } = jobs.test;
  assert.equal(steps[at(steps, "actions/upload-pages-artifact")].with.path, "dist");
  assert.ok(at(steps, "npm test") < at(steps, "actions/upload-pages-artifact"));
  assert.ok(at(jobs.publish.steps, "actions/deploy-pages") > 0);
});

test("only the job that publishes may write, and only pages", () => {
  for (const workflow of workflows) {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    const { publish, ...others } = workflow.jobs;
    assert.deepEqual(publish.permissions, { pages: "write", "id-token": "write" });
    for (const job of Object.values(others)) assert.equal(job.permissions, undefined);
  }
});

test("actions are GitHub's own", () => {
  const used = steps.flatMap(({ uses = [] }) => uses);
  assert.ok(used.length > 0);
  assert.deepEqual(
    used.filter((name) => !/^actions\/[\w-]+@v\d+$/.test(name)),
    [],
  );
});
