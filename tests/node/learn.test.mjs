// The numbers of the lessons, from the wasm module that the page loads for them, in the calls that their elements make.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { top } from "../../scripts/setup/step.mjs";
import * as learn from "../../www/wasm/learn.js";

learn.initSync({ module: readFileSync(join(top, "www/wasm/learn.wasm")) });

const near = (value, wanted, within) =>
  assert.ok(Math.abs(value - wanted) <= within, `${value}, not ${wanted} ± ${within}`);

const networks = (name) => readFileSync(join(top, "www/learn/networks", name), "utf8");
const table = (name) =>
  networks(name)
    .trim()
    .split("\n")
    .map((line) => line.split(","));

const canvas = { width: 480, height: 320, theme: "light" };

/** Circles of a picture: one per dot, and three per ring. */
const circles = ({ svg }) => svg.split("<circle").length - 1;

describe("lesson 1, a cloud", () => {
  test("eigenvalues are those of the covariance of its points, and α is the slope through both", () => {
    const cloud = new learn.PointCloud(2, 1);
    const points = Array.from({ length: cloud.count }, (_, index) => {
      const [, x, y] = cloud.place(index).match(/first feature (\S+), second (\S+)$/);
      return [x, y].map((text) => Number(text.replace("−", "-")));
    });
    const mean = [0, 1].map((k) => points.reduce((sum, one) => sum + one[k], 0) / points.length);
    const covariance = (a, b) =>
      points.reduce((sum, one) => sum + (one[a] - mean[a]) * (one[b] - mean[b]), 0) /
      (points.length - 1);
    const [xx, xy, yy] = [covariance(0, 0), covariance(0, 1), covariance(1, 1)];
    const root = Math.hypot((xx - yy) / 2, xy);
    const { eigenvalues, alpha } = cloud.numbers(4, 0);
    // Places are said with one decimal.
    near(eigenvalues[0], (xx + yy) / 2 + root, 0.1);
    near(eigenvalues[1], (xx + yy) / 2 - root, 0.1);
    near(alpha, Math.log2(eigenvalues[0] / eigenvalues[1]), 1e-12);
  });

  test("a cloud of three features has a third eigenvalue, and the least-squares slope over ranks 1 to 3", () => {
    const { eigenvalues, alpha } = new learn.PointCloud(3, 1).numbers(4, 40);
    assert.equal(eigenvalues.length, 3);
    const x = [1, 2, 3].map(Math.log);
    const y = eigenvalues.map(Math.log);
    // Each rank counts as much as its part of the axis, 1/k, as in the analyzer.
    const weights = [1, 1 / 2, 1 / 3];
    const all = weights.reduce((sum, one) => sum + one);
    const mean = (of) => of.reduce((sum, one, k) => sum + weights[k] * one, 0) / all;
    const product = (a, b) =>
      a.reduce((sum, one, k) => sum + weights[k] * (one - mean(a)) * (b[k] - mean(b)), 0);
    near(alpha, -product(x, y) / product(x, x), 1e-12);
  });
});

describe("lesson 3, a window of a layer's spectrum", () => {
  const spectrum = new learn.LayerSpectrum(
    networks("minilm/spectra.csv"),
    networks("minilm/results.csv"),
    6,
  );

  test("each window has an α of its own, and the guess is judged by it", () => {
    const usual = spectrum.numbers({ first: 11, last: 100, guess: 0.3, fitted: true });
    near(usual.alpha, 0.7097, 1e-3);
    near(usual.off, 0.3 - usual.alpha, 1e-12);
    const wide = spectrum.numbers({ first: 11, last: 381, guess: 0.3, fitted: true });
    near(wide.alpha, 1.171, 1e-3);
    assert.ok(wide.r2 < 0.75, `${wide.r2}`);
  });

  test("nothing of the fit is shown before it is asked for", () => {
    const choice = { first: 11, last: 100, guess: 0.3, fitted: false };
    const { summary } = spectrum.numbers(choice);
    assert.match(summary, /0\.30/);
    assert.doesNotMatch(summary, /0\.7/);
    assert.match(spectrum.numbers({ ...choice, fitted: true }).summary, /0\.71/);
  });

  test("a window without a line says why", () => {
    const { alpha, refusal } = spectrum.numbers({ first: 100, last: 50, guess: 0.3, fitted: true });
    assert.equal(alpha, null);
    assert.match(refusal, /100.*50/);
  });
});

