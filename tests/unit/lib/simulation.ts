// Runs in which anything may happen at any time: what is next is drawn by chance, and the same seed draws the same.

import { vi } from "vitest";
import type { Engine } from "../../../www/engine/types";
import type { Chance } from "./chance";
import { settle } from "./scripted-browser";
import { type Page, ScriptedRun, type Setting } from "./scripted-run";
import { ChunkScript, type Failure, GpuScript } from "./scripted-workers";

/** What may go wrong in a run. */
export const faults = [
  "device lost",
  "device refused",
  "kernel does not compile",
  "GPU worker dies",
  "GPU is silent",
  "page hidden",
  "out of f32 range",
  "racer dies",
  "racer refuses",
  "worker dies",
  "cancel",
] as const;
export type Fault = (typeof faults)[number];

/** How often a run has a fault, where that is not the usual: no run survives some, and much can follow from others. */
const often: Partial<Record<Fault, number>> = {
  "device lost": 0.3,
  "worker dies": 0.04,
  cancel: 0.04,
};

const losses: Failure[] = [
  { code: "gpu_lost", message: "The GPU was lost" },
  { code: "gpu_out_of_memory", message: "The GPU is out of memory" },
  { code: "gpu_wrong", message: "The GPU's numbers are wrong" },
];

/** A run whose workers go on in random order, and whose faults come at random times. */
export class Simulation {
  readonly scripted: ScriptedRun;
  readonly setting: Setting & { bands: number; workersPerBand: number; engine: Engine };
  /** Those that may happen in this run, and those that have. */
  private readonly armed = new Set<Fault>();
  readonly happened = new Set<Fault>();
  /** A worker died with a sum that cannot be made again. */
  isLost = false;
  private readonly weights = new Map<object, number>();
  private readonly faultRate: number;

  constructor(
    readonly page: Page,
    readonly chance: Chance,
  ) {
    const bands = chance.oneOf([1, 1, 1, 2, 3]);
    const certainty = chance.next();
    const isFast = chance.is(0.7);
    for (const fault of faults) if (chance.is(often[fault] ?? 0.12)) this.armed.add(fault);
    this.faultRate = chance.oneOf([0.005, 0.02, 0.1]);
    const lossRate = chance.oneOf([0.05, 0.2, 1]);
    const outOfRange = chance.oneOf([0.05, 0.5, 1]);
    this.setting = {
      chunks: chance.between(1, chance.oneOf([3, 20, 50])),
      bands,
      workersPerBand: chance.between(1, 4),
      engine: chance.oneOf<Engine>(["auto", "auto", "auto", "gpu", "gpu", "exact"]),
      mayPay: chance.is(0.9),
      machine: {
        milliseconds: (_, feed) => (feed ? 1 : 1e6),
        isWithinRange: () => {
          const isWithin = !(this.armed.has("out of f32 range") && chance.is(outOfRange));
          if (!isWithin) this.happened.add("out of f32 range");
          return isWithin;
        },
      },
      onGpu: (gpu) => {
        gpu.spent = isFast ? 3 : 1e9;
        const refusal = { code: "gpu_refused", message: "The GPU was refused" };
        const kernelFailure = { code: "gpu_kernel", message: "A kernel does not compile" };
        const isRefused = this.armed.has("device refused");
        const isBad = this.armed.has("kernel does not compile");
        gpu.refusal = isRefused ? refusal : undefined;
        gpu.kernelFailure = isBad ? kernelFailure : undefined;
        if (isRefused) this.happened.add("device refused");
        if (isBad) this.happened.add("kernel does not compile");
        gpu.onBatch = () => {
          if (this.armed.has("device lost") && chance.is(lossRate)) {
            this.happened.add("device lost");
            return chance.oneOf(losses);
          }
          return chance.is(certainty) ? "certain" : "waits";
        };
      },
    };
    this.scripted = new ScriptedRun(page, this.setting);
  }

