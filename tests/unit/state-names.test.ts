// What names tell: what parts are called together, what tells datasets apart, where each stands in a trend, and which score is whose.

import { describe, expect, test } from "vitest";
import { givenName } from "../../www/state/dataset";
import { foundAt, nameOfParts, pathOf, shownName } from "../../www/state/files";
import { distinctNames } from "../../www/state/names";
import { orderOf } from "../../www/state/order";
import { readScores, type Score, scoreOf } from "../../www/state/scores";

const files = (...names: string[]): File[] => names.map((name) => new File([], name));

describe("the name of parts", () => {
  test.each([
    [["shard_1.npy", "shard_2.npy", "shard_10.npy"], "shard (3 files)"],
    [["epoch=3_batch=1.pt", "epoch=3_batch=2.pt"], "epoch=3_batch (2 files)"],
    [["features-part-1.npy", "features-part-2.npy"], "features-part (2 files)"],
    [["x-00001-of-00002.npy", "x-00002-of-00002.npy"], "x (2 files)"],
    [["a.npy", "b.npy"], "a.npy (2 files)"],
    [["1.npy", "2.npy"], "1.npy (2 files)"],
  ])("%j are “%s”", (names, name) => {
    expect(nameOfParts(files(...names))).toBe(name);
  });

  test("one file has its own, and results without files have none", () => {
    expect(givenName(files("a.npy"))).toBe("a.npy");
    expect(givenName(files("a_1.npy", "a_2.npy"))).toBe("a (2 files)");
    expect(givenName([])).toBe("");
  });
});

describe("a file in a folder", () => {
  const inside = (path: string): File => foundAt(new File([], path.split("/").at(-1) ?? ""), path);

  test("has a path, and is called by the folders in the one that was given", () => {
    expect(pathOf(inside("/runs/epoch_1/features.npy"))).toBe("runs/epoch_1/features.npy");
    expect(shownName(inside("/runs/epoch_1/features.npy"))).toBe("epoch_1/features.npy");
    expect(shownName(inside("/runs/features.npy"))).toBe("features.npy");
    expect(givenName([inside("/runs/epoch_1/features.npy")])).toBe("epoch_1/features.npy");
    const parts = ["/runs/a/part1.npy", "/runs/a/part2.npy"].map(inside);
    expect(nameOfParts(parts)).toBe("a/part (2 files)");
  });

  test("that was picked has its path from the browser", () => {
    const picked = Object.defineProperty(new File([], "x.npy"), "webkitRelativePath", {
      value: "runs/a/x.npy",
    });
    expect([pathOf(picked), shownName(picked)]).toEqual(["runs/a/x.npy", "a/x.npy"]);
  });

  test("and one that was not have their names", () => {
    const alone = new File([], "x.npy");
    expect([pathOf(alone), shownName(alone)]).toEqual(["x.npy", "x.npy"]);
  });
});

describe("what tells names apart", () => {
  test.each([
    [
      ["minilm_layer0_f16.npy", "minilm_layer6_f16.npy"],
      ["layer0", "layer6"],
    ],
    [
      ["step-500.npy", "step-5k.npy", "step-50000.npy"],
      ["500", "5k", "50000"],
    ],
    // Whole words of it: half a number says nothing.
    [
      ["layer10.npy", "layer12.npy"],
      ["layer10", "layer12"],
    ],
    [
      ["a.npy", "b.npy"],
      ["a", "b"],
    ],
    [
      ["alpha", "beta"],
      ["alpha", "beta"],
    ],
    // One that is in the others whole would be left without a name.
    [
      ["run.npy", "run.old.npy"],
      ["run.npy", "run.old.npy"],
    ],
    [
      ["x.npy", "x.npy"],
      ["x.npy", "x.npy"],
    ],
    [["only.npy"], ["only.npy"]],
    [[], []],
  ])("%j: %j", (names, short) => {
    expect(distinctNames(names)).toEqual(short);
  });

  test("what begins and ends alike is not cut twice where names overlap", () => {
    const names = ["a-b-a", "a-a"];
    const short = distinctNames(names);
    expect(new Set(short).size).toBe(2);
    expect(short.every((name) => name !== "")).toBe(true);
  });

  test("short names stay as different as the names are", () => {
    const all = ["vit_b_16.layer1.npy", "vit_b_16.layer11.npy", "vit_b_16.head.npy"];
    expect(new Set(distinctNames(all)).size).toBe(3);
  });
});

