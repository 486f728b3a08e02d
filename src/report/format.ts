/** Numbers and durations as people read them. Shared by the report and the command line. */

import { shortNumber } from "../core/figures.ts";

/** Six significant digits at most, no trailing zeros; a dash for what is missing. */
export function formatScore(score: number | null | undefined): string {
  if (score === null || score === undefined) return "–";
  // A damaged journal, or one of others, may have a text here, which times 1 is no number.
  if (!Number.isFinite(score)) return String(score * 1);
  const magnitude = Math.abs(score);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e7))
    return score.toExponential(4).replace(/\.?0*e\+?/, "e");
  return shortNumber(score);
}

/** `−8.3 %` of the baseline, with a real minus sign; empty when the baseline is 0, or as good as. */
export function formatChange(from: number, to: number): string {
  if (from === 0) return "";
  const percent = ((to - from) / Math.abs(from)) * 100;
  const size = Math.abs(percent);
  if (!Number.isFinite(size)) return "";
  const text = size < 1 ? size.toFixed(2) : size < 1e5 ? size.toFixed(1) : size.toExponential(1).replace("e+", "e");
  return `${percent < 0 ? "−" : "+"}${text} %`;
}

/** `45 s`, `3 m 20 s`, `2 h 05 m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

/** `1.5 GB`, powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `950`, `20,000`. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

/** `1 trial`, `2 trials`, `20,000 trials`. */
export const formatCount = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `950`, `12.3 k`, `4.56 M`. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1e6 ? `${Number((count / 1e3).toPrecision(3))} k` : `${Number((count / 1e6).toPrecision(3))} M`;
}
