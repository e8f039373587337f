// Nothing that happens to a GPU may cost a row. Here anything happens, at any time: what a worker does next, which one, and what goes wrong are
// drawn by chance, over the product's own Run, GpuSide, Pool and Chunks. A seed that fails fails again.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Chance } from "./lib/chance";
import { endScript, scriptBrowser } from "./lib/scripted-browser";
import { openPage, type Page, ROW_BYTES, rowsOf } from "./lib/scripted-run";
import { type Fault, faults, Simulation } from "./lib/simulation";

const SESSIONS = 500;

let page: Page;
beforeAll(async () => {
  page = await openPage({ matrix: "tests/data/powerlaw_alpha2_100x40_f4.npy" });
});
afterAll(endScript);

/** What came about in all sessions: a simulation in which little happens proves nothing. */
const seen = {
  faults: new Set<Fault>(),
  /** How runs ended: the reason's code, or the rejection's. */
  endings: new Set<string>(),
  /** Runs in which the GPU and the workers have summed rows, and those of them in which the GPU has failed. */
  shared: 0,
  saved: 0,
};

test(`whatever happens to a GPU and whenever, every chunk is summed exactly once (${SESSIONS} seeds)`, async () => {
  for (let seed = 1; seed <= SESSIONS; seed++) {
    try {
      await session(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
}, 120_000);

test("the simulation reaches every fault and every ending", () => {
  expect([...seen.faults].sort()).toEqual([...faults].sort());
  const failures = ["lost", "out_of_memory", "wrong", "refused", "kernel", "died", "failed"];
  const others = ["asked", "too_little", "undecided", "slower", "faster", "hidden", "no_gpu"];
  const rejections = ["cancelled", "worker_died"];
  const codes = failures.map((code) => `gpu_${code}`);
  expect([...seen.endings].sort()).toEqual([...codes, ...others, ...rejections].sort());
  expect(seen.shared).toBeGreaterThan(SESSIONS / 10);
  expect(seen.saved).toBeGreaterThan(SESSIONS / 50);
});

/** Two runs, one after the other, with the workers that the first has left. */
async function session(seed: number): Promise<void> {
  const chance = new Chance(seed);
  const browser = scriptBrowser();
  const { engine, matrix } = page;
  const opened: Page = { engine, matrix, browser, pool: engine.newPool() };
  for (let run = 0; run < 2; run++) {
    const simulation = new Simulation(opened, chance);
    await simulation.toTheEnd();
    for (const fault of simulation.happened) seen.faults.add(fault);
    const { outcome } = simulation.scripted;
    if (outcome && "gathered" in outcome) await assertWhole(simulation);
    else await assertOver(simulation);
    // Whatever has happened, no worker is left that was neither released nor ended.
    expect(browser.running.filter(({ onmessage }) => onmessage)).toEqual([]);
    browser.hide(false);
  }
  vi.clearAllTimers();
}

/** A run with a result has summed every row once: in its totals, in its blocks, and in what it tells. */
async function assertWhole({ scripted, happened, setting }: Simulation): Promise<void> {
  const { gathered, page, n } = scripted;
  expect(happened).not.toContain("cancel");
  expect(happened).not.toContain("worker dies");
  expect(scripted.wrong()).toEqual([]);
  expect(scripted.progress.at(-1)).toMatchObject({ rows: n, bytes: ROW_BYTES * n, rowsTotal: n });
  const { computed } = gathered.plan as { computed: Computed };
  const rows = scripted.onGpu.reduce((sum, chunk) => sum + rowsOf(chunk), 0);
  expect(computed.gpu_rows).toBe(rows);
  expect(computed.adapter !== null).toBe(rows > 0);
  const study = new page.engine.LiveStudy(page.pool, "features.npy", gathered);
  await scripted.goOn();
  await study.collected;
  study.free();
  expect(scripted.wrong(scripted.blocks)).toEqual([]);
  const code = codeOf(computed.reason);
  const isUsual = ["asked", "too_little", "undecided", "slower", "faster"].includes(code);
  if (happened.size === 0) expect(isUsual, code).toBe(true);
  if (setting.engine === "exact") expect(rows).toBe(0);
  seen.endings.add(code);
  if (rows > 0 && rows < n) seen.shared += 1;
  if (rows > 0 && rows < n && code.startsWith("gpu_")) seen.saved += 1;
}

interface Computed {
  adapter: object | null;
  gpu_rows: number;
  reason: string | Record<string, { code?: string }>;
}

function codeOf(reason: Computed["reason"]): string {
  if (typeof reason === "string") return reason;
  const [[name, of] = ["", {}]] = Object.entries(reason);
  return of.code ?? name;
}

/** A run is rejected only where it was cancelled, or where sums died with a worker; and then it is silent. */
async function assertOver({ scripted, happened, isLost }: Simulation): Promise<void> {
  const { reason, progress, provisional } = scripted;
  if (reason === "cancelled") {
    expect(happened).toContain("cancel");
    seen.endings.add("cancelled");
  } else {
    expect(reason).toMatchObject({ code: "worker_died" });
    expect(isLost).toBe(true);
    seen.endings.add("worker_died");
  }
  const told = progress.length + provisional.length;
  await scripted.goOn();
  expect(progress.length + provisional.length).toBe(told);
}
