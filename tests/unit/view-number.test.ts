import { describe, expect, test } from "vitest";
import { goodness } from "../../www/view/number";

describe("R²", () => {
  test("of a flat spectrum is a dash, with the reason", () => {
    const text = goodness("r2", null).strings.join("");
    expect(text).toMatch(/>–</);
    expect(text).toContain("All eigenvalues in this window are equal");
  });

  test("that is a number is one for programs, too", () => {
    expect(JSON.stringify(goodness("r2", 0.25).values)).toContain("0.25");
  });
});
