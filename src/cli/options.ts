/** Parsing of option values, with messages that say what was expected. */
import { InvalidArgumentError } from "commander";

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("expected a number above 0");
  return value;
}

export function anyNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("expected a number");
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  // An empty text is a variable of the shell's that is not set, and no 0.
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError("expected a whole number, 0 or above");
  return value;
}

export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw new InvalidArgumentError("expected a whole number above 0");
  return value;
}

export function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError("expected a port from 1 to 65535");
  return value;
}

/** How the command line names a trial. */
export type TrialName = number | "champion" | "baseline";

export function trialName(text: string): TrialName {
  if (text === "champion" || text === "baseline") return text;
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("expected a trial's number, champion or baseline");
  return Number(text);
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `3m`, `1.5h`, `2d` to whole milliseconds, which is what timers take. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ""];
  if (match === null || unit === undefined || Number(match[1]) === 0) {
    throw new InvalidArgumentError("expected a duration such as 90s, 3m, 1.5h or 2d");
  }
  return Math.ceil(Number(match[1]) * unit);
}

/** A repeatable option: every value, in order, since the last `--no-…` of it. */
export const collect = (text: string, before: readonly string[] | false = []): string[] => [...(before || []), text];
