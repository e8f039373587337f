import { describe, expect, test } from "vitest";
import { ForeignRefusal } from "../../www/engine/readers/foreign";
import type { Numbers } from "../../www/engine/readers/numbers";
import {
  type Column,
  isNameOfLabel,
  type Piece,
  type Table,
  tableFile,
} from "../../www/engine/readers/table";
import { Gathered } from "../../www/engine/unpack";

/** A column of a made-up table: its numbers by group, each group in pieces; a file's part where `isApart`. */
interface Made extends Column {
  groups: (Numbers | { numbers: Numbers; isNull: number[] })[][];
  isApart?: boolean;
}

const column = (name: string, dtype: string, ...groups: Made["groups"]): Made => ({
  name,
  dtype,
  axes: [],
  groups,
});

const doubles = (...numbers: number[]) => Float64Array.from(numbers);
const integers = (...numbers: number[]) => BigInt64Array.from(numbers.map(BigInt));

/** A table, and which groups were held with which columns. */
function made(columns: Made[], groups: number[]): Table & { held: [number, number[]][] } {
  const held: [number, number[]][] = [];
  return {
    columns,
    groups,
    held,
    async hold(group, wanted) {
      held.push([group, wanted]);
    },
    async *read(group, index): AsyncGenerator<Piece | Blob> {
      const { groups, isApart } = columns[index] as Made;
      for (const piece of groups[group] ?? []) {
        if (!("numbers" in piece))
          yield isApart ? new Blob([piece]) : { numbers: piece, isNull: undefined };
        else yield { numbers: piece.numbers, isNull: Uint8Array.from(piece.isNull) };
      }
    },
  };
}

/** The bytes that are made of an array. */
async function bytesOf(table: Table, name: string): Promise<ArrayBuffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const gathered = new Gathered(async (piece) => {
    pieces.push(piece);
    return undefined;
  });
  await (await tableFile(table)).make(name, gathered);
  await gathered.hand();
  return new Blob(pieces).arrayBuffer();
}

const numbersOf = async (table: Table, name: string) => [
  ...new Float64Array(await bytesOf(table, name)),
];

/** The names of what becomes labels. */
async function labelsOf(columns: Made[], rows: number): Promise<string[]> {
  const { arrays } = await tableFile(made(columns, [rows]));
  return arrays.filter(({ is_label }) => is_label).map(({ name }) => name);
}

