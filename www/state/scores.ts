import type { Failure } from "./failure";

/** What a model scores at something else. */
export interface Score {
  readonly name: string;
  readonly value: number;
}

/**
 * Reads names and scores from text: a line each, the name first, the score last, with a comma, a semicolon or a tab between (a quoted name may hold them too). A first line
 * without a number is a heading.
 */
export function readScores(text: string): readonly Score[] | Failure {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n?|\n/);
  const scores: Score[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const score = readLine(line);
    if (score) scores.push(score);
    else if (scores.length > 0 || index > 0) return notRead(index + 1, line);
  }
  if (scores.length > 0) return scores;
  return {
    code: "no_scores",
    message:
      "There are no scores in that text. Give one line for each dataset: its name, a comma and its score.",
  };
}

function readLine(line: string): Score | undefined {
  const [, quoted, plain, number] =
    line.match(/^\s*(?:"((?:[^"]|"")*)"|(.*?))\s*(?:[,;\t]|\s{2,})\s*"?([^",;\s]+)"?\s*$/) ?? [];
  const name = quoted?.replaceAll('""', '"') ?? plain ?? "";
  const value = Number(number?.replace(/%$/, ""));
  return name && number && Number.isFinite(value) ? { name, value } : undefined;
}

function notRead(line: number, text: string): Failure {
  return {
    code: "no_score",
    message: `Line ${line} of the scores, "${text.trim().slice(0, 60)}", is not a name and a number. Give one line for each dataset: its name, a comma and its score.`,
  };
}

/** The score of a dataset: that of its name or file, else the only one whose name is part of its own, or the other way around. */
export function scoreOf(names: readonly string[], scores: readonly Score[]): Score | undefined {
  const plain = (name: string): string => name.toLowerCase().replace(/\.[a-z\d]{2,11}$/, "");
  const own = names.map(plain);
  const same = scores.find(({ name }) => own.includes(plain(name)));
  if (same) return same;
  const alike = scores.filter(({ name }) => own.some((other) => isWithin(plain(name), other)));
  return alike.length === 1 ? alike[0] : undefined;
}

/** Whether one of two names stands in the other, and not in the middle of a number or a word: layer1 is no part of layer10. */
function isWithin(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const at = long.indexOf(short);
  if (at < 0 || short === "") return false;
  const isCut = (place: number): boolean =>
    /[a-z\d]{2}/.test(long.slice(Math.max(0, place - 1), place + 1));
  return !isCut(at) && !isCut(at + short.length);
}
