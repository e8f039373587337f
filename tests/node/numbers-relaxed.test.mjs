// The engine with relaxed SIMD gives NumPy's numbers: every case, exact and fast, with 1 to 7 workers.

import { startEngine } from "./lib/engine.mjs";
import { everyCase } from "./lib/numbers.mjs";

everyCase(await startEngine("relaxed"), { exact: 0, fast: 2 });