describe("the numbers of a table", () => {
  const two = [
    column("a", "float64", [doubles(1, 2), doubles(3)], [doubles(4, 5)]),
    column("b", "float64", [doubles(10, 20, 30)], [doubles(40), doubles(50)]),
  ];

  test("stand row by row, whatever the groups and pieces of each column", async () => {
    const table = made(two, [3, 2]);
    const { arrays } = await tableFile(table);
    expect(arrays).toEqual([
      { name: "", shape: [5, 2], dtype: "float64", order: "C", is_label: false },
    ]);
    expect(await numbersOf(table, "")).toEqual([1, 10, 2, 20, 3, 30, 4, 40, 5, 50]);
    expect(table.held).toEqual([
      [0, [0, 1]],
      [1, [0, 1]],
    ]);
  });

  test("stand in the order of more columns than are put side by side at once", async () => {
    const many = Array.from({ length: 37 }, (_, i) =>
      column(`c${i}`, "float64", [doubles(i, 100 + i)], [doubles(200 + i)]),
    );
    const expected = [0, 100, 200].flatMap((row) => many.map((_, i) => row + i));
    expect(await numbersOf(made(many, [2, 1]), "")).toEqual(expected);
  });

  test("come column by column where the rows of a group are too many for memory", async () => {
    // Only the numbers of rows say so: what there is of them is read as it is.
    const rows = 1 << 25;
    const table = made(
      [column("a", "float64", [doubles(1, 2)]), column("b", "float64", [doubles(3, 4)])],
      [rows],
    );
    const { arrays } = await tableFile(table);
    expect(arrays).toMatchObject([{ shape: [rows, 2], order: "F" }]);
    expect(await numbersOf(table, "")).toEqual([1, 2, 3, 4]);
    expect(table.held).toEqual([]);
  });

  test("are doubles where columns differ in type", async () => {
    const table = made(
      [
        column("a", "float32", [Float32Array.of(0.5, 1.5)]),
        column("b", "int64", [integers(-1, 2 ** 40)]),
        column("c", "float16", [Uint16Array.of(0x3c00, 0xc000)]),
        column("d", "uint8", [Uint8Array.of(255, 0)]),
      ],
      [2],
    );
    expect(await numbersOf(table, "")).toEqual([0.5, -1, 1, 255, 1.5, 2 ** 40, -2, 0]);
  });

  test("keep the type that all columns have", async () => {
    const table = made(
      [
        column("a", "float16", [Uint16Array.of(0x3c00)]),
        column("b", "float16", [Uint16Array.of(0xc000)]),
      ],
      [1],
    );
    expect((await tableFile(table)).arrays).toMatchObject([{ dtype: "float16" }]);
    expect([...new Uint16Array(await bytesOf(table, ""))]).toEqual([0x3c00, 0xc000]);
  });

  test("of lists are copied from the file where they stand in it, group after group", async () => {
    const lists = [
      {
        ...column("x", "float64", [doubles(1, 2), doubles(3, 4)], [doubles(5, 6)]),
        axes: [2],
        isApart: true,
      },
    ];
    const table = made(lists, [2, 1]);
    const { arrays } = await tableFile(table);
    expect(arrays).toEqual([
      { name: "x", shape: [3, 2], dtype: "float64", order: "C", is_label: false },
    ]);
    expect(await numbersOf(table, "x")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("beside lists are one array more, whose name is free", async () => {
    const list = (name: string): Made => ({
      ...column(name, "float64", [doubles(1, 2)]),
      axes: [2],
    });
    const plain = [column("a", "float64", [doubles(7.5)]), column("b", "float64", [doubles(8.5)])];
    const names = async (columns: Made[]) =>
      (await tableFile(made(columns, [1]))).arrays.map(({ name }) => name);
    expect(await names([list("x"), ...plain])).toEqual(["x", "columns"]);
    expect(await names([list("columns"), ...plain])).toEqual(["columns", "(columns)"]);
    expect(await numbersOf(made([list("x"), ...plain], [1]), "columns")).toEqual([7.5, 8.5]);
  });
});

describe("a place without a number", () => {
  const holed = (dtype: string, numbers: Numbers): Made =>
    column("a", dtype, [doubles(1, 2)] as never, [{ numbers, isNull: [0, 1, 0] }]);

  test("is NaN among floats", async () => {
    const other = column("b", "float64", [doubles(1, 2)], [doubles(3, 4, 5)]);
    const found = await numbersOf(made([holed("float64", doubles(6, 0, 8)), other], [2, 3]), "");
    expect(found).toEqual([1, 1, 2, 2, 6, 3, Number.NaN, 4, 8, 5]);
    const half = column("h", "float16", [
      { numbers: Uint16Array.of(0x3c00, 0, 0x3c00), isNull: [0, 1, 0] },
    ]);
    const bits = new Uint16Array(await bytesOf(made([half], [3]), "h"));
    expect([bits[0], (bits[1] as number) & 0x7fff, bits[2]]).toEqual([0x3c00, 0x7e00, 0x3c00]);
  });

  test("is an error among whole numbers, with its row and column", async () => {
    const integer = column(
      "age",
      "int64",
      [integers(1, 2)],
      [integers(3), { numbers: integers(4, 0), isNull: [0, 1] }],
    );
    const table = made([integer], [2, 3]);
    const found = await bytesOf(table, "age").catch((error: unknown) => error);
    expect(found).toBeInstanceOf(ForeignRefusal);
    expect(found).toMatchObject({ code: "bad_cell" });
    expect((found as Error).message).toMatch(/^Row 4 \(counted from 0\) of column "age" /);
  });
});

describe("labels", () => {
  const features = [
    column("f0", "float64", [doubles(0.5, 1.5, 2.5)]),
    column("f1", "float64", [doubles(3.5, 4.5, 5.5)]),
    column("f2", "float64", [doubles(6.5, 7.5, 8.5)]),
  ];
  const whole = (name: string, ...numbers: number[]): Made =>
    column(name, "int64", [integers(...(numbers.length > 0 ? numbers : [0, 1, 0]))]);

  test("are known by their names", () => {
    const named = "label labels class target y id index idx fold split group cluster category";
    for (const name of [...named.split(" "), "Label", " y ", "user_id", "fine_label", "Unnamed: 0"])
      expect([name, isNameOfLabel(name)]).toEqual([name, true]);
    for (const name of ["f0", "x", "labels2", "identity", "yy", "_id2", "count", ""])
      expect([name, isNameOfLabel(name)]).toEqual([name, false]);
  });

  test("by name are whole numbers, of whatever type", async () => {
    const wholeDoubles = column("target", "float64", [doubles(0, 1, 2)]);
    const broken = column("y", "float64", [doubles(0, 1, 2.5)]);
    expect(await labelsOf([...features, wholeDoubles, broken], 3)).toEqual(["target"]);
    expect(await labelsOf([whole("id"), ...features], 3)).toEqual(["id"]);
  });

  test("without a name that tells are whole numbers at an edge that are not all the same", async () => {
    expect(await labelsOf([whole("a"), ...features, whole("b")], 3)).toEqual(["a", "b"]);
    expect(await labelsOf([...features, whole("same", 4, 4, 4)], 3)).toEqual([]);
    const [first, ...others] = features as [Made, ...Made[]];
    expect(await labelsOf([first, whole("within"), ...others], 3)).toEqual([]);
  });

  test("are few beside the features", async () => {
    const some = ["a", "b", "c", "d", "e"].map((name) => whole(name));
    const many = [...features, ...features, ...features];
    expect(await labelsOf([...many, ...some.slice(0, 4)], 3)).toEqual(["a", "b", "c", "d"]);
    expect(await labelsOf([...many, ...some], 3)).toEqual([]);
    // Half of all columns are no longer few.
    expect(await labelsOf([...features, ...some.slice(0, 3)], 3)).toEqual([]);
  });

  test("are never all that there is", async () => {
    expect(await labelsOf([whole("id"), whole("y")], 3)).toEqual([]);
    expect(await labelsOf([whole("label")], 3)).toEqual([]);
  });

  test("are text and truth values as well, and beside lists whole numbers by name only", async () => {
    const text = { ...column("name", "text"), axes: [] };
    const truth = column("seen", "bool", [Uint8Array.of(0, 1, 1)]);
    expect(await labelsOf([...features, text, truth], 3)).toEqual(["name", "seen"]);
    const list = { ...column("x", "float64", [doubles(1, 2, 3, 4, 5, 6)]), axes: [2] };
    expect(await labelsOf([list, whole("label"), whole("other")], 3)).toEqual(["label"]);
  });

  test("are looked for in all groups, and where a number is missing there are none", async () => {
    const later = column("y", "float64", [doubles(0, 1)], [doubles(0.5)]);
    const halves = (name: string) => column(name, "float64", [doubles(0.5, 1.5)], [doubles(2.5)]);
    const table = made([halves("f0"), halves("f1"), later], [2, 1]);
    expect((await tableFile(table)).arrays.filter(({ is_label }) => is_label)).toEqual([]);
    const holed = column("y", "float64", [{ numbers: doubles(0, 1, 2), isNull: [0, 0, 1] }]);
    expect(await labelsOf([...features, holed], 3)).toEqual([]);
    // The same number in each group, but another in each.
    const steps = column("step", "int64", [integers(1, 1)], [integers(2)]);
    const { arrays } = await tableFile(made([halves("f0"), halves("f1"), steps], [2, 1]));
    expect(arrays.filter(({ is_label }) => is_label).map(({ name }) => name)).toEqual(["step"]);
  });

  test("are not the index that pandas writes, which is left out", async () => {
    const index = whole("__index_level_0__");
    const { arrays } = await tableFile(made([...features, index], [3]));
    expect(arrays).toMatchObject([{ shape: [3, 3] }]);
    expect(arrays).toHaveLength(1);
  });
});
