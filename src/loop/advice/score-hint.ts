/** What to do about a program that ran to its end and printed no number where one was looked for: how it does print one. */
import type { Task } from "../../core/task.ts";
import type { Outcome } from "../../core/trial.ts";
import { likelyMetric } from "../../workspace/detect/training.ts";

const NUMBER = String.raw`[-+]?\d[\d.]*(?:e[-+]?\d+)?`;
/** As it stands in a pattern of the config. */
const GROUP = String.raw`([-+\d.eE]+)`;
/** What benchmarks put after a number. A unit that changes with the size of the number (ns, µs, ms) is part of the pattern for that. */
const UNIT = String.raw`(?:[nµμum]?s(?:ec(?:onds?)?)?|[\w.]+/(?:op|iter|s|sec))`;
/** `1,234`: a pattern would read a part of it. `12:34:56,789` is the time of day that Python logs with. */
const GROUPED = /(?<!:\d\d)(?<=\d),\d{3}(?!\d)/;

/** One sentence; undefined where the outcome is of another kind. */
export function scoreHint(task: Task, outcome: Outcome): string | undefined {
  const { name, pattern } = task.metric;
  const isOther = outcome.reason.startsWith(`${name} was printed as`);
  if (!isOther && !outcome.reason.startsWith("expected a line like")) return undefined;
  if (pattern !== undefined)
    return isOther
      ? `let the group of metric.pattern in the config, ${pattern}, hold the number alone`
      : `no printed line matches metric.pattern in the config, ${pattern}`;
  const untimed = isOther || !TIME.test(name) ? undefined : unmeasured(task);
  const lines = outcome.diagnostics.outputTail
    .split("\n")
    .filter((line) => /\d/.test(line) && !GROUPED.test(line) && (untimed === undefined || MENTIONS_TIME.test(line)));
  const how = `let the program print it as \`${name}: 1.234\`, or leave it in a JSON file in $STROP_OUTPUT that "metric.file" names`;
  for (const read of [namedWithin, ofBenchmark, ofOtherName, ofLikelyName, atTheEnd]) {
    const found = read(lines, name);
    if (found === undefined) continue;
    const { line, name: other, pattern: form } = found;
    const named = other ?? name;
    const isMore = task.metric.direction === "maximize" || likelyMetric([named])?.direction === "maximize";
    const place = { ...(isMore && { direction: "maximize" }), ...(form !== undefined && { pattern: form }) };
    const metric = Object.keys(place).length === 0 ? other : { name: named, ...place };
    return other === undefined
      ? `${how}, or say how it prints it: "metric": ${JSON.stringify(metric)}`
      : `the program does print \`${line}\`: if that is the number, set "metric": ${JSON.stringify(metric)} in the config`;
  }
  return untimed === undefined ? how : `${how}, or let the shell time it: ${untimed}`;
}

const SECONDS = /^(?:s|secs?|seconds?|times?|runtime|elapsed|duration|latency|wall(?:_?(?:time|seconds))?)$/i;
const TIME = new RegExp(String.raw`${SECONDS.source}|^(?:[mnu]s|milli(?:s|seconds)|microseconds|nanoseconds)$`, "i");
/** Of other numbers a program's time is none. */
const MENTIONS_TIME =
  /\d\s*(?:[nµμum]?s|secs?|seconds?)(?![a-z])|(?<![a-z])(?:times?|seconds?|m?s|elapsed|took|takes|duration|latency|runtime|median|mean|average|best|min)(?![a-z])/i;