describe("lesson 4, a sample of n rows", () => {
  const settings = { alpha: 1, columns: 64, rows: 300, seed: 7 };

  test("its first eigenvalue comes out too large and its last too small", () => {
    const { numbers, spectra } = new learn.FiniteN(settings);
    assert.deepEqual([numbers.ratio, numbers.ranks], [300 / 64, 64]);
    assert.ok(numbers.head > 1 && numbers.head < 1.2, `head ${numbers.head}`);
    assert.ok(numbers.tail < 0.5, `tail ${numbers.tail}`);
    near(numbers.alpha, numbers.expected_alpha, 0.1);
    const [truth, sample, expected] = spectra;
    truth.forEach((value, index) => {
      near(value / truth[0], 1 / (index + 1), 1e-12);
    });
    near(numbers.head, expected[0] / truth[0], 1e-12);
    near(numbers.tail, expected[63] / truth[63], 1e-12);
    // What theory expects keeps the total variance.
    const sum = (of) => of.reduce((all, one) => all + one, 0);
    near(sum(expected) / sum(truth), 1, 1e-3);
    near(sum(sample) / sum(truth), 1, 0.3);
  });

  test("eigenvalues of pure noise fill the bars as Marchenko and Pastur say", () => {
    const bars = new learn.FiniteN(settings).noise_bars();
    assert.equal(bars.length, 40);
    const sum = (column) => bars.reduce((all, bar) => all + bar[column], 0);
    assert.equal(sum(2), 64);
    near(sum(3), 64, 0.5);
    const [low, high] = [-1, 1].map((sign) => (1 + sign * Math.sqrt(64 / 300)) ** 2);
    for (const [from, to, , expected] of bars) if (to < low || from > high) near(expected, 0, 1e-9);
    near(bars.reduce((all, [from, to, count]) => all + (count * (from + to)) / 2, 0) / 64, 1, 0.05);
  });

  test("all samples are drawn one after the other, and their means follow the theory", () => {
    const many = new learn.AlphaOfRows({ ...settings, rows: 64 });
    const [none, all] = many.progress;
    assert.equal(none, 0);
    let drawn = 0;
    while (many.draw()) {
      drawn += 1;
      assert.equal(many.progress[0], drawn);
    }
    assert.deepEqual([...many.progress], [all, all]);
    for (const { ratio, rows, expected, mean, deviation } of many.points) {
      near(rows, Math.round(ratio * 64), 0);
      near(mean, expected, Math.max(0.05, 3 * deviation));
    }
    assert.match(many.picture(300, canvas).summary, /Means of samples: .* at 0\.25, .* at 16\.$/);
  });
});

describe("lesson 5, noise on a power law", () => {
  const numbersAt = (noise) =>
    new learn.NoiseFloor({ alpha: 1, columns: 128, rows: 1024, noise, seed: 7 }).numbers;

  test("α falls with noise though the signal is the same", () => {
    const [quiet, loud] = [0.001, 0.04].map(numbersAt);
    // The signal is 1/k: 1/k ≥ σ² up to k = 1/σ².
    assert.deepEqual([quiet.over_noise, loud.over_noise], [128, 25]);
    assert.ok(loud.population_alpha < quiet.population_alpha - 0.2);
    assert.ok(loud.alpha < quiet.alpha - 0.2);
    assert.ok(loud.above < quiet.above);
    for (const [noise, { edge }] of [
      [0.001, quiet],
      [0.04, loud],
    ])
      near(edge, noise * (1 + Math.sqrt(128 / 1023)) ** 2, 1e-12);
  });

  test("all samples are drawn", () => {
    const many = new learn.AlphaOverNoise({ alpha: 1, columns: 128, rows: 128, noise: 0, seed: 7 });
    const [, all] = many.progress;
    while (many.draw());
    assert.deepEqual([...many.progress], [all, all]);
    const { points } = many;
    assert.ok(points.at(-1).mean < points[0].mean - 0.2);
  });
});

describe("lesson 6, the α that suffers least", () => {
  const usual = {
    alpha: 1,
    rows: 32,
    smoothness: 2,
    ridge: { fixed: 0 },
    labels: "numbers",
    seed: 1,
  };
  const of = (settings) => new learn.AlphaNear1({ ...usual, ...settings }).numbers;

  test("is near 1 with some noise and no ridge, and the target's own without noise", () => {
    const { best } = of({});
    near(best[0], 2, 0.06);
    near(best[1], 1, 0.11);
    assert.ok(best[2] < 0.9, `${best[2]}`);
  });

  test("is the target's own with the best ridge, whatever is wrong", () => {
    for (const best of of({ ridge: "best", labels: "classes", smoothness: 1.5 }).best)
      near(best, 1.5, 0.06);
  });

  test("is none where there are more rows than features and no ridge", () => {
    const { best, errors, summary } = of({ rows: 400 });
    assert.equal(best[1], null);
    // n = 400, d = 256: the noise that is left is σ² d / (n − d − 1), of an infinite sample σ² d / (n − d).
    [0, 0.25, 1].forEach((noise, level) => {
      near(errors[level], (noise * 256) / (400 - 256), 1e-6);
    });
    assert.match(
      summary,
      /more than features, α does not matter: error 0\.000 with no noise, error 0\.44/,
    );
  });

  test("is shown by dots too, three draws of each place and level", () => {
    const settings = { ...usual, ridge: { fixed: 0.1 } };
    const draws = new learn.AlphaNear1Draws(settings);
    const theory = new learn.AlphaNear1(settings);
    let made = draws.more(6);
    assert.ok(!made.is_done && made.alpha.length + made.rows.length > 0);
    while (!made.is_done) made = draws.more(6);
    // 13 places along α and 18 along n, three levels, three draws; and a ring of three circles for each level along α.
    assert.equal(circles(theory.picture("alpha", made.alpha, canvas)), 13 * 9 + 9);
    assert.equal(circles(theory.picture("alpha", [], canvas)), 9);
    // Dots beyond the axes are not drawn.
    const along = circles(theory.picture("rows", made.rows, canvas));
    assert.ok(along > 18 * 9 * 0.8 && along <= 18 * 9, `${along}`);
  });

  test("is that of new settings once they are set", () => {
    const theory = new learn.AlphaNear1(usual);
    const before = theory.numbers.summary;
    theory.set({ ...usual, alpha: 1.5 });
    assert.notEqual(theory.numbers.summary, before);
    assert.match(theory.numbers.summary, /at α = 1\.50/);
  });
});

