// A GPU in the tests: SwiftShader, a program that Chromium has instead of one. And what may happen to a GPU: the worker that
// has it gets code of the tests' own, which breaks whatever a test tells it to.

import { launchChromium } from "./launch.mjs";
import { test as inSharedChromium } from "./test.mjs";

/** A Chromium whose adapter is SwiftShader. */
export function launchWithGpu() {
  return launchChromium({
    args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  });
}

/** Tests (lib/test.mjs), each in a Chromium of its own that has SwiftShader. */
export const test = inSharedChromium.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
  browser: async ({}, use) => {
    const browser = await launchWithGpu();
    await use(browser);
    await browser.close();
  },
});

/**
 * For openPage's `init`: the worker that has the GPU runs `inGpuWorker` too, before it hears its first request. `faults` are what is broken from the
 * start.
 */
export function breakable(faults = {}) {
  const hook = `globalThis.faults = ${JSON.stringify(faults)};(${inGpuWorker})();`;
  return `(${addToGpuWorker})(${JSON.stringify(hook)})`;
}

/** The worker that has the GPU; there must be one. */
export async function gpuWorker(page) {
  for (const worker of page.workers()) {
    // A worker that is just ending answers nothing.
    if (await worker.evaluate(() => "faults" in globalThis).catch(() => false)) return worker;
  }
  throw new Error("no worker has the GPU");
}

/** Breaks something from now on (see `inGpuWorker`), or repairs it with undefined. */
export async function breakGpu(page, faults) {
  const worker = await gpuWorker(page);
  await worker.evaluate((faults) => Object.assign(globalThis.faults, faults), faults);
}

// These run in the page, and in the worker.

/** The worker's script is a blob that imports the site's; what is appended runs before that is there. */
function addToGpuWorker(hook) {
  window.Blob = class extends Blob {
    constructor(parts, options) {
      const [text] = parts ?? [];
      const isGpuWorker = typeof text === "string" && text.includes("/assets/gpu-");
      super(isGpuWorker ? [text, hook] : parts, options);
    }
  };
}

function inGpuWorker() {
  const { faults } = globalThis;
  const { prototype: device } = GPUDevice;
  const { prototype: queue } = GPUQueue;
  const { prototype: adapter } = GPUAdapter;
  const wrap = (object, name, make) => {
    const old = object[name];
    object[name] = make(old);
  };
  let opened;
  let later = 0;
  wrap(
    adapter,
    "requestDevice",
    (old) =>
      async function (...given) {
        if (faults.refuse) throw new Error("no device for a test");
        opened = await old.apply(this, given);
        return opened;
      },
  );
  // So many submissions from now, or from the first commit, the device is gone.
  let commits = 0;
  const isTime = (fault) => {
    if (faults[fault] === undefined || faults[fault]-- > 0) return false;
    faults[fault] = undefined;
    return true;
  };
  wrap(
    GPUCommandEncoder.prototype,
    "copyBufferToBuffer",
    (old) =>
      function (...given) {
        commits += 1;
        return old.apply(this, given);
      },
  );
  wrap(
    queue,
    "submit",
    (old) =>
      function (...given) {
        const result = old.apply(this, given);
        later += faults.jump ?? 0;
        if (isTime("destroyAfter") || (commits > 0 && isTime("destroyAfterCommit"))) {
          commits = 0;
          opened.destroy();
        }
        return result;
      },
  );
  wrap(
    device,
    "createShaderModule",
    (old) =>
      function (given) {
        return old.call(this, faults.kernel ? { ...given, code: "fn products( {" } : given);
      },
  );
  wrap(
    device,
    "popErrorScope",
    (old) =>
      function () {
        const result = old.call(this);
        return faults.memory ? Promise.resolve(new GPUOutOfMemoryError("full")) : result;
      },
  );
  // Every thousandth number of the samples is another.
  wrap(
    queue,
    "writeBuffer",
    (old) =>
      function (buffer, offset, data, ...rest) {
        if (faults.numbers && buffer.label === "samples") {
          const numbers = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
          for (let at = 0; at < numbers.length; at += 1000) numbers[at] = 0x40400000;
        }
        return old.call(this, buffer, offset, data, ...rest);
      },
  );
  const limits = Object.getOwnPropertyDescriptor(adapter, "limits").get;
  Object.defineProperty(adapter, "limits", {
    get() {
      const real = limits.call(this);
      const most = faults.bufferBytes;
      return new Proxy(real, {
        get: (_, name) =>
          most && /^max(BufferSize|StorageBufferBindingSize)$/.test(name) ? most : real[name],
      });
    },
  });
  const hardware = {
    vendor: "tests",
    architecture: "pretending",
    description: "",
    isFallbackAdapter: false,
    subgroupMinSize: 32,
    subgroupMaxSize: 32,
  };
  for (const [of, name] of [
    [device, "adapterInfo"],
    [adapter, "info"],
  ]) {
    const info = Object.getOwnPropertyDescriptor(of, name).get;
    Object.defineProperty(of, name, {
      get() {
        return faults.hardware ? hardware : info.call(this);
      },
    });
  }
  // What the worker tells of time: how long its batches took, and what its clock says.
  wrap(globalThis, "postMessage", (old) => (message, ...rest) => {
    const isTimed = faults.took && message.type === "settled";
    old(isTimed ? { ...message, milliseconds: faults.took } : message, ...rest);
  });
  wrap(performance, "now", (old) => () => old.call(performance) + later);
}
