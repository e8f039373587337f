/** Who helps with one large matrix. */

import type { Hand } from "./pool";

/** The side from which eigenvalues are shared. Two workers were measured 1.25 times as fast as one at 1024, 1.45 at 1536, 1.5 at 2048 and 1.6 at 4096. */
const SHARED_FROM = 1024;

/** More than so many do not help one leader: each takes its time for messages. */
const MOST_HELPERS = 3;

/** How many of `idle` workers help the one that computes the eigenvalues of a matrix of some side. */
export function helpersWanted(side: number, idle: number): number {
  return side >= SHARED_FROM ? Math.min(idle, MOST_HELPERS) : 0;
}

/** Asks workers to help; returns the leader's end of the line to each. */
export function askToHelp(hands: readonly Hand[]): MessagePort[] {
  return hands.map((hand) => {
    const { port1, port2 } = new MessageChannel();
    hand.send({ type: "help", leader: port1 }, [port1]);
    return port2;
  });
}
