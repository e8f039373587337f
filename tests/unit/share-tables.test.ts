// What the page shows as text that other programs read: CSV for spreadsheets, Markdown for papers, JSON for everything else.

import { describe, expect, test } from "vitest";
import "./lib/quiet-page";
import type { Weight } from "../../www/engine/types";
import {
  alphaOf,
  conditions,
  reportsJson,
  spectraCsv,
  tableCsv,
  tableMarkdown,
} from "../../www/share/tables";
import { parseCsv } from "./lib/csv";
import { line, shown } from "./lib/lines";
import { randomOf } from "./lib/random";

/** The first cell of the only row. */
const nameIn = (text: string): string => parseCsv(text)[1]?.[0] ?? "";
const named = (name: string) => shown([line({ name, eigenvalues: [1] })]);

describe("CSV", () => {
  test("of spectra has every eigenvalue at full precision, in the order of the list", () => {
    const values = [Math.PI * 1e20, 1 / 3, 5e-324, 1.7976931348623157e308, 0];
    const text = spectraCsv(
      shown([
        line({ name: "a", eigenvalues: values, usable: 3 }),
        line({ name: "b", eigenvalues: [2] }),
      ]),
    );
    const [head, ...rows] = parseCsv(text);
    expect(head).toEqual(["dataset", "rank", "eigenvalue", "usable", "interpolated"]);
    expect(rows.map(([, , value]) => Number(value))).toEqual([...values, 2]);
    expect(rows.map(([name, rank]) => `${name}${rank}`)).toEqual([
      "a1",
      "a2",
      "a3",
      "a4",
      "a5",
      "b1",
    ]);
    expect(rows.map(([, , , usable]) => usable)).toEqual([
      "true",
      "true",
      "true",
      "false",
      "false",
      "true",
    ]);
    expect(new Set(rows.map(([, , , , interpolated]) => interpolated))).toEqual(new Set(["false"]));
  });

  test("marks the eigenvalues that lie between those that a link has brought", () => {
    const one = line({ eigenvalues: [9, 8, 7, 6, 5], brought: [1, 3, 5] });
    const rows = parseCsv(spectraCsv(shown([one]))).slice(1);
    expect(rows.map((row) => row[4])).toEqual(["false", "true", "false", "true", "false"]);
  });

  test("of the table has a line for each dataset, at full precision", () => {
    const text = tableCsv(
      shown([
        line({
          name: "a",
          alpha: 1 / 3,
          interval: [0.1, 0.7],
          r2: 1 - 1e-12,
          rankme: 1e-7,
          metrics: {
            participation_ratio: 2 / 3,
            effective_rank_centred_variance: 1e21,
            stable_rank: 1,
          },
        }),
      ]),
    );
    const [head = [], row = []] = parseCsv(text);
    expect(Object.fromEntries(head.map((name, at) => [name, row[at]]))).toEqual({
      dataset: "a",
      n: "160",
      d: "128",
      preparation: "centred",
      first: "11",
      last: "100",
      weight: "1/k",
      alpha: "0.3333333333333333",
      alpha_is_approximate: "false",
      low: "0.1",
      high: "0.7",
      r2: "0.999999999999",
      rankme: "1e-7",
      participation_ratio: "0.6666666666666666",
      effective_rank_centred_variance: "1e+21",
      stable_rank: "1",
    });
  });

  test("leaves empty what is not known, and 0 is known", () => {
    const text = tableCsv(
      shown([line({ alpha: null, n: null, d: null, rankme: null }), line({ alpha: 0 })]),
    );
    const [head = [], first = [], second = []] = parseCsv(text);
    const empty = head.filter((_, at) => first[at] === "");
    expect(empty).toEqual([
      "n",
      "d",
      "first",
      "last",
      "weight",
      "alpha",
      "low",
      "high",
      "r2",
      "rankme",
    ]);
    expect(second[head.indexOf("alpha")]).toBe("0");
  });

  test("has the places of datasets where any of them has one, 0 among them", () => {
    const text = tableCsv(
      shown([line({ place: 0 }), line({ place: 1.5 }), line({})], { axis: "layer" }),
    );
    const [head = [], ...rows] = parseCsv(text);
    expect(head.slice(0, 2)).toEqual(["dataset", "layer"]);
    expect(rows.map((row) => row[1])).toEqual(["0", "1.5", ""]);
    expect(parseCsv(tableCsv(shown([line()], { axis: "layer" })))[0]?.[1]).toBe("n");
  });

  test("of nothing is its heading", () => {
    expect(spectraCsv(shown([]))).toBe("dataset,rank,eigenvalue,usable,interpolated\r\n");
    expect(parseCsv(tableCsv(shown([])))).toHaveLength(1);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠x"])(
    "takes “%s” for a text, not for a formula",
    (name) => {
      for (const text of [spectraCsv(named(name)), tableCsv(named(name))])
        expect(nameIn(text)).toBe(`'${name}`);
    },
  );

  test.each(["layer=1", "a-b", "1+1", "x@y", "α ≈ 1", "a.npy"])("leaves “%s” as it is", (name) => {
    expect(tableCsv(named(name)).split("\r\n")[1]).toMatch(
      new RegExp(`^${name.replace("+", "\\+")},`),
    );
  });

  test.each(['a"b', '"', "a,b", "a;b", "a\tb", "a\nb", "a\r\nb", " a", "a ", "it's", '",",\r\n"'])(
    "“%s” is one cell, as RFC 4180 writes it",
    (name) => {
      const text = tableCsv(named(name));
      expect(parseCsv(text)).toHaveLength(2);
      expect(nameIn(text)).toBe(name);
      expect(text.split("\r\n")[1]?.startsWith('"')).toBe(true);
    },
  );

  test("of thousands of names comes back as it went out", () => {
    const random = randomOf(1);
    const letters = [...`",;'\t\r\n =+-@ab1α`];
    const names = Array.from({ length: 3000 }, () =>
      Array.from({ length: random(8) }, () => letters[random(letters.length)]).join(""),
    );
    const lines = names.map((name) => line({ name, eigenvalues: [1] }));
    const found = parseCsv(tableCsv(shown(lines))).slice(1);
    const guarded = (name: string): string => (/^\s*[=+\-@\t\r\n]/.test(name) ? `'${name}` : name);
    expect(found.map(([name]) => name)).toEqual(names.map(guarded));
  });
});

describe("Markdown", () => {
  test("has the numbers as the page shows them", () => {
    const text = tableMarkdown(
      shown([
        line({ name: "a", alpha: 1.23456, interval: [1.1, 1.3], n: 3000, d: 12_345 }),
        line({ name: "b", alpha: -0.5, rankme: null, r2: 0.99987 }),
        line({ name: "c", alpha: null, n: null }),
        line({ name: "d", alpha: 2, isNear: true, interval: [1.9998, 2.0002] }),
      ]),
    );
    const [head, rule, ...rows] = text.split("\n");
    expect(head).toBe(
      "| dataset | n | d | α ± 95 % | R² | RankMe | participation ratio | effective rank | stable rank |",
    );
    expect(rule).toBe("| :-- | --: | --: | --: | --: | --: | --: | --: | --: |");
    expect(rows.slice(0, 4)).toEqual([
      "| a | 3,000 | 12,345 | 1.235 ± 0.100 | 0.990 | 20.0 | 8.28 | 12.5 | 3.00 |",
      "| b | 160 | 128 | −0.500 | 0.9999 | – | 8.28 | 12.5 | 3.00 |",
      "| c | ? | 128 | – | – | 20.0 | 8.28 | 12.5 | 3.00 |",
      "| d | 160 | 128 | ≈ 2.000 ± 2 × 10⁻⁴ | 0.990 | 20.0 | 8.28 | 12.5 | 3.00 |",
    ]);
    expect(rows.slice(4)).toEqual([
      "",
      "α over ranks 11–100, weights 1/k, features centred. ± is half of the 95 % interval.",
      "",
    ]);
  });

  test("has the places as they are", () => {
    const text = tableMarkdown(shown([line({ place: 12_000 }), line()], { axis: "step" }));
    const rows = text.split("\n");
    expect(rows[0]).toMatch(/^\| dataset \| step \| n \|/);
    expect(rows[2]).toMatch(/^\| x\.npy \| 12000 \|/);
    expect(rows[3]).toMatch(/^\| x\.npy \| – \|/);
  });

  test.each([
    ["a|b", "a\\|b"],
    ["*bold*", "\\*bold\\*"],
    ["`code`", "\\`code\\`"],
    ["<script>", "\\<script\\>"],
    ["[link](x)", "\\[link\\](x)"],
    ["a\\b", "a\\\\b"],
    ["~~gone~~", "\\~\\~gone\\~\\~"],
    ["&amp;", "\\&amp;"],
    ["#1", "\\#1"],
    ["$x$", "\\$x\\$"],
    ["_a_", "\\_a\\_"],
    ["layer_1.npy", "layer_1.npy"],
    ["größe_α_x", "größe_α_x"],
    ["two\nlines", "two lines"],
    ["a\r\n\tb", "a b"],
    ["x\u0000y", "x y"],
  ])("shows “%s” as a name and nothing else", (name, written) => {
    const rows = tableMarkdown(shown([line({ name })])).split("\n");
    expect(rows[2]?.startsWith(`| ${written} | 160 |`)).toBe(true);
    expect(rows).toHaveLength(6);
  });
});

describe("α in a table", () => {
  test.each([
    [{ alpha: 1.0005 }, "1.000"],
    [{ alpha: 1.2, interval: [1.1, 1.3] }, "1.200 ± 0.100"],
    [{ alpha: 1.2, interval: [1.2, 1.2] }, "1.200 ± 0.000"],
    [{ alpha: 1.2, interval: [1.19999, 1.20001] }, "1.200 ± 1 × 10⁻⁵"],
    [{ alpha: 1.2, isNear: true }, "≈ 1.200"],
    [{ alpha: null, isNear: true }, null],
  ] as const)("%o is %s", (made, words) => {
    const { interval = null } = made as { interval?: readonly [number, number] };
    expect(alphaOf(line({ ...made, interval: interval && [...interval] }))).toBe(words);
  });
});

describe("what α depends on, in a sentence", () => {
  const say = (lines: Parameters<typeof line>[0][], weight: Weight = "1/k", last = 100): string =>
    conditions(lines.map(line), { first: 11, last }, weight);

  test.each<[string, Parameters<typeof say>]>([
    ["α over ranks 11–100, weights 1/k, features centred.", [[{}]]],
    ["α over ranks 11–100, all ranks alike, features centred.", [[{}], "none"]],
    ["α over ranks 11–100, log-binned, features centred.", [[{}], "log-binned"]],
    ["α over ranks 11–5,000, weights 1/k, features centred.", [[{}], "1/k", 5000]],
    [
      "α over ranks 11–100 (or up to the last usable rank), weights 1/k, features centred.",
      [[{}, { clippedFrom: [11, 500] }]],
    ],
    [
      "α over ranks 11–100, weights 1/k, features not centred, unit rows.",
      [[{ preparation: { centred: false, unit_rows: true } }]],
    ],
    [
      "α over ranks 11–100, weights 1/k, features without the first component.",
      [[{ dropped: 1 }, { dropped: 1 }]],
    ],
    [
      "α over ranks 11–100, weights 1/k, features standardized, without the first 2 components.",
      [[{ preparation: { standardized: true }, dropped: 2 }]],
    ],
    ["α over ranks 11–100, weights 1/k, not all prepared alike.", [[{}, { dropped: 2 }]]],
  ])("%s", (sentence, of) => {
    expect(say(...of)).toBe(sentence);
  });
});

describe("JSON", () => {
  test("is the list of the Reports in the window and weights in view, by the names that the page shows", () => {
    const all = shown([line({ name: "renamed" }), line({ name: "" })], {
      window: { first: 5, last: 60 },
      weight: "none",
    });
    expect(JSON.parse(reportsJson(all))).toEqual([
      { name: "renamed", window: [5, 60], weight: "none" },
      { name: "", window: [5, 60], weight: "none" },
    ]);
    expect(reportsJson(all)).not.toContain("\n");
    expect(reportsJson(all, 1)).toMatch(/^\[\n \{\n {2}"/);
    expect(reportsJson(shown([]))).toBe("[]");
  });

  test("holds nothing that XML cannot", () => {
    const name = "\ufffe and \uffff and \u0000 \ud800 α";
    const text = reportsJson(shown([line({ name })]));
    expect(text).not.toMatch(/[\p{Cc}\p{Cs}\ufffe\uffff]/u);
    expect(text).toContain("\\ufffe and \\uffff");
    expect(JSON.parse(text)[0].name).toBe(name);
  });
});
