/** What the page shows as text that other programs read: CSV, Markdown, JSON. */

import type { RankWindow } from "../state/window";
import { decimals, known, plusMinus, share, significant, whole } from "../view/format";
import { halfWidth } from "../view/uncertainty";
import { preparationOf, type Shown, type ShownLine, weightWords } from "./shown";

/** A cell of a table; null where it is not known. */
type Cell = string | number | boolean | null;

/** A column of the table of datasets. */
interface Column {
  /** In CSV, by the names of the Report. */
  name: string;
  /** In Markdown; columns without are told of below the table. */
  heading?: string;
  of: (line: ShownLine) => Cell;
  /** As the page shows it. */
  shown?: (line: ShownLine) => string | null;
}

const columns: readonly Column[] = [
  count("n"),
  count("d"),
  { name: "preparation", of: ({ analysis }) => preparationOf(analysis) },
  { name: "first", of: ({ outcome }) => outcome.fit?.first ?? null },
  { name: "last", of: ({ outcome }) => outcome.fit?.last ?? null },
  { name: "weight", of: ({ outcome }) => outcome.fit?.weight ?? null },
  {
    name: "alpha",
    heading: "α ± 95 %",
    of: ({ outcome }) => outcome.fit?.alpha ?? null,
    shown: alphaOf,
  },
  { name: "alpha_is_approximate", of: ({ outcome }) => outcome.is_near },
  { name: "low", of: ({ outcome }) => outcome.uncertainty?.low ?? null },
  { name: "high", of: ({ outcome }) => outcome.uncertainty?.high ?? null },
  number("r2", "R²", ({ outcome }) => outcome.fit?.r2 ?? null, share),
  number("rankme", "RankMe", ({ analysis }) => analysis.facts.uncentred.rankme),
  number(
    "participation_ratio",
    "participation ratio",
    ({ analysis }) => analysis.facts.metrics.participation_ratio,
  ),
  number(
    "effective_rank_centred_variance",
    "effective rank",
    ({ analysis }) => analysis.facts.metrics.effective_rank_centred_variance,
  ),
  number("stable_rank", "stable rank", ({ analysis }) => analysis.facts.metrics.stable_rank),
];

function count(name: "n" | "d"): Column {
  const of = ({ analysis }: ShownLine): number | null => analysis.facts[name];
  return { name, heading: name, of, shown: (line) => known(of(line)) };
}

function number(
  name: string,
  heading: string,
  of: (line: ShownLine) => number | null,
  shown: (value: number) => string = significant,
): Column {
  const words = (line: ShownLine): string | null => {
    const value = of(line);
    return value === null ? null : shown(value);
  };
  return { name, heading, of, shown: words };
}

/** α as the page shows it, with half of its interval where that is known; ≈ where it is of the points that a link brings. */
export function alphaOf({ outcome }: ShownLine): string | null {
  const { fit, uncertainty, is_near } = outcome;
  if (!fit) return null;
  const half = uncertainty ? ` ± ${plusMinus(halfWidth(uncertainty))}` : "";
  return `${is_near ? "≈ " : ""}${decimals(fit.alpha)}${half}`;
}

/** Every eigenvalue on a line of its own, at full precision, and whether it lies between those that a link has brought. */
export function spectraCsv({ lines }: Shown): string {
  const rows = lines.flatMap(({ name, analysis: { eigenvalues, facts, brought } }) => {
    const known = brought && new Set(brought);
    return Array.from(eigenvalues, (value, index) => {
      const rank = index + 1;
      return [name, rank, value, index < facts.usable_ranks, known ? !known.has(rank) : false];
    });
  });
  return csv([["dataset", "rank", "eigenvalue", "usable", "interpolated"], ...rows]);
}

/** Every dataset on a line of its own, at full precision; empty where something is not known. */
export function tableCsv({ lines, axis }: Shown): string {
  const all = placed(lines, axis);
  const heads = ["dataset", ...all.map(({ name }) => name)];
  return csv([heads, ...lines.map((line) => [line.name, ...all.map(({ of }) => of(line))])]);
}

/** The table as Markdown, with numbers as the page shows them. */
export function tableMarkdown({ lines, axis, window, weight }: Shown): string {
  const all = placed(lines, axis).flatMap(({ heading, shown }) =>
    heading && shown ? [{ heading, shown }] : [],
  );
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `${[
    row(["dataset", ...all.map(({ heading }) => heading)]),
    row([":--", ...all.map(() => "--:")]),
    ...lines.map((line) => row([plain(line.name), ...all.map(({ shown }) => shown(line) ?? "–")])),
    "",
    `${conditions(lines, window, weight)} ± is half of the 95 % interval.`,
  ].join("\n")}\n`;
}

/** What α depends on, said in a sentence. */
export function conditions(
  lines: readonly ShownLine[],
  { first, last }: RankWindow,
  weight: Shown["weight"],
): string {
  const clipped = lines.filter(({ outcome }) => outcome.fit?.clipped_from);
  const whereItEnds = clipped.length > 0 ? " (or up to the last usable rank)" : "";
  const [preparation, ...others] = new Set(lines.map(({ analysis }) => preparationOf(analysis)));
  const prepared = others.length > 0 ? "not all prepared alike" : `features ${preparation}`;
  return `α over ranks ${whole(first)}–${whole(last)}${whereItEnds}, ${weightWords[weight]}, ${prepared}.`;
}

/** All columns, that of the places before them where there are such. */
function placed(lines: readonly ShownLine[], axis: string): readonly Column[] {
  const place = ({ place }: ShownLine): number | null => place;
  const has = lines.some((line) => place(line) !== null);
  const shown = (value: number): string => String(value);
  return has ? [number(axis, axis, place, shown), ...columns] : columns;
}

/** A list of their Reports, each by the name that the page shows. */
export function reportsJson({ lines, window, weight }: Shown, indent = 0): string {
  const reports = lines.map(({ analysis, name }) => {
    const report = analysis.report(window.first, window.last, weight) as object;
    return { ...report, name };
  });
  // XML holds neither of the two, escaped or not.
  const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16)}`;
  return JSON.stringify(reports, null, indent).replace(/[\ufffe\uffff]/g, escaped);
}

/** RFC 4180. */
function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** What a spreadsheet takes for the beginning of a formula, in narrow letters and in wide ones. */
const formula = /^\s*[=+\-@\t\r\n＝＋－＠]/u;

function csvCell(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  // Spreadsheets of some languages part cells at other marks than a comma.
  return /[",;\t\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A name that is nothing but a name in Markdown. */
function plain(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, " ")
    .replace(/[\\`*[\]<>|~&#$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&");
}
