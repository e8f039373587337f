// How numbers look on the page.

import { describe, expect, test } from "vitest";
import {
  bytes,
  capital,
  counted,
  decimals,
  duration,
  known,
  plusMinus,
  powerOfTen,
  share,
  signed,
  significant,
  whole,
} from "../../www/view/format";

describe("whole numbers", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [3000, "3,000"],
    [10_000_000, "10,000,000"],
    [2.6, "3"],
  ])("%d is %s", (value, shown) => {
    expect(whole(value)).toBe(shown);
  });

  test("that are not known are a question mark", () => {
    expect([known(null), known(0), known(3000)]).toEqual(["?", "0", "3,000"]);
  });

  test.each([
    [1, "1 row"],
    [0, "0 rows"],
    [2, "2 rows"],
    [3000, "3,000 rows"],
  ])("%d counted: %s", (count, shown) => {
    expect(counted(count, "row")).toBe(shown);
  });

  test("counts have plurals of their own where they need one", () => {
    expect(counted(1, "spectrum", "spectra")).toBe("1 spectrum");
    expect(counted(2, "spectrum", "spectra")).toBe("2 spectra");
  });
});

describe("significant digits", () => {
  test.each([
    [0, "0"],
    [8.2764, "8.28"],
    [0.071234, "0.0712"],
    [0.001, "0.00100"],
    [12_345, "12,300"],
    [123_456, "123,000"],
    [999_499, "999,000"],
    // Rounded up it has one digit more before the point.
    [999_999, "1.00 × 10⁶"],
    [9.999, "10.0"],
    [0.00099999, "0.00100"],
    [0.00099, "9.90 × 10⁻⁴"],
    [2.8612e-13, "2.86 × 10⁻¹³"],
    [6.02214e23, "6.02 × 10²³"],
    [-8.2764, "−8.28"],
    [-2.8612e-13, "−2.86 × 10⁻¹³"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("three of %d: %s", (value, shown) => {
    expect(significant(value)).toBe(shown);
  });

  test.each([
    [1, 1, "1"],
    [0.0149, 1, "0.01"],
    [Math.PI, 6, "3.14159"],
    [50_000, 7, "50,000.00"],
    [1234.5678, 6, "1,234.57"],
  ])("of %d, %d: %s", (value, digits, shown) => {
    expect(significant(value, digits)).toBe(shown);
  });
});

describe("powers of ten", () => {
  test.each([
    [0, "10⁰"],
    [6, "10⁶"],
    [-13, "10⁻¹³"],
    [308, "10³⁰⁸"],
  ])("%d: %s", (exponent, shown) => {
    expect(powerOfTen(exponent)).toBe(shown);
  });
});

describe("numbers that are compared", () => {
  test("have as many decimals as each other, and a minus sign rather than a hyphen", () => {
    expect([1, 0.9876, -0.0214].map((value) => decimals(value))).toEqual([
      "1.000",
      "0.988",
      "−0.021",
    ]);
    expect(decimals(1.25, 1)).toBe("1.3");
    expect(decimals(0.125, 0)).toBe("0");
  });

  test("changes have their sign, none of them too", () => {
    expect([0.0211, -0.0339, 0].map(signed)).toEqual(["+0.021", "−0.034", "+0.000"]);
  });

  test.each([
    [0.99327, "0.993"],
    [0.9996, "0.9996"],
    [0.99987, "0.9999"],
    [0.99999987, "0.9999999"],
    [1, "1.000"],
    [0, "0.000"],
    [-0.5, "−0.500"],
  ])("a share of %d looks like 1 only if it is: %s", (value, shown) => {
    expect(share(value)).toBe(shown);
  });

  test.each([
    [0.0123, "0.012"],
    [0.0005, "0.001"],
    [0.0004, "4 × 10⁻⁴"],
    [0.00049, "5 × 10⁻⁴"],
    [0.000012, "1 × 10⁻⁵"],
    [0, "0.000"],
  ])("what follows ± is not zero unless it is: %d is %s", (value, shown) => {
    expect(plusMinus(value)).toBe(shown);
  });
});

describe("sizes and times", () => {
  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [2520, "2.5 kB"],
    [9949, "9.9 kB"],
    [9960, "10 kB"],
    [999_499, "999 kB"],
    // Not 1000 kB.
    [999_600, "1.0 MB"],
    [2_304_128, "2.3 MB"],
    [30e9, "30 GB"],
    [2.5e12, "2.5 TB"],
    [4e15, "4000 TB"],
  ])("%d bytes are %s", (count, shown) => {
    expect(bytes(count)).toBe(shown);
  });

  test.each([
    [0, "1 s"],
    [0.2, "1 s"],
    // Never less than is left.
    [1.2, "2 s"],
    [59.2, "1 min 0 s"],
    [59, "59 s"],
    [59.5, "1 min 0 s"],
    [75, "1 min 15 s"],
    [3599, "59 min 59 s"],
    [3600, "1 h 0 min"],
    [7325, "2 h 2 min"],
  ])("%d s are %s", (seconds, shown) => {
    expect(duration(seconds)).toBe(shown);
  });

  test("words begin a sentence with a capital letter", () => {
    expect(["automatic", "GPU", ""].map(capital)).toEqual(["Automatic", "GPU", ""]);
  });
});
