/**
 * Reads a trial's score from what is left of it: printed lines, a JSON file, or the values that an evaluator returned.
 * What a program printed is a claim; whether it is believed is not decided here. A missing score is data with a reason.
 */
import { messageOf } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Metric } from "../core/task.ts";
import { printedLines, printedNumber } from "./printed-lines.ts";

/** Everything an execution left that may hold the metric. */
export interface MetricSources {
  /** What a module returned; undefined for commands. */
  readonly value: Json | undefined;
  /** Everything printed, or its tail. */
  readonly printed: string;
  /** Text of a file in the output folder; undefined if there is none. */
  readonly file: (name: string) => Promise<string | undefined>;
}

export type MetricReading =
  | {
      readonly ok: true;
      /** Finite. */
      readonly value: number;
      /** Every other number reported by name; at most MOST_METRICS of them. */
      readonly metrics: Readonly<Record<string, number>>;
      /** An oddity that did not prevent reading, as one sentence; else empty. */
      readonly note: string;
    }
  | { readonly ok: false; readonly reason: string };

export const MOST_METRICS = 64;

/**
 * The metric's value and the other reported numbers, from the one place that counts: the metric's file if the task
 * names one, else what a module returned, else the printed lines. Printed several times, the last one counts.
 */
export async function readMetric(metric: Metric, sources: MetricSources): Promise<MetricReading> {
  if (metric.file !== undefined) return fromFile(metric, metric.file, await sources.file(metric.file));
  if (sources.value !== undefined && sources.value !== null) return fromValues(metric, sources.value, "returned was");
  return fromOutput(metric, sources.printed);
}

function fromFile(metric: Metric, name: string, text: string | undefined): MetricReading {
  if (text === undefined)
    return { ok: false, reason: `expected ${name} with ${metric.name} in it, found no such file` };
  try {
    return fromValues(metric, JSON.parse(text) as Json, `${name} holds`);
  } catch (thrown) {
    return { ok: false, reason: `${name} is not valid JSON: ${messageOf(thrown)}` };
  }
}

function fromOutput(metric: Metric, text: string): MetricReading {
  const lines = printedLines(text);
  const pattern = metric.pattern === undefined ? defaultPattern(metric.name) : new RegExp(metric.pattern);
  const printed = lines.map((line) => pattern.exec(line)?.[1]).filter((value) => value !== undefined);
  const last = printed.at(-1);
  if (last === undefined) {
    return { ok: false, reason: `expected a line like \`${metric.name}: 1.234\` in the output, found none` };
  }
  const value = printedNumber(last.trim());
  if (value === undefined)
    return { ok: false, reason: `${metric.name} was printed as \`${last.slice(0, 40)}\`, which is not a number` };
  const isContradictory = printed.some((other) => printedNumber(other.trim()) !== value);
  const note = isContradictory
    ? `${metric.name} was printed ${printed.length} times with different values; the last one counts`
    : "";
  return checked(metric.name, { value, metrics: summaryBlock(lines, metric.name), note });
}

const defaultPattern = (name: string): RegExp => new RegExp(`^\\s*${escaped(name)}\\s*[:=]\\s*(\\S+)`);

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** `name: number` lines after the last `---`. */
function summaryBlock(lines: readonly string[], except: string): Record<string, number> {
  const start = lines.findLastIndex((line) => line.trim() === "---");
  const found = new Map<string, number>();
  for (const line of start === -1 ? [] : lines.slice(start + 1)) {
    const match = /^\s*([A-Za-z_][\w./-]{0,63})\s*:\s*(\S+)\s*$/.exec(line);
    const value = match === null ? undefined : printedNumber(match[2] as string);
    if (value !== undefined && Number.isFinite(value) && match?.[1] !== except) found.set(match?.[1] as string, value);
  }
  return Object.fromEntries([...found].slice(0, MOST_METRICS));
}

function fromValues(metric: Metric, values: Json, said: string): MetricReading {
  const object = isObject(values) ? values : {};
  const value = Object.hasOwn(object, metric.name) ? object[metric.name] : undefined;
  if (typeof value !== "number") {
    const names = Object.keys(object).slice(0, 8).join(", ") || "nothing of that kind";
    return { ok: false, reason: `expected a number named ${metric.name}; ${said} ${names}` };
  }
  const others = Object.entries(object).filter(
    (entry): entry is [string, number] =>
      entry[0] !== metric.name && entry[0].length <= 64 && Number.isFinite(entry[1]),
  );
  return checked(metric.name, { value, metrics: Object.fromEntries(others.slice(0, MOST_METRICS)), note: "" });
}

const isObject = (json: Json): json is JsonObject => typeof json === "object" && json !== null && !Array.isArray(json);

function checked(name: string, reading: Omit<Extract<MetricReading, { ok: true }>, "ok">): MetricReading {
  return Number.isFinite(reading.value)
    ? { ok: true, ...reading }
    : { ok: false, reason: `${name} is ${reading.value}; expected a finite number` };
}
