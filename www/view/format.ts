/** How numbers and names look on the page. The full precision stays in each `<data value>`. */

import type { Engine } from "../engine/types";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 3000 → 3,000 */
export function whole(value: number): string {
  return grouped.format(value);
}

/** A whole number, or that it is not known. */
export function known(value: number | null): string {
  return value === null ? "?" : whole(value);
}

/** A power of ten in print: −13 → 10⁻¹³ */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/** `digits` significant digits: 8.28, 0.0712, 12,300, and 2.86 × 10⁻¹³ where zeros would pile up. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return String(value);
  const [mantissa = "", power = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -3 || exponent > 5) return `${minus(mantissa)} × ${powerOfTen(exponent)}`;
  const rounded = Number(`${mantissa}e${power}`);
  return minus(withDecimals(Math.max(0, digits - 1 - exponent)).format(rounded));
}

/** By their number of decimals: to make one takes a hundred times as long as to use it, and hundreds of numbers change while a window is dragged. */
const formats: Intl.NumberFormat[] = [];

function withDecimals(count: number): Intl.NumberFormat {
  formats[count] ??= new Intl.NumberFormat("en", {
    minimumFractionDigits: count,
    maximumFractionDigits: count,
  });
  return formats[count];
}

/** A fixed number of decimals, for numbers that are compared with each other. */
export function decimals(value: number, count = 3): string {
  return minus(value.toFixed(count));
}

/** A share of 1, with as many decimals as it takes not to look like all of it: 0.993, 0.99987. */
export function share(value: number): string {
  let count = 3;
  while (value !== 1 && count < 8 && value.toFixed(count) === (1).toFixed(count)) count += 1;
  return decimals(value, count);
}

/** What follows ±: three decimals, and more where those are zeros. */
export function plusMinus(value: number): string {
  return value >= 0.0005 || value === 0 ? decimals(value) : significant(value, 1);
}

/** A change: +0.021, −0.034 */
export function signed(value: number): string {
  const shown = decimals(value);
  return value >= 0 ? `+${shown}` : shown;
}

function minus(text: string): string {
  return text.replace("-", "−");
}

const units = ["bytes", "kB", "MB", "GB", "TB"];

/** 2304128 → 2.3 MB */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const shown = unit > 0 && size < 9.95 ? size.toFixed(1) : size.toFixed(0);
  return `${shown} ${units[unit]}`;
}

/** 75 → 1 min 15 s */
export function duration(seconds: number): string {
  const left = Math.max(1, Math.ceil(seconds));
  if (left < 60) return `${left} s`;
  if (left < 3600) return `${Math.floor(left / 60)} min ${left % 60} s`;
  return `${Math.floor(left / 3600)} h ${Math.floor((left % 3600) / 60)} min`;
}

/** 1 row, 2 rows */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** The choices of an engine, as they are called in the middle of a sentence. */
export const engineWords: Record<Engine, string> = {
  auto: "automatic",
  exact: "exact",
  fast: "fast",
  gpu: "GPU",
};

/** With a capital letter. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
