// What shows the page's state takes turns: the answer first, a little in each frame, and never so much that it holds up a hand.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Drawable } from "../../www/view/turns";
import { deferred } from "./lib/later";

type Turns = typeof import("../../www/view/turns") & typeof import("../../www/view/rendered");

/** As the browser counts, in milliseconds. */
let now = 0;
let drawn: string[] = [];
let turns: Turns;
/** Those who wait for the next frame. */
const framed: (() => void)[] = [];
const listeners = new Map<string, (event: object) => void>();
const reportError = vi.fn();

class KeyEvent {
  constructor(
    readonly repeat: boolean,
    readonly timeStamp: number,
  ) {}
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  now = 1e6;
  drawn = [];
  framed.length = 0;
  reportError.mockClear();
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("reportError", reportError);
  vi.stubGlobal("KeyboardEvent", KeyEvent);
  vi.stubGlobal("requestAnimationFrame", (call: () => void) => framed.push(call));
  vi.stubGlobal("addEventListener", (type: string, listener: (event: object) => void) =>
    listeners.set(type, listener),
  );
  turns = {
    ...(await import("../../www/view/turns")),
    ...(await import("../../www/view/rendered")),
  };
});
afterEach(async () => {
  await vi.runAllTimersAsync();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

interface Part extends Drawable {
  name: string;
}

/** A part of the page that takes so many milliseconds to draw. */
function part(name: string, takes = 0, more: Partial<Drawable> = {}): Part {
  const paint = (): void => {
    drawn.push(name);
    now += takes;
  };
  return { name, paint, ...more };
}

const answer = (name = "answer"): Part => part(name, 0, { isAnswer: true });
const teller = (name = "title"): Part => part(name, 0, { tellsState: true });
const ask = (...parts: Part[]): void => parts.forEach(turns.drawSoon);
/** Lets everything happen but frames, for less time than the page waits for one. */
const tasks = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(60);
};
const frame = async (): Promise<void> => {
  for (const call of framed.splice(0)) call();
  await tasks();
};
const move = (): void => listeners.get("pointermove")?.({ timeStamp: now });

describe("the turns", () => {
  test("come in the order in which they were asked for, none of them at once", async () => {
    ask(part("a"), part("b"), part("c"));
    expect(drawn).toEqual([]);
    await tasks();
    expect(drawn).toEqual(["a", "b", "c"]);
  });

  test("are tasks of their own, so that the browser can answer in between", async () => {
    const paint = (name: string) => (): void => {
      drawn.push(name);
      setTimeout(() => drawn.push("a click"));
    };
    turns.drawSoon({ paint: paint("a") });
    turns.drawSoon({ paint: paint("b") });
    await tasks();
    expect(drawn).toEqual(["a", "a click", "b", "a click"]);
  });

  test("are one for each part, however often it asks", async () => {
    const a = part("a");
    ask(a, part("b"), a, a);
    await tasks();
    expect(drawn).toEqual(["a", "b"]);
    ask(a);
    await tasks();
    expect(drawn).toEqual(["a", "b", "a"]);
  });

  test("come again for a part that asks while it is drawn", async () => {
    const again: Drawable = {
      paint: () => {
        drawn.push("again");
        if (drawn.length < 3) turns.drawSoon(again);
      },
    };
    turns.drawSoon(again);
    ask(part("b"));
    await tasks();
    expect(drawn).toEqual(["again", "b", "again"]);
  });

  test("are not taken by what is not to be drawn after all", async () => {
    const [a, b] = [part("a"), part("b")];
    ask(a, b);
    turns.drawNever(a);
    await tasks();
    expect(drawn).toEqual(["b"]);
  });

  test("go on after a part that fails, and the fault is reported", async () => {
    const fault = new Error("a fault of ours");
    const failing: Drawable = {
      paint: () => {
        throw fault;
      },
    };
    turns.drawSoon(failing);
    ask(part("b"));
    await tasks();
    expect(drawn).toEqual(["b"]);
    expect(reportError.mock.calls).toEqual([[fault]]);
  });
});

describe("the answer", () => {
  test("is drawn before what asked earlier", async () => {
    ask(part("a"), teller(), part("b"), answer());
    await tasks();
    expect(drawn).toEqual(["answer", "a", "title", "b"]);
  });

  test("that asks all the time goes first every second time only, so that the rest is drawn too", async () => {
    const names = ["a", "b", "c", "d"];
    const busy: Drawable = {
      isAnswer: true,
      paint: () => {
        drawn.push("answer");
        if (drawn.length < 9) turns.drawSoon(busy);
      },
    };
    ask(...names.map((name) => part(name)));
    turns.drawSoon(busy);
    await tasks();
    expect(drawn).toEqual(["answer", "a", "answer", "b", "answer", "c", "answer", "d", "answer"]);
  });

  test("is never overtaken by what tells of the page's state", async () => {
    let asked = 0;
    const busy: Drawable = {
      isAnswer: true,
      paint: () => {
        drawn.push("answer");
        asked += 1;
        if (asked < 4) turns.drawSoon(busy);
      },
    };
    ask(teller(), part("a"));
    turns.drawSoon(busy);
    await tasks();
    expect(drawn).toEqual(["answer", "a", "answer", "answer", "answer", "title"]);
  });

  test("waits for its turn while a hand moves something: all of the page follows it", async () => {
    move();
    ask(part("a"), part("b"), answer(), part("c"));
    await tasks();
    expect(drawn).toEqual(["a", "b", "answer", "c"]);
  });
});

describe("a hand", () => {
  test("moves something by a pointer, a wheel, or a key that is held down", () => {
    expect(turns.isMoving()).toBe(false);
    const events: Record<string, () => object> = {
      pointermove: () => ({ timeStamp: now }),
      wheel: () => ({ timeStamp: now }),
      keydown: () => new KeyEvent(true, now),
    };
    for (const [type, event] of Object.entries(events)) {
      listeners.get(type)?.(event());
      expect(turns.isMoving()).toBe(true);
      now += 300;
      expect(turns.isMoving()).toBe(false);
    }
  });

  test("that presses a key once moves nothing", () => {
    listeners.get("keydown")?.(new KeyEvent(false, now));
    expect(turns.isMoving()).toBe(false);
  });

  test("rests once it did nothing for 0.3 s", () => {
    move();
    now += 299;
    expect(turns.isMoving()).toBe(true);
    now += 1;
    expect(turns.isMoving()).toBe(false);
  });
});

describe("a frame", () => {
  test("has time for a click's answer: parts are drawn until 24 ms are spent", async () => {
    ask(...["a", "b", "c", "d", "e", "f"].map((name) => part(name, 10)));
    await tasks();
    expect(drawn).toEqual(["a", "b", "c"]);
    // Six of them were over time, and are taken off the next.
    await frame();
    expect(drawn).toEqual(["a", "b", "c", "d", "e"]);
    await frame();
    expect(drawn).toHaveLength(6);
  });

  test("has little while a hand moves something: 4 ms", async () => {
    move();
    ask(...["a", "b", "c", "d"].map((name) => part(name, 3)));
    await tasks();
    expect(drawn).toEqual(["a", "b"]);
    await frame();
    expect(drawn).toEqual(["a", "b", "c"]);
  });

  test("is left out for each that a slow part took", async () => {
    move();
    ask(part("slow", 12), part("next"));
    await tasks();
    expect(drawn).toEqual(["slow"]);
    await frame();
    await frame();
    expect(drawn).toEqual(["slow"]);
    await frame();
    expect(drawn).toEqual(["slow", "next"]);
  });

  test("that does not come, as on a page that is not seen, is waited for 100 ms", async () => {
    ask(part("slow", 24), part("next"));
    await vi.advanceTimersByTimeAsync(99);
    expect(drawn).toEqual(["slow"]);
    await vi.advanceTimersByTimeAsync(10);
    expect(drawn).toEqual(["slow", "next"]);
  });
});

describe("the page is rendered", () => {
  test("once all that waits is drawn, and what that has asked for", async () => {
    const last = part("last", 30);
    const first: Drawable = {
      paint: () => {
        drawn.push("first");
        now += 30;
        turns.drawSoon(last);
      },
    };
    turns.drawSoon(first);
    void turns.rendered().then(() => drawn.push("rendered"));
    await tasks();
    expect(drawn).toEqual(["first"]);
    await frame();
    await vi.runAllTimersAsync();
    expect(drawn).toEqual(["first", "last", "rendered"]);
  });

  test("once what asks in a microtask is drawn, as elements do that have just changed", async () => {
    void Promise.resolve().then(() => ask(part("late")));
    void turns.rendered().then(() => drawn.push("rendered"));
    await vi.runAllTimersAsync();
    expect(drawn).toEqual(["late", "rendered"]);
  });

  test("once work is through that was begun by other work as it ended", async () => {
    const seen = vi.fn();
    const [first, second] = [deferred<void>(), deferred<void>()];
    void turns.tracked(first.promise).then(() => turns.tracked(second.promise));
    void turns.rendered().then(seen);
    await vi.runAllTimersAsync();
    first.resolve();
    await vi.runAllTimersAsync();
    expect(seen).not.toHaveBeenCalled();
    second.resolve();
    await vi.runAllTimersAsync();
    expect(seen).toHaveBeenCalled();
  });

  test("once parts that load are there, or cannot be had", async () => {
    let arrive: () => void = () => {};
    let fail: (error: Error) => void = () => {};
    const seen = vi.fn();
    void turns.tracked(
      new Promise<void>((resolve) => {
        arrive = resolve;
      }),
    );
    const failing = turns.tracked(
      new Promise<void>((_, reject) => {
        fail = reject;
      }),
    );
    failing.catch(() => {});
    void turns.rendered().then(seen);
    await vi.runAllTimersAsync();
    arrive();
    await vi.runAllTimersAsync();
    expect(seen).not.toHaveBeenCalled();
    fail(new Error("no network"));
    await vi.runAllTimersAsync();
    expect(seen).toHaveBeenCalled();
    await expect(failing).rejects.toThrow("no network");
  });

  test("at once where nothing waits", async () => {
    const seen = vi.fn();
    void turns.rendered().then(seen);
    await vi.runAllTimersAsync();
    expect(seen).toHaveBeenCalled();
  });
});
