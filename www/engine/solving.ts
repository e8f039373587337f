/**
 * Eigenvalues by several workers: one leads and the others help it, panel by panel. Their messages go from worker to worker, so that the page's own work
 * is not in their way. To each helper goes one parcel, with every panel, and comes back with the answer: no memory is asked for on the way.
 */

import { HelpingWorker, type LeadingWorker } from "../wasm/eigenscope.js";
import type { Words } from "./protocol";

/** Leads the way to the eigenvalues and returns what comes of it. Without helpers it is gone in one task. */
export async function lead(
  leading: LeadingWorker,
  helpers: readonly MessagePort[],
  onPart: (part: number) => void,
): Promise<unknown> {
  for (const [index, helper] of helpers.entries()) send(helper, leading.share(index + 1) as Words);
  const parcels: Words[] = helpers.map(() => new Float64Array(leading.parcel_length()));
  while (leading.factor()) {
    const answers = helpers.map((helper, index) => {
      const parcel = parcels[index] as Words;
      leading.write(parcel);
      const answer = nextOf(helper);
      send(helper, parcel);
      return answer;
    });
    leading.multiply();
    // In their order, so that the same workers give the same sums.
    for (const [index, answer] of answers.entries()) {
      const parcel = await answer;
      leading.add(index + 1, parcel);
      parcels[index] = parcel;
    }
    onPart(leading.turn());
  }
  for (const helper of helpers) helper.postMessage(null);
  return leading.finish();
}

/** Helps whoever leads at the other end until that sends no more. */
export function help(leader: MessagePort, onError: (error: unknown) => void): void {
  let helping: HelpingWorker | undefined;
  leader.onmessage = ({ data }: MessageEvent<Words | null>) => {
    try {
      if (!data) {
        helping?.free();
        leader.close();
      } else if (helping) {
        helping.answer(data);
        send(leader, data);
      } else {
        helping = new HelpingWorker(data);
      }
    } catch (error) {
      onError(error);
    }
  };
}

/** The next message. It must be asked for before anything can be answered. */
function nextOf(helper: MessagePort): Promise<Words> {
  return new Promise((resolve) => {
    helper.onmessage = ({ data }: MessageEvent<Words>) => resolve(data);
  });
}

/** Gives the numbers away. */
function send(port: MessagePort, words: Words): void {
  port.postMessage(words, [words.buffer]);
}