/** The command as it would be if the last program that it starts were timed, as `strop init` writes it; undefined where it is. */
function unmeasured({ run, metric }: Task): string | undefined {
  if (run.kind !== "command" || run.argv.some((word) => word.includes("TIMEFORMAT"))) return undefined;
  const isShell = run.argv[0] === "sh" && run.argv[1] === "-c" && run.argv.length === 3;
  const text = isShell ? (run.argv[2] ?? "") : run.argv.join(" ");
  const [, build = "", program = ""] = /^(.*&&\s*)?(.*)$/s.exec(text) ?? [];
  const isPlain = isShell && !/['|;\n]/.test(program);
  const name = SECONDS.test(metric.name) ? metric.name : "seconds";
  const timed = `bash -c 'TIMEFORMAT="${name}: %R"; time ${isPlain ? program : "…"}'`;
  const isBare = Object.keys(run.env).length + run.mounts.length === 0 && run.gpu !== true;
  const command = isPlain
    ? `"${isBare ? "run" : "command"}": ${JSON.stringify(build + timed)}`
    : `let the command end in ${timed}`;
  return name === metric.name ? command : `${command}, and "metric": "${name}"`;
}

interface Reading {
  readonly line: string;
  readonly name?: string;
  readonly pattern?: string;
}
type Read = (lines: readonly string[], name: string) => Reading | undefined;

/** `… median: 2.25 ms …`: the metric's own name, anywhere in a line, but not as the unit of a number before it. */
const namedWithin: Read = (lines, name) => {
  const key = `(?<![\\w.])${escaped(name)}\\b["']?\\s*`;
  const label = new RegExp(`(?:${key}[:=]\\s*|(?<!\\d\\s*)${key})(?=${NUMBER})`, "i");
  const line = lines.findLast((each) => label.test(each));
  const match = line === undefined ? null : label.exec(line);
  if (line === undefined || match === null) return undefined;
  const unit = new RegExp(`^${NUMBER}(\\s?${UNIT})?(?![\\w])`, "i").exec(
    line.slice(match.index + match[0].length),
  )?.[1];
  const start = line.slice(0, match.index).trim() === "" ? "^\\s*" : "\\b";
  return { line, pattern: `${start}${spaced(match[0])}${GROUP}${unit === undefined ? "" : spaced(unit)}` };
};

/** `BenchmarkParse-2   1000   1234 ns/op   16 B/op`: the first number with a unit of speed, after the words that the line begins with. */
const ofBenchmark: Read = (lines) => {
  const speed = new RegExp(String.raw`\s.*?(?<![\w.,])${NUMBER}(\s?[A-Za-z][\w.]*/(?:op|iter))(?!\w)`, "i");
  const line = lines.findLast((each) => FIRST_WORD.test(each) && speed.test(each));
  if (line === undefined) return undefined;
  const [first = "", unit = ""] = [FIRST_WORD, speed].map((form) => form.exec(line)?.[1]);
  return { line, pattern: `^\\s*${escaped(first)}.*?${GROUP}${spaced(unit)}` };
};

/** Without the number that it may end in. */
const FIRST_WORD = /^\s*(\S*[A-Za-z_])\S*\s/;

/** `mean: 2.2 ms  median: 2.1 ms` has several; which one counts is a guess. */
const ofOtherName: Read = (lines) => {
  const line =
    [FIRST_LABEL, LATER_LABEL].map((form) => lines.findLast((each) => form.test(each))?.trim()).find(Boolean) ?? "";
  const labels = [...line.matchAll(new RegExp(String.raw`(?<![\w.])([A-Za-z_][\w.-]*)\s*[:=]\s*${NUMBER}`, "gi"))];
  const names = labels.map(([, name = ""]) => name);
  const name = LIKELY.map((word) => names.find((one) => word.test(one))).find((one) => one !== undefined) ?? names[0];
  if (name === undefined) return undefined;
  const isAlone = names.length === 1 && line.startsWith(name);
  const pattern = isAlone ? undefined : namedWithin([line], name)?.pattern;
  return { line, name, ...(pattern !== undefined && { pattern }) };
};

const FIRST_LABEL = /^\s*[\w.-]+\s*[:=]\s*[-+\d.]/;
/** `mean accuracy: 0.884 (+/- 0.016)` */
const LATER_LABEL = /^\s*[A-Za-z][\w ()-]{0,60}?[A-Za-z_][\w.-]*\s*[:=]\s*[-+\d.]/;

const LIKELY = [
  /^median/i,
  /^(mean|average|avg)/i,
  /^(min|best)/i,
  /time|seconds|elapsed|latency|throughput|loss|score/i,
];

/** `epoch 3 val_loss 0.42 acc 0.91`: of the last line that has one, the number of the metric's name, or of one like a score's. */
const ofLikelyName: Read = (lines, name) => {
  const labels = new RegExp(String.raw`(?<![\w.])([A-Za-z_][\w.-]*)\s+${NUMBER}(?!\w)`, "gi");
  for (const line of lines.toReversed()) {
    const names = [...line.matchAll(labels)].map(([, label = ""]) => label);
    const found = names.includes(name) ? name : likelyMetric(names)?.metric;
    if (found === undefined) continue;
    return { line: line.trim(), pattern: `\\b${escaped(found)}\\s+${GROUP}`, ...(found !== name && { name: found }) };
  }
  return undefined;
};

const atTheEnd: Read = (lines) => {
  const form = new RegExp(`^(.*?)${NUMBER}(\\s?${UNIT})?\\s*$`, "i");
  const line = lines.findLast((each) => /[a-z]/i.test(each) && form.test(each))?.trim() ?? "";
  const match = form.exec(line);
  const words = match?.[1] ?? "";
  // The seconds of 1m2.3s or 00:01:23 are not its time.
  if (words.trim() === "" || /\d[:m]$/.test(words)) return undefined;
  const pattern = `^\\s*${escaped(words).replace(/\d+/g, "\\d+")}`;
  return { line, pattern: match?.[2] === undefined ? `${pattern}(.*)$` : `${pattern}${GROUP}${spaced(match[2])}$` };
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** Columns are as wide as their widest number. */
const spaced = (text: string): string => escaped(text).replace(/\s+/g, "\\s*");