describe("the order that names tell", () => {
  const order = (names: readonly (string | readonly [string, number])[]) => {
    const found = orderOf(
      names.map((one, id) => {
        const [name, place] = typeof one === "string" ? [one, null] : one;
        return { id, name, place };
      }),
    );
    return [found.axis, names.map((_, id) => found.places.get(id) ?? null)];
  };

  test.each<[string[], string, (number | null)[]]>([
    [["layer0.npy", "layer6.npy", "layer11.npy"], "layer", [0, 6, 11]],
    [["vit.blocks.3.npy", "vit.blocks.12.npy"], "layer", [3, 12]],
    [["l1.npy", "l2.npy"], "layer", [1, 2]],
    [["epoch=3.npy", "epoch=20.npy"], "epoch", [3, 20]],
    [["ep-3.npy", "ep-20.npy"], "epoch", [3, 20]],
    [["step-500.npy", "step-5k.npy", "step-50000.npy"], "step", [500, 5000, 50000]],
    [["ckpt_1.5M.npy", "ckpt_200k.npy"], "step", [1.5e6, 2e5]],
    [["global_step100.npy", "global_step200.npy"], "step", [100, 200]],
    [["iter100.npy", "iteration200.npy", "iterations_300.npy"], "step", [100, 200, 300]],
    // Not a word for steps: 5 kilometres.
    [["step5km.npy", "step6km.npy"], "number in the name", [5, 6]],
    [["model_b.npy", "model_a.npy"], "place", [null, null]],
    [["resnet18_v1.npy", "resnet50_v1.npy"], "number in the name", [18, 50]],
    // The first number that is not the same in all.
    [["x2_s1_7.npy", "x2_s3_9.npy"], "number in the name", [1, 3]],
    [["noise.npy", "layer3.npy", "layer4.npy"], "layer", [null, 3, 4]],
  ])("%j: by %s, %j", (names, axis, places) => {
    expect(order(names)).toEqual([axis, places]);
  });

  test("is by what tells most of them apart", () => {
    expect(order(["layer1_epoch1", "layer1_epoch2", "layer1_epoch3"])).toEqual([
      "epoch",
      [1, 2, 3],
    ]);
    expect(order(["layer1_epoch1", "layer2_epoch1", "layer3_epoch2"])).toEqual([
      "layer",
      [1, 2, 3],
    ]);
  });

  test("is none where all say the same, or there is one alone", () => {
    expect(order(["layer3_a", "layer3_b"])).toEqual(["place", [null, null]]);
    expect(order(["layer3"])).toEqual(["place", [null]]);
    expect(order([])).toEqual(["place", []]);
  });

  test("is what the person has said where they have said it", () => {
    expect(order([["step-500.npy", 60_000], "step-5k.npy", "step-50000.npy"])).toEqual([
      "step",
      [60_000, 5000, 50_000],
    ]);
    expect(order([["a", 2], ["b", 1], "c"])).toEqual(["place", [2, 1, null]]);
  });
});

describe("scores", () => {
  const scores = (text: string) => {
    const found = readScores(text);
    return "code" in found ? found : found.map(({ name, value }) => [name, value]);
  };

  test.each<[string, [string, number][]]>([
    [
      "a, 0.5\nb, 0.6",
      [
        ["a", 0.5],
        ["b", 0.6],
      ],
    ],
    [
      "a;0.5\r\nb;0.6\r\n",
      [
        ["a", 0.5],
        ["b", 0.6],
      ],
    ],
    [
      "a\t0.5\rb\t0.6",
      [
        ["a", 0.5],
        ["b", 0.6],
      ],
    ],
    [
      "a   0.5\nb  0.6",
      [
        ["a", 0.5],
        ["b", 0.6],
      ],
    ],
    [
      "\ufeffmodel,accuracy\na,71.2%\n\nb,-1e-3\n",
      [
        ["a", 71.2],
        ["b", -0.001],
      ],
    ],
    [
      'name,score\n"step-500.npy",0.5\nstep-5k.npy;"0.6"',
      [
        ["step-500.npy", 0.5],
        ["step-5k.npy", 0.6],
      ],
    ],
    [
      '"a, the first",1\n"say ""b""",2',
      [
        ["a, the first", 1],
        ['say "b"', 2],
      ],
    ],
    ["vit b 16, 0.5", [["vit b 16", 0.5]]],
    ["a,b,0.5", [["a,b", 0.5]]],
  ])("%j", (text, expected) => {
    expect(scores(text)).toEqual(expected);
  });

  test.each(["", "  \n\n", "name,score", "\ufeff"])("%j has none, and that is said", (text) => {
    expect(scores(text)).toMatchObject({ code: "no_scores" });
  });

  test.each([
    ["step-500, 0.5\nstep-5k is good", 2, "step-5k is good"],
    ["name,score\na,0.5\nb,good", 3, "b,good"],
    ["a,0.5\nb,NaN", 2, "b,NaN"],
    ["a,0.5\nb,Infinity", 2, "b,Infinity"],
    ["a,0.5\n,0.6", 2, ",0.6"],
    ["a,0.5\n0.6", 2, "0.6"],
  ])("in %j line %d is not read, and that is said with its text", (text, line, said) => {
    const found = scores(text);
    expect(found).toMatchObject({ code: "no_score" });
    expect((found as { message: string }).message).toContain(`Line ${line} of the scores`);
    expect((found as { message: string }).message).toContain(said);
  });

  test("only the first line can be a heading", () => {
    expect(scores("about\nmodel,accuracy\na,1")).toMatchObject({ code: "no_score" });
  });
});

describe("the score of a dataset", () => {
  const list = (...names: string[]): Score[] => names.map((name, value) => ({ name, value }));

  test.each<[string[], string[], number | undefined]>([
    [["a.npy"], ["a.npy", "b.npy"], 0],
    [["A.NPY"], ["b", "a"], 1],
    [["step-500", "layer3.npy"], ["layer3", "x"], 0],
    // The name comes whole before parts of it.
    [["layer1.npy"], ["minilm_layer1", "layer1"], 1],
    [["minilm_layer1_f16.npy"], ["layer1", "layer2"], 0],
    [["layer1.npy"], ["minilm layer1 f16"], 0],
    // Two that are alike say nothing.
    [["minilm_layer1_f16.npy"], ["layer1", "minilm"], undefined],
    // Not in the middle of a number or a word.
    [["layer10.npy"], ["layer1"], undefined],
    [["layer1.npy"], ["ayer1", "layer"], undefined],
    [["a.npy"], [], undefined],
    [["step-50000.npy"], ["step-500.npy", "step-5k.npy"], undefined],
  ])("%j among %j: number %s", (names, scores, index) => {
    expect(scoreOf(names, list(...scores))?.value).toBe(index);
  });
});
