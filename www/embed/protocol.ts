/** What the page around a frame may say to it, and what it is answered: docs/embed.md, in types. A message is read by {@link readMessage} or by nobody. */

import type { Weight } from "../engine/types";
import type { Failure } from "../state/failure";
import type { ThemeChoice } from "../state/theme";
import { type RankWindow, ranksBetweenEnds } from "../state/window";

/** Changes when a message changes its meaning. */
export const PROTOCOL = 1;

/** What the other side calls an analysis. */
export type Id = string | number;

/** A matrix and the window in which its Report is wanted; null where the page's own is. */
export interface Job {
  readonly file: File;
  readonly array: string | null;
  readonly window: RankWindow | null;
  readonly weights: Weight | null;
}

export type Heard =
  | { readonly type: "ping" }
  | { readonly type: "theme"; readonly theme: ThemeChoice }
  | { readonly type: "analyze"; readonly id: Id; readonly job: Job }
  | { readonly type: "cancel"; readonly id: Id };

/** A message to this page that it cannot follow. */
export interface Bad {
  readonly type: "bad";
  readonly id: Id | null;
  readonly reason: Failure;
}

/** Where an analysis is. */
export type Stage = "waiting" | "unpacking" | "reading" | "eigenvalues" | "study" | "question";

export type Said =
  | { type: "eigenscope:pong"; version: number }
  | { type: "eigenscope:progress"; id: Id; stage: Stage; done: number; total: number }
  | { type: "eigenscope:report"; id: Id; report: unknown }
  | { type: "eigenscope:refused"; id: Id | null; code: string; message: string };

/** What all messages of the protocol begin with: others are not for this page. */
const PREFIX = "eigenscope:";

/** Characters of an id, and of the name of a file or an array. */
const LONGEST_ID = 100;
const LONGEST_NAME = 300;

const weights: readonly Weight[] = ["1/k", "none", "log-binned"];
const themes: Record<string, ThemeChoice> = { light: "light", dark: "dark", auto: "system" };

/** A theme as the protocol and the address have it. */
export function themeNamed(name: unknown): ThemeChoice | undefined {
  return typeof name === "string" && Object.hasOwn(themes, name) ? themes[name] : undefined;
}

/** What somebody said; null where it is no message of this protocol. Whatever the data is, it throws nothing. */
export function readMessage(data: unknown): Heard | Bad | null {
  const type = fields(data)?.type;
  if (typeof type !== "string" || !type.startsWith(PREFIX)) return null;
  const message = fields(data) ?? {};
  const id = isId(message.id) ? message.id : null;
  try {
    return read(type.slice(PREFIX.length), message);
  } catch (error) {
    if (error instanceof Malformed) return { type: "bad", id, reason: error.reason };
    throw error;
  }
}

function read(type: string, message: Fields): Heard {
  switch (type) {
    case "ping":
      if (message.version !== PROTOCOL)
        throw new Malformed(
          `This page speaks version ${PROTOCOL} of the protocol. Send version: ${PROTOCOL}.`,
          "other_version",
        );
      return { type };
    case "theme": {
      const theme = themeNamed(message.theme);
      if (!theme) throw new Malformed('"theme" is "light", "dark" or "auto".');
      return { type, theme };
    }
    case "analyze":
      return { type, id: idOf(message), job: jobOf(message) };
    case "cancel":
      return { type, id: idOf(message) };
    default:
      throw new Malformed(
        'There is no such message: send "eigenscope:ping", "eigenscope:analyze", "eigenscope:cancel" or "eigenscope:theme".',
      );
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** A refusal of a message on its way to the one who sent it. */
class Malformed extends Error {
  readonly reason: Failure;

  constructor(message: string, code = "bad_message") {
    super(message);
    this.reason = { code, message };
  }
}

function fields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null ? (value as Fields) : null;
}

function isId(value: unknown): value is Id {
  return typeof value === "string" ? value.length <= LONGEST_ID : Number.isSafeInteger(value);
}

function idOf({ id }: Fields): Id {
  if (isId(id)) return id;
  throw new Malformed(`"id" is a whole number, or text of at most ${LONGEST_ID} characters.`);
}

function jobOf(message: Fields): Job {
  const { buffer, file, options } = message;
  const [given, other] = [buffer, file].filter((one) => one !== undefined);
  const right = buffer === undefined ? given instanceof Blob : given instanceof ArrayBuffer;
  if (!right || other !== undefined)
    throw new Malformed('A matrix is a "buffer" (an ArrayBuffer) or a "file" (a File or Blob).');
  const said = options === undefined ? {} : fields(options);
  if (!said) throw new Malformed('"options" is an object.');
  const own = file instanceof File ? file.name : "features";
  const name = textOf(message, "name") ?? own;
  return {
    file: new File([given as ArrayBuffer | Blob], name),
    array: textOf(said, "array"),
    window: windowOf(said),
    weights: weightsOf(said),
  };
}

function textOf(message: Fields, key: "name" | "array"): string | null {
  const text = message[key];
  if (text === undefined) return null;
  if (typeof text === "string" && text !== "" && text.length <= LONGEST_NAME) return text;
  throw new Malformed(`"${key}" is text of 1 to ${LONGEST_NAME} characters.`);
}

function windowOf({ window }: Fields): RankWindow | null {
  if (window === undefined) return null;
  const { first, last } = fields(window) ?? {};
  const isRank = (rank: unknown): rank is number => Number.isSafeInteger(rank);
  if (
    isRank(first) &&
    isRank(last) &&
    first >= 1 &&
    last <= MOST &&
    last - first >= ranksBetweenEnds
  )
    return { first, last };
  throw new Malformed('"window" is { first, last }: ranks from 1 on, three of them or more.');
}

/** The core counts ranks in 32 bits. */
const MOST = 2 ** 32 - 1;

function weightsOf({ weights: asked }: Fields): Weight | null {
  if (asked === undefined) return null;
  const found = weights.find((weight) => weight === asked);
  if (found) return found;
  throw new Malformed('"weights" is "1/k", "none" or "log-binned".');
}
