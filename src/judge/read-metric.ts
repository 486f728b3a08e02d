/**
 * Reads a trial's score from what is left of it: printed lines, a JSON file, or the values that an evaluator returned.
 * What a program printed is a claim; whether it is believed is not decided here. A missing score is data with a reason.
 */
import { messageOf } from "../core/errors.ts";
import { fieldsOf, type Json, type JsonObject } from "../core/json.ts";
import type { Metric } from "../core/task.ts";
import { printedLines, printedNumber } from "./printed-lines.ts";

/** Everything an execution left that may hold the metric. */
export interface MetricSources {
  /** What a module returned; undefined for commands. */
  readonly value: Json | undefined;
  /** Everything printed, or its tail. */
  readonly printed: string;
  /** A file of the output folder. */
  readonly file: (name: string, maxBytes: number) => Promise<MadeText>;
  /** The matches of a pattern of the user's, one per line; undefined where it would take for ever. */
  readonly match: (pattern: RegExp, lines: readonly string[]) => readonly (RegExpExecArray | null)[] | undefined;
}

/** What a file holds, or what was found in its place. */
export type MadeText = { readonly text: string } | { readonly found: string };

export const NO_FILE: MadeText = { found: "no such file" };

export type MetricReading =
  | {
      readonly ok: true;
      /** At most LARGEST in size. */
      readonly value: number;
      /** Every other number reported by name; at most MOST_METRICS of them. */
      readonly metrics: Readonly<Record<string, number>>;
      /** An oddity that did not prevent reading, as one sentence; else empty. */
      readonly note: string;
    }
  | { readonly ok: false; readonly reason: string };

const MOST_METRICS = 64;
const LARGEST_FILE = 2 ** 24;

/**
 * The metric's value and the other reported numbers, from the one place that counts: the metric's file if the task
 * names one, else what a module returned, else the printed lines. Printed several times, the last one counts.
 */
export async function readMetric(metric: Metric, sources: MetricSources): Promise<MetricReading> {
  if (metric.file !== undefined) return fromFile(metric, metric.file, await sources.file(metric.file, LARGEST_FILE));
  if (sources.value !== undefined && sources.value !== null) return fromValues(metric, sources.value, "returned was");
  return fromOutput(metric, sources);
}

function fromFile(metric: Metric, name: string, file: MadeText): MetricReading {
  if ("found" in file) return { ok: false, reason: `expected ${name} with ${metric.name} in it, found ${file.found}` };
  try {
    return fromValues(metric, parsed(file.text), `${name} holds`);
  } catch (thrown) {
    return { ok: false, reason: `${name} is not valid JSON: ${messageOf(thrown)}` };
  }
}

/** JSON, or what Python takes for it, in which a number may be `NaN` or `-Infinity`. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (thrown) {
    const standard = text.replaceAll(
      /([:[,]\s*-?)(NaN|Infinity)(?=\s*[,}\]])/g,
      (_, before: string, word: string) => before + (word === "NaN" ? JSON.stringify(PYTHON_NAN) : "1e999"),
    );
    if (standard === text) throw thrown;
    return JSON.parse(standard, (_, value: Json) => (value === PYTHON_NAN ? Number.NaN : value)) as Json;
  }
}

const PYTHON_NAN = "\u0000NaN";

function fromOutput(metric: Metric, { printed: text, match }: MetricSources): MetricReading {
  const lines = printedLines(text);
  const standing = lines.map(withStandIns);
  const usual = defaultPattern(metric.name);
  const find = (some: readonly string[]) =>
    metric.pattern === undefined ? some.map((line) => usual.exec(line)) : match(new RegExp(metric.pattern, "d"), some);
  const digits = find(standing);
  const plain = digits !== undefined && /nan|inf/i.test(text) ? find(lines) : digits;
  if (digits === undefined || plain === undefined) return { ok: false, reason: ENDLESS };
  const printed = lines
    .map((line, i) => firstGroup(standing[i] as string, digits[i]) ?? firstGroup(line, plain[i]))
    .filter((value) => value !== undefined);
  const last = printed.at(-1);
  if (last === undefined) {
    return { ok: false, reason: `expected a line like \`${metric.name}: 1.234\` in the output, found none` };
  }
  const value = printedNumber(last);
  if (value === undefined)
    return { ok: false, reason: `${metric.name} was printed as \`${last.slice(0, 40)}\`, which is not a number` };
  const isContradictory = printed.some((other) => printedNumber(other) !== value);
  const note = isContradictory
    ? `${metric.name} was printed ${printed.length} times with different values; the last one counts`
    : "";
  return checked(metric.name, { value, metrics: summaryBlock(lines, metric.name), note });
}

/**
 * Stand for `nan` and `inf` where lines are matched. A pattern that looks for digits would pass over them, and the score
 * of a program that broke in the end would be the last number from before.
 */
