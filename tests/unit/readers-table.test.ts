import { describe, expect, test } from "vitest";
import { type ForeignMatrix, ForeignRefusal } from "../../www/engine/readers/foreign";
import type { Dtype, Numbers } from "../../www/engine/readers/numbers";
import { type Column, type Piece, type Table, tableFile } from "../../www/engine/readers/table";
import { Gathered } from "../../www/engine/unpack";

/** A column of a made-up table: its numbers by group, each group in pieces; a file's part where `isApart`. */
interface Made extends Column {
  /** Texts, instead of numbers. */
  texts?: (string | undefined)[][];
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
    async *texts(group, index) {
      const texts = (columns[index] as Made).texts?.[group] ?? [];
      yield texts.map((text) => (text === undefined ? text : new TextEncoder().encode(text)));
    },
  };
}

/** What is made of all columns, side by side. */
const all = (table: Table, dtype: Dtype = "float64", order: "C" | "F" = "C"): ForeignMatrix => {
  return { places: [...table.columns.keys()], dtype, order };
};

/** The bytes that are made of arrays. */
async function bytesOf(table: Table, matrix: ForeignMatrix): Promise<ArrayBuffer> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const gathered = new Gathered(async (piece) => {
    pieces.push(piece);
    return undefined;
  });
  await tableFile(table).make(matrix, gathered);
  await gathered.hand();
  return new Blob(pieces).arrayBuffer();
}

const numbersOf = async (table: Table, matrix: ForeignMatrix = all(table)) => [
  ...new Float64Array(await bytesOf(table, matrix)),
];

describe("the numbers of a table", () => {
  const two = [
    column("a", "float64", [doubles(1, 2), doubles(3)], [doubles(4, 5)]),
    column("b", "float64", [doubles(10, 20, 30)], [doubles(40), doubles(50)]),
  ];

  test("stand row by row, whatever the groups and pieces of each column", async () => {
    const table = made(two, [3, 2]);
    const { arrays, together } = tableFile(table);
    const array = { shape: [5], dtype: "float64", order: "C", is_column: true };
    expect(arrays).toEqual([
      { name: "a", ...array },
      { name: "b", ...array },
    ]);
    expect(together).toBe(3);
    expect(await numbersOf(table)).toEqual([1, 10, 2, 20, 3, 30, 4, 40, 5, 50]);
    expect(table.held).toEqual([
      [0, [0, 1]],
      [1, [0, 1]],
    ]);
  });

  test("stand in the order that is asked for, without those that are not", async () => {
    const three = [...two, column("c", "float64", [doubles(7, 7, 7)], [doubles(8, 8)])];
    const matrix: ForeignMatrix = { places: [2, 0], dtype: "float64", order: "C" };
    expect(await numbersOf(made(three, [3, 2]), matrix)).toEqual([7, 1, 7, 2, 7, 3, 8, 4, 8, 5]);
  });

  test("stand in the order of more columns than are put side by side at once", async () => {
    const many = Array.from({ length: 37 }, (_, i) =>
      column(`c${i}`, "float64", [doubles(i, 100 + i)], [doubles(200 + i)]),
    );
    const expected = [0, 100, 200].flatMap((row) => many.map((_, i) => row + i));
    expect(await numbersOf(made(many, [2, 1]))).toEqual(expected);
  });

  test("come column by column where that is asked for", async () => {
    const table = made(
      [column("a", "float64", [doubles(1, 2)]), column("b", "float64", [doubles(3, 4)])],
      [2],
    );
    expect(await numbersOf(table, all(table, "float64", "F"))).toEqual([1, 2, 3, 4]);
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
    expect(await numbersOf(table)).toEqual([0.5, -1, 1, 255, 1.5, 2 ** 40, -2, 0]);
  });

  test("keep the type that all columns have", async () => {
    const table = made(
      [
        column("a", "float16", [Uint16Array.of(0x3c00)]),
        column("b", "float16", [Uint16Array.of(0xc000)]),
      ],
      [1],
    );
    const found = await bytesOf(table, all(table, "float16"));
    expect([...new Uint16Array(found)]).toEqual([0x3c00, 0xc000]);
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
    const { arrays } = tableFile(table);
    expect(arrays).toEqual([
      { name: "x", shape: [3, 2], dtype: "float64", order: "C", is_column: false },
    ]);
    expect(await numbersOf(table)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("a place without a number", () => {
  const holed = (dtype: string, numbers: Numbers): Made =>
    column("a", dtype, [doubles(1, 2)] as never, [{ numbers, isNull: [0, 1, 0] }]);

  test("is NaN among floats", async () => {
    const other = column("b", "float64", [doubles(1, 2)], [doubles(3, 4, 5)]);
    const found = await numbersOf(made([holed("float64", doubles(6, 0, 8)), other], [2, 3]));
    expect(found).toEqual([1, 1, 2, 2, 6, 3, Number.NaN, 4, 8, 5]);
    const half = column("h", "float16", [
      { numbers: Uint16Array.of(0x3c00, 0, 0x3c00), isNull: [0, 1, 0] },
    ]);
    const table = made([half], [3]);
    const bits = new Uint16Array(await bytesOf(table, all(table, "float16")));
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
    const found = await bytesOf(table, all(table, "int64")).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(ForeignRefusal);
    expect(found).toMatchObject({ code: "bad_cell" });
    expect((found as Error).message).toMatch(/^Row 4 \(counted from 0\) of column "age" /);
  });
});

describe("what is seen of a column", () => {
  const numberIn = (text: Uint8Array): number => {
    const words = new TextDecoder().decode(text);
    return Number.isNaN(Number(words)) ? 0 : words.includes(".") ? 2 : 1;
  };
  const look = (columns: Made[], groups: number[], place = 0) =>
    tableFile(made(columns, groups)).look(place, numberIn);

  test("is of all groups, and of the column at that place", async () => {
    const later = column("y", "float64", [doubles(0, 1)], [doubles(0.5)]);
    const steps = column("step", "int64", [integers(1, 1)], [integers(2)]);
    const seen = { numbers: 3, points: 0, others: 0 };
    expect(await look([later, steps], [2, 1])).toEqual({
      ...{ ...seen, place: 0, whole: false, least: 0, most: 1 },
    });
    expect(await look([later, steps], [2, 1], 1)).toEqual({
      ...{ ...seen, place: 1, whole: true, least: 1, most: 2 },
    });
  });

  test("passes over floats that are missing, and ends at a whole number that is", async () => {
    const floats = column("y", "float64", [{ numbers: doubles(0, 9, 2), isNull: [0, 1, 0] }]);
    expect(await look([floats], [3])).toMatchObject({ numbers: 2, whole: true, most: 2 });
    const whole = column("y", "int64", [{ numbers: integers(5, 9, 7), isNull: [0, 1, 0] }]);
    expect(await look([whole], [3])).toMatchObject({ numbers: 1, least: 5, most: 5 });
  });

  test("of text is how many of its first thousand rows are numbers", async () => {
    const first = ["1.5", undefined, "2", "word", ...Array.from({ length: 996 }, () => "3.5")];
    const text: Made = { ...column("t", "text"), texts: [first, ["never", "seen"]] };
    expect(await look([text], [1000, 2])).toMatchObject({ numbers: 998, points: 997, others: 1 });
  });
});
