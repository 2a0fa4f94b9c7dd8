/** @file How numbers are written on the page; shares and probabilities as in the figures of exports. */
export { formatMapValue, formatPercent, formatProbability, formatShare } from "./figure-style.ts";
export { formatBytes } from "../tensor/byte-size.ts";

const minus = "\u2212";
/** What is written if there is no number. */
export const noNumber = "-";

/** A number with a fixed count of decimals and a true minus sign; what rounds to zero has no sign. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return noNumber;
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${minus}${text}` : text;
}

/** A relevancy, which has no unit: three decimals. */
export const formatRelevancy = (value: number): string => formatFixed(value, 3);

/** A number of bits, such as a surprise: two decimals, without the unit. */
export const formatBits = (value: number): string => formatFixed(value, 2);

/** A change or difference with its sign, plus or minus: "+0.236"; zero has none. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals);
  return value > 0 && Number(text) !== 0 && Number.isFinite(value) ? `+${text}` : text;
}

/** A time: "410 ms" below a second, "21.4 s" below two minutes, else "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return noNumber;
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 119_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
