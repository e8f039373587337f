import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { importing, type Pool } from "../../www/engine/pool";
import { type FreshEngine, freshEngine } from "./lib/fresh-engine";
import { endScript, type ScriptedBrowser, scriptBrowser } from "./lib/scripted-browser";

let browser: ScriptedBrowser;
let engine: FreshEngine;
let pool: Pool;
beforeEach(async () => {
  browser = scriptBrowser();
  engine = await freshEngine();
  pool = engine.newPool();
});
afterEach(endScript);

const [idle, specialIdle] = [10_000, 60_000];

function first(name = "eigenscope") {
  const [worker] = browser.named(name);
  if (!worker) throw new Error(`no ${name} was started`);
  return worker;
}

describe("a worker", () => {
  test("gets the compiled core before anything else", () => {
    const hand = pool.take();
    hand.send({ type: "give" });
    expect(first().sent.map(({ type }) => type)).toEqual(["start", "give"]);
    expect(first().sent[0]?.module).toBeInstanceOf(WebAssembly.Module);
  });

  test("owns what is transferred to it", () => {
    const words = Float64Array.of(1, 2);
    pool.take().send({ type: "block", index: 0, words }, [words.buffer]);
    expect(words.length).toBe(0);
    expect(first().sent.at(-1)?.words).toEqual(Float64Array.of(1, 2));
  });

  test("answers its holder", () => {
    const hand = pool.take();
    const heard: unknown[] = [];
    hand.onReply = (reply) => heard.push(reply);
    first().reply({ type: "given" });
    expect(heard).toEqual([{ type: "given" }]);
  });

  test("that is released is lent again and is silent to its last holder", () => {
    const before = pool.take();
    before.onReply = () => {
      throw new Error("it was given back");
    };
    pool.release(before);
    first().reply({ type: "given" });
    const heard: unknown[] = [];
    pool.take().onReply = (reply) => heard.push(reply);
    first().reply({ type: "given" });
    expect(heard).toHaveLength(1);
    expect(browser.workers).toHaveLength(1);
    expect(first().all("start")).toHaveLength(1);
  });

  test("is terminated after ten idle seconds, and the next request starts another", () => {
    pool.release(pool.take());
    vi.advanceTimersByTime(idle - 1);
    expect(browser.running).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(browser.running).toHaveLength(0);
    pool.take();
    expect(browser.running).toHaveLength(1);
  });

  test("that is lent is never terminated by a timer", () => {
    pool.release(pool.take());
    pool.take();
    vi.advanceTimersByTime(10 * idle);
    expect(browser.running).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("can be terminated at once and is not lent again", () => {
    const hand = pool.take();
    pool.end(hand);
    expect(first().isEnded).toBe(true);
    pool.release(hand);
    pool.take();
    expect(browser.workers).toHaveLength(2);
  });

  test("with unwanted sums is terminated", () => {
    pool.dismiss(pool.take());
    expect(browser.running).toHaveLength(0);
  });
});

describe("a worker that dies", () => {
  test("is reported to its holder once, and not on the console", () => {
    const hand = pool.take();
    let deaths = 0;
    hand.onDeath = () => {
      deaths += 1;
    };
    expect(first().die()).toBe(true);
    expect([deaths, first().isEnded]).toEqual([1, true]);
    pool.release(hand);
    pool.take();
    expect(browser.workers).toHaveLength(2);
  });

  test("includes one whose message cannot be read", () => {
    let deaths = 0;
    pool.take().onDeath = () => {
      deaths += 1;
    };
    first().onmessageerror?.();
    expect([deaths, first().isEnded]).toEqual([1, true]);
  });

  test("while idle is dropped", () => {
    const hand = pool.take();
    hand.onDeath = () => {
      throw new Error("it was given back");
    };
    pool.release(hand);
    expect(first().die()).toBe(true);
    pool.take();
    expect(browser.workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  });
});

test("workers are started ahead, only as many as are missing", () => {
  const hands = [pool.take(), pool.take()];
  for (const hand of hands) pool.release(hand);
  pool.prepare(3);
  expect(browser.workers).toHaveLength(3);
  pool.prepare(1);
  for (let i = 0; i < 3; i++) pool.take();
  expect(browser.workers).toHaveLength(3);
});

describe("the worker that has the GPU", () => {
  test("is kept for an idle minute", () => {
    pool.release(pool.takeGpu());
    vi.advanceTimersByTime(specialIdle - 1);
    pool.release(pool.takeGpu());
    expect(browser.named("eigenscope gpu")).toHaveLength(1);
    vi.advanceTimersByTime(specialIdle);
    expect(browser.running).toEqual([]);
    pool.takeGpu();
    expect(browser.running).toHaveLength(1);
  });

  test("with unwanted sums frees them and is kept", () => {
    pool.dismiss(pool.takeGpu());
    expect(first("eigenscope gpu").sent.map(({ type }) => type)).toEqual(["forget"]);
    pool.takeGpu();
    expect(browser.running).toHaveLength(1);
  });

  test("that dies while idle is replaced", () => {
    pool.release(pool.takeGpu());
    expect(first("eigenscope gpu").die()).toBe(true);
    pool.takeGpu();
    expect(browser.running).toHaveLength(1);
    expect(browser.workers).toHaveLength(2);
  });

  test("is single: releasing a second terminates the first", () => {
    const [one, other] = [pool.takeGpu(), pool.takeGpu()];
    pool.release(one);
    pool.release(other);
    expect(browser.workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
    vi.advanceTimersByTime(specialIdle);
    expect(browser.running).toEqual([]);
  });

  test("is not one of those that sum", () => {
    pool.release(pool.takeGpu());
    pool.take();
    pool.takeReader();
    expect(browser.workers.map(({ name }) => name)).toEqual([
      "eigenscope gpu",
      "eigenscope",
      "eigenscope reader",
    ]);
  });
});

test("a kept reader has its script loaded", () => {
  const reader = pool.takeReader();
  expect(reader.isLoaded).toBe(false);
  pool.release(reader);
  expect(pool.takeReader().isLoaded).toBe(true);
});

test("a special worker starts from a blob that imports its script from the page's address", async () => {
  const made: Blob[] = [];
  const { createObjectURL } = URL;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    made.push(blob as Blob);
    return createObjectURL(blob);
  });
  pool.takeGpu();
  pool.takeGpu();
  expect(made).toHaveLength(1);
  expect(await made[0]?.text()).toContain('import("https://page.invalid/gpu.js")');
  for (const { url } of browser.workers) expect(url).toMatch(/^blob:/);
});

describe("the code that imports a worker's script", () => {
  /** Runs that code in a scope of its own. */
  function run(script: () => Promise<void>) {
    const scope = new EventTarget();
    const code = importing("./gpu.js").replace("import(", "load(");
    const later: (() => void)[] = [];
    new Function(
      "addEventListener",
      "removeEventListener",
      "dispatchEvent",
      "load",
      "setTimeout",
      code,
    )(
      scope.addEventListener.bind(scope),
      scope.removeEventListener.bind(scope),
      scope.dispatchEvent.bind(scope),
      script,
      (work: () => void) => later.push(work),
    );
    const send = (data: string): boolean =>
      scope.dispatchEvent(new MessageEvent("message", { data }));
    return { scope, send, later };
  }

  test("keeps messages in order until the script is loaded", async () => {
    const heard: string[] = [];
    let arrive = (): void => {};
    const loaded = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { scope, send } = run(() => loaded);
    send("open");
    send("begin");
    scope.addEventListener("message", (event) => heard.push((event as MessageEvent).data));
    arrive();
    await loaded;
    await Promise.resolve();
    send("batch");
    expect(heard).toEqual(["open", "begin", "batch"]);
  });

  test("takes the worker down when the script cannot be loaded", async () => {
    const { later } = run(() => Promise.reject(new TypeError("no network")));
    await Promise.resolve();
    await Promise.resolve();
    expect(later).toHaveLength(1);
    expect(later[0]).toThrow("no network");
  });
});

test("the error after a death names the file and has a code", async () => {
  const { death } = await import("../../www/engine/pool");
  const error = death("features.npy");
  expect(error).toBeInstanceOf(engine.AnalysisError);
  expect(error).toMatchObject({ code: "worker_died" });
  expect(error.message).toContain("features.npy");
});