const NAN = "8.07180911";
const INF = "8.07180912";
const withStandIns = (line: string): string =>
  line.replaceAll(/(?<![\w.])(?:nan|inf(?:inity)?)(?![\w.])/gi, (word) => (/^n/i.test(word) ? NAN : INF));

const ENDLESS =
  "expected to find the number in seconds, found a line in the output at which metric.pattern has too many ways to match";

/** What a line says of the metric, without what follows a number in a sentence or a table. */
function firstGroup(line: string, match: RegExpExecArray | null | undefined): string | undefined {
  const found = match?.indices?.slice(1).find((range) => range !== undefined);
  if (found === undefined) return undefined;
  let [start, end] = found;
  // A pattern may take a part of a stand-in alone, as with `\d\.\d{4}`.
  for (const word of [NAN, INF]) {
    const at = line.lastIndexOf(word, end - 1);
    if (at === -1 || at + word.length <= start) continue;
    [start, end] = [Math.min(start, at), Math.max(end, at + word.length)];
  }
  const said = line.slice(start, end).trim();
  return said
    .replace(/(?<![,;|%])[,;|%]+$/, "")
    .replaceAll(NAN, "nan")
    .replaceAll(INF, "inf");
}

/** `name: 1.5` or `name = 1.5` at the start of a line, `name 1.5` alone on one, `"name": 1.5` in an object of JSON or Python. */
function defaultPattern(name: string): RegExp {
  const key = escaped(name);
  const inObject = `\\{.*["']${key}["']\\s*:\\s*["']?([-+]?[\\d.][^\\s,"'}]*)`;
  return new RegExp(`^\\s*(?:${key}\\s*[:=]\\s*(\\S+)|${key}\\s+([-+.\\d]\\S*)\\s*$|${inObject})`, "d");
}

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
  const object = fieldsOf(values);
  const value = valueAt(values, metric.name);
  if (typeof value !== "number") {
    const names = Object.keys(object).slice(0, 8);
    const places = placesOf(values, metric.name);
    const found = places.length > 0 ? places : names.map((name) => name.slice(0, 40));
    return {
      ok: false,
      reason: `expected a number named ${metric.name}; ${said} ${found.join(", ") || "nothing of that kind"}`,
    };
  }
  const others = Object.entries(object).filter(
    (entry): entry is [string, number] => entry[0] !== metric.name && NAME.test(entry[0]) && Number.isFinite(entry[1]),
  );
  return checked(metric.name, { value, metrics: Object.fromEntries(others.slice(0, MOST_METRICS)), note: "" });
}

/** The value of that name, or at that path: `benchmarks.0.stats.mean`. */
function valueAt(values: Json, name: string): Json | undefined {
  if (Object.hasOwn(fieldsOf(values), name)) return fieldsOf(values)[name];
  let at: Json | undefined = values;
  for (const key of name.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as JsonObject)[key];
  }
  return at;
}

const MOST_PLACES = 3;
const DEEPEST_PLACE = 6;

/** Paths of the first numbers of that name, for a reason that says what to write instead. */
function placesOf(values: Json, name: string): string[] {
  const found: string[] = [];
  const visit = (value: Json, path: readonly string[]): void => {
    if (found.length >= MOST_PLACES || typeof value !== "object" || value === null || path.length >= DEEPEST_PLACE)
      return;
    for (const [key, inner] of Object.entries(value as Readonly<Record<string, Json>>)) {
      if (key === name && typeof inner === "number" && found.length < MOST_PLACES) found.push([...path, key].join("."));
      visit(inner, [...path, key]);
    }
  };
  visit(values, []);
  return found.filter((path) => NAME.test(path));
}

/** Names are printed: they hold no control characters. */
const NAME = /^\P{Cc}{1,64}$/u;

/** Scores are squared and added up by whoever judges them. */
const LARGEST = 1e100;

function checked(name: string, reading: Omit<Extract<MetricReading, { ok: true }>, "ok">): MetricReading {
  const { value } = reading;
  if (Math.abs(value) <= LARGEST) return { ok: true, ...reading };
  const expected = Number.isFinite(value) ? `number from ${-LARGEST} to ${LARGEST}` : "finite number";
  return { ok: false, reason: `${name} is ${value}; expected a ${expected}` };
}