  /** Goes on until the run has ended; there is always a way on. */
  async toTheEnd(): Promise<void> {
    const { chance, scripted } = this;
    await settle();
    for (let step = 0; !scripted.outcome; step++) {
      if (step > 20_000) throw new Error("the run goes on for ever");
      if (chance.is(this.faultRate)) this.misfortune();
      else if (chance.is(0.1)) vi.advanceTimersByTime(chance.between(0, 80));
      else if (!this.someone()) {
        if (vi.getTimerCount() === 0) throw new Error("the run is stuck");
        vi.advanceTimersToNextTimer();
      }
      await settle();
      this.check();
    }
  }

  /** One worker goes on; false where none can. */
  private someone(): boolean {
    const ready = this.scripted.scripts.filter(
      (script) => script.hasMessage || (script instanceof ChunkScript && script.hasWork),
    );
    if (ready.length === 0) return false;
    // Some workers are far slower than others.
    const weighted = ready.map((script) => ({ script, weight: this.weightOf(script) }));
    let at = this.chance.next() * weighted.reduce((sum, { weight }) => sum + weight, 0);
    const drawn = weighted.find(({ weight }) => {
      at -= weight;
      return at <= 0;
    });
    const { script } = drawn ?? { script: ready[0] as ChunkScript };
    if (script instanceof GpuScript && this.chance.is(0.5)) script.arrive();
    const works = script instanceof ChunkScript && script.hasWork;
    if (works && (!script.hasMessage || this.chance.is(0.5))) script.work();
    else script.receive();
    return true;
  }

  private weightOf(script: object): number {
    const weight = this.weights.get(script) ?? this.chance.oneOf([0.03, 1, 1, 5]);
    this.weights.set(script, weight);
    return weight;
  }

  /** Something goes wrong, where it can. */
  private misfortune(): void {
    const { scripted } = this;
    const fault = this.chance.oneOf(faults);
    if (!this.armed.has(fault)) return;
    const gpu = scripted.gpus.find(({ worker }) => !worker.isEnded && worker.onmessage);
    const racer = scripted.workers.find(({ isRacer }) => isRacer);
    const isRace = this.setting.engine === "auto" && racer !== undefined;
    switch (fault) {
      case "device lost":
        gpu?.fail(this.chance.oneOf(losses));
        break;
      case "GPU worker dies":
        if (!gpu) return;
        this.isLost ||= gpu.hasGivenItsSum;
        gpu.worker.die();
        break;
      case "GPU is silent":
        // What it has summed is no longer on the GPU once its worker has told the sum.
        if (!gpu || gpu.hasGivenItsSum) return;
        gpu.isSilent = true;
        break;
      case "page hidden":
        this.page.browser.hide(!this.page.browser.document.hidden);
        break;
      case "racer dies":
        if (!isRace) return;
        racer.worker.die();
        break;
      case "racer refuses":
        if (!isRace) return;
        racer.worker.reply({ type: "refused", code: "out_of_memory", message: "No memory." });
        break;
      case "worker dies": {
        const members = scripted.workers.filter((worker) => !isRace || worker !== racer);
        if (members.length === 0) return;
        this.isLost = true;
        this.chance.oneOf(members).worker.die();
        break;
      }
      case "cancel":
        scripted.run.fail("cancelled");
        break;
      default:
        return;
    }
    this.happened.add(fault);
  }

  /** What holds at any time: no worker has more chunks than it can use, and no more wait for the GPU than there is memory for. */
  private check(): void {
    const { workers } = this.scripted;
    for (const { held } of workers) if (held.length > 3) throw new Error("a worker holds too much");
    const preparing = workers.flatMap(({ held }) => held.filter(({ feed }) => feed));
    const gpu = this.scripted.gpus.find(({ worker }) => !worker.isEnded);
    const batches = gpu?.worker.inbox.filter(({ type }) => type === "batch") ?? [];
    if (!gpu || gpu.isOff) return;
    const onTheWay = preparing.length + batches.length;
    if (onTheWay > 10) throw new Error(`${onTheWay} chunks are on their way to the GPU`);
  }
}
