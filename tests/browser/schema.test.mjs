// The Report of page and command is what docs/report.schema.json says: every key, and no other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { attempt, top } from "../../scripts/setup/step.mjs";
import { launchChromium } from "./lib/browser.mjs";
import { openPage, pickFiles, waitForState, waitForStudy } from "./lib/page.mjs";
import { clear, clipboard, copyReport } from "./lib/person.mjs";
import { named } from "./lib/reference.mjs";
import { serveSite } from "./lib/site.mjs";

const schema = JSON.parse(readFileSync(join(top, "docs/report.schema.json"), "utf8"));
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

function assertValid(report) {
  assert.ok(validate(report), JSON.stringify(validate.errors?.slice(0, 5), null, 1));
}

/** Of each kind: all numbers there, the dual, no fit, one column, a constant one, parts of a matrix. */
const files = [
  "minilm_layer6_160x128_f2.npy",
  "powerlaw_alpha1_130x112_f8.npy",
  "shapes/wide_120x130.npy",
  "shapes/2x12.npy",
  "types/f2_le_c.npy",
];

describe("the schema of the Report", () => {
  test("allows no key that it does not describe, and misses none", async () => {
    const report = await commandReport("minilm_layer6_160x128_f2.npy");
    assertValid(report);
    assert.ok(!validate({ ...report, surprise: 1 }), "an unknown key passes");
    for (const key of Object.keys(schema.properties)) {
      const { [key]: _, ...rest } = report;
      assert.ok(!validate(rest), `a Report without ${key} passes`);
    }
  });

  for (const name of files) {
    test(`the command's, of ${name}`, async () => assertValid(await commandReport(name)));
  }

  test("the command's, of features prepared otherwise", async () => {
    const more = ["--unit-rows", "--standardize", "--drop", "2", "--weights", "log-binned"];
    const report = await commandReport("powerlaw_alpha1_130x112_f8.npy", ...more);
    assertValid(report);
    assert.equal(report.dropped_components, 2);
    assert.deepEqual(report.preparation, { centred: true, unit_rows: true, standardized: true });
  });

  test("the command's, of what was made of features elsewhere", async () => {
    for (const [file, ...more] of [
      ["eigenvalues/n_variance.csv"],
      ["eigenvalues/n_variance.csv", "--n", "130"],
      ["covariance/powerlaw_f8.npy", "--given", "covariance"],
      ["covariance/gram_of_rows_raw_f8.npy", "--given", "gram-of-rows"],
      ["covariance/gram_of_columns_raw_f8.npy", "--given", "gram-of-columns"],
      ["moments/whole.npz"],
    ]) {
      assertValid(await reportOf([join("tests/formats", file)], ...more));
    }
  });

  describe("the page's", () => {
    let site;
    let browser;
    let page;
    before(async () => {
      site = await serveSite();
      browser = await launchChromium();
      ({ page } = await openPage(browser, `${site.origin}/`, clipboard));
      await waitForState(page, "empty");
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });
    for (const name of files) {
      test(name, async () => {
        await pickFiles(page, named(name).files);
        await waitForStudy(page);
        assertValid(await copyReport(page));
        await clear(page);
      });
    }
  });
});

function commandReport(name, ...more) {
  return reportOf(named(name).files, ...more);
}

async function reportOf(files, ...more) {
  const args = ["run", "--quiet", "--bin", "eigenscope", "--", "analyze", "--json", ...more];
  const { code, output } = await attempt("cargo", [...args, ...files], { cwd: top });
  assert.equal(code, 0, output);
  return JSON.parse(output);
}
