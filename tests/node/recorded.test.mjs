// The wasm module that reads links and Reports, called as the page calls it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import { printed } from "../lib/programs.mjs";
import { named } from "../lib/reference.mjs";

const options = { width: 640, height: 400, theme: "light" };

describe("links and Reports", () => {
  let recorded;
  let report;
  beforeAll(async () => {
    recorded = await import(join(top, "www/wasm/recorded.js"));
    recorded.initSync({ module: readFileSync(join(top, "www/wasm/recorded.wasm")) });
    const { files } = named("minilm_layer6_160x128_f2.npy");
    report = JSON.parse(printed("analyze", "--json", ...files));
  });

  const linked = (name) => {
    const writer = new recorded.LinkWriter();
    writer.add_report(report, 11, 100, "1/k", name);
    return writer.fragment();
  };

  function codeOf(work) {
    try {
      work();
    } catch (thrown) {
      assert.match(thrown.message, /\.$/);
      return thrown.code;
    }
    return "none";
  }

  test("a Report gives the same Report in its own window", () => {
    const back = recorded.Recorded.of_report(report);
    assert.deepEqual(back.window, { first: 11, last: 100, weight: "1/k" });
    assert.equal(back.name, report.name);
    const analysis = back.analysis(back.preparation, back.dropped);
    assert.deepEqual(JSON.parse(JSON.stringify(analysis.report(11, 100, "1/k"))), report);
    const { code } = analysis.view(4, 60, "none").uncertainty_reason;
    assert.equal(code, "other_window");
  });

  test("a link gives the numbers that were shown, and makes the same link again", () => {
    const fragment = linked("layer 6");
    const [back] = recorded.read_link(fragment);
    assert.equal(back.name, "layer 6");
    const analysis = back.analysis(back.preparation, back.dropped);
    const view = analysis.view(11, 100, "1/k");
    assert.equal(view.fit.alpha, report.fit.alpha);
    assert.equal(view.uncertainty.low, report.uncertainty.low);
    assert.equal(view.rankme, report.rankme);
    assert.deepEqual(view.approximate, { points: 127, of: 128, alpha_error: null });
    assert.ok(view.notes[0].message.startsWith("127 of 128 eigenvalues came with the link"));
    const { summary } = analysis.plot(options, 11, 100, "1/k", true, []);
    assert.ok(summary.includes(`α = ${report.fit.alpha.toFixed(3)}`), summary);
    const other = analysis.view(4, 60, "none");
    assert.ok(other.approximate.alpha_error > 0 && other.approximate.alpha_error < 1e-3);
    const writer = new recorded.LinkWriter();
    writer.add(analysis, 4, 60, "none", "layer 6");
    assert.equal(writer.fragment(), fragment);
  });

  test("anything that is not a valid Report or link has an error code and a sentence", () => {
    const { of_report } = recorded.Recorded;
    const changed = (change) => codeOf(() => of_report({ ...report, ...change }));
    assert.equal(changed({}), "none");
    assert.equal(changed({ version: 4 }), "newer_report");
    assert.equal(changed({ fit: { ...report.fit, alpha: 2 } }), "bad_report");
    assert.equal(changed({ reading: 3 }), "bad_report");
    assert.equal(changed({ fits: null }), "bad_report");
    assert.equal(changed({ total_variance: Number.POSITIVE_INFINITY }), "bad_report");
    for (const nothing of [undefined, null, 3, "report", [], {}]) {
      assert.equal(
        codeOf(() => of_report(nothing)),
        "bad_report",
      );
    }
    const fragment = linked();
    assert.equal(
      codeOf(() => recorded.read_link(fragment.slice(0, -1))),
      "damaged_link",
    );
    const [back] = recorded.read_link(fragment);
    assert.equal(back.name, undefined);
    const analysis = back.analysis(back.preparation, 0);
    const map = () => analysis.map_plot(options, "alpha", 11, 100, "1/k");
    assert.equal(codeOf(map), "needs_eigenvalues");
    const standardized = { ...back.preparation, standardized: true };
    assert.equal(back.analysis(standardized, 0).reason.code, "not_recorded");
  });
});
