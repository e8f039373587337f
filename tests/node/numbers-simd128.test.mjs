// The engine with SIMD alone gives NumPy's numbers: every case, exact and fast, with 1 to 7 workers.

import { startEngine } from "./lib/engine.mjs";
import { everyCase } from "./lib/numbers.mjs";

everyCase(await startEngine("simd128"), { exact: 4, fast: 6 });