describe("lesson 7, the edge 1 + 2/D", () => {
  const ring = (alpha) => new learn.RingOfStimuli({ alpha, pairs: 256, seed: 1 });

  test("above it the length settles, at π/√6 for α = 4", () => {
    const { limit, slope, threshold, summary } = ring(4).numbers(1);
    // Σ m^(2−4) = π²/6.
    near(limit, Math.PI / Math.sqrt(6), 1e-9);
    const sum = Array.from({ length: 256 }, (_, m) => (m + 1) ** -2).reduce((a, b) => a + b);
    near(slope, Math.sqrt(sum), 1e-9);
    assert.equal(threshold, 3);
    assert.match(summary, /above the edge .* settles, to 1\.28 as dimensions are added/);
  });

  test("below it the responses tend to a fractal", () => {
    const { fractal_dimension: dimension, threshold, limit, summary } = ring(1.5).numbers(2);
    // 2 / (α − 1), and 1 + 2/2.
    assert.deepEqual([dimension, threshold, limit], [4, 2, null]);
    assert.match(summary, /grows without end .* fractal of dimension 4\.00/);
  });

  test("its picture is another where it is turned", () => {
    const picture = (turn) => ring(2).picture(turn, 10, canvas);
    assert.notEqual(picture(30).svg, picture(31).svg);
    assert.match(picture(-177).summary, /turned by −177 and tilted by 10 degrees/);
  });
});

describe("lesson 8, spectra of networks", () => {
  const layers = learn.SpectraInOrder.of_layers(
    networks("minilm/spectra.csv"),
    networks("minilm/results.csv"),
  );

  test("a layer's α is that of its features, and its file has their eigenvalues and n", () => {
    const [, , , layer] = table("minilm/results.csv");
    const [wanted] = [Number(layer[3]).toFixed(3)];
    assert.ok(layers.said(2).includes(`layer 2: α = ${wanted} over ranks 11 to 100`));
    assert.equal(layers.rows, 3000);
    const [name, text] = layers.file(2);
    assert.equal(name, "minilm-layer2.csv");
    assert.equal(text.trim().split("\n").length, 1 + 384);
  });

  test("steps of training are in order, with the network and its training in words", () => {
    const steps = learn.SpectraInOrder.of_steps(
      "vgg",
      "byol",
      networks("experiment/spectra/vgg-byol.csv"),
      networks("experiment/progress.csv"),
    );
    assert.equal(steps.along, "step");
    assert.deepEqual(
      [...steps.places],
      [...steps.places].toSorted((a, b) => a - b),
    );
    assert.match(steps.said(steps.places.length - 1), /^VGG-like, BYOL, step 400/);
  });

  test("the table has the coefficients that SciPy found", () => {
    const rows = table("experiment/relations.csv").slice(1);
    for (const noise of [0, 60, 80]) {
      const asked = { tuned: false, noise, among: "vgg" };
      const scores = new learn.NetworkScores(networks("experiment/results.csv"), asked);
      assert.match(scores.said, /^VGG-like networks: of α/);
      for (const found of scores.table) {
        for (const coefficient of ["spearman", "kendall"]) {
          const wanted = [found.name, "alpha", `probe_${noise}`, coefficient];
          const row = rows.find((one) =>
            [0, 2, 3, 4].every((at, place) => one[at] === wanted[place]),
          );
          near(Number.parseFloat(found[coefficient].replaceAll("−", "-")), row[5], 0.0051);
        }
      }
    }
  });

  test("the answer's remark on tiny ViTs, that they were still getting better, is that of the runs", () => {
    const rows = table("experiment/progress.csv");
    const answer = networks("lesson.ts");
    const gain = (network) => {
      const some = rows.filter((row) => row[0] === network && row[1] !== "untrained");
      const mean = (step) => {
        const scores = some.filter((row) => row[4] === step).map((row) => Number(row[10]));
        return scores.reduce((sum, score) => sum + score, 0) / scores.length;
      };
      return (100 * (mean("400") - mean("200"))).toFixed(1);
    };
    const gains = ["vit", "vgg", "resnet"].map(gain);
    assert.deepEqual(gains, ["4.2", "0.7", "0.4"]);
    for (const one of gains) assert.ok(answer.includes(one), `${one} in the answer`);
  });
});
