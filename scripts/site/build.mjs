// From a fresh clone to dist/: set-up, wasm, site. What stands is left alone.

import { npmPackages } from "../setup/npm.mjs";
import { rust, wasmToolchain } from "../setup/rust.mjs";
import { site } from "./site.mjs";
import { wasm } from "./wasm.mjs";

export async function build() {
  await npmPackages();
  await rust();
  await wasm(await wasmToolchain());
  await site();
}
