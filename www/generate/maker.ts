/** The worker that makes a file, piece by piece. It is ended when nobody wants the file any more. */

import { Generator, initSync } from "../wasm/learn.js";
import type { Made, Order } from "./recipe";

function reply(message: Made, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function make({ module, recipe }: Order): void {
  initSync({ module });
  const generator = new Generator(recipe);
  const hand = (piece: Uint8Array<ArrayBuffer>) =>
    reply({ type: "piece", piece, part: generator.part }, [piece.buffer]);
  hand(generator.header() as Uint8Array<ArrayBuffer>);
  while (generator.part < 1) hand(generator.piece() as Uint8Array<ArrayBuffer>);
  reply({ type: "whole", name: generator.name });
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  try {
    make(data);
  } catch (error) {
    if (typeof error !== "object" || error === null || !("code" in error)) throw error;
    reply({ type: "refused", ...(error as { code: string; message: string }) });
  }
});
