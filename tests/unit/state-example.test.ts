// The example that ships with the page: its bytes travel in a script.

import { expect, test, vi } from "vitest";

vi.mock("virtual:example/minilm_layer6_3000x384_f16.npy", () => ({
  name: "minilm_layer6_3000x384_f16.npy",
  // The signature of .npy files, a zero, and 255.
  base64: "k05VTVBZAP8=",
}));

const { loadExample } = await import("../../www/state/example");

test("the example is a file of its own name with the bytes that were built in", async () => {
  const file = await loadExample();
  expect(file.name).toBe("minilm_layer6_3000x384_f16.npy");
  const bytes = new Uint8Array(await file.arrayBuffer());
  expect([...bytes]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 0, 255]);
});
