/** Guesses which of the numbers that a program prints is its score, and how a script is run that is the only one, by reading its files. */
import { isCost } from "../../core/metric.ts";
import type { Direction } from "../../core/task.ts";
import type { Found } from "./found.ts";
import { type Guess, shellWord } from "./guess.ts";
import { isTrainingScript } from "./python-training.ts";

/** What runs a script, by its ending, in order of preference. */
const RUNNERS: readonly (readonly [ending: RegExp, runner: string])[] = [
  [/\.rb$/, "ruby"],
  [/\.php$/, "php"],
  [/\.pl$/, "perl"],
  [/\.lua$/, "lua"],
  [/\.[rR]$/, "Rscript"],
  [/\.jl$/, "julia"],
  [/\.java$/, "java"],
  [/\.[mc]?[jt]s$/, "node"],
  [/\.(?:ba)?sh$/, "bash"],
];
const NO_PROGRAM =
  /^(?:setup|conftest|test[_.].*|prepare.*|eval.*|vitest\..*|.*\.config)\.\w+$|[_.](?:test|spec)\.\w+$/;

/** A notebook's export, or another script that is the only one of its language. */
export function onlyScript({ files, python }: Found): Guess | null {
  for (const [ending, runner] of [[/\.py$/, python] as const, ...RUNNERS]) {
    const [script, ...others] = files.filter((name) => ending.test(name) && !NO_PROGRAM.test(name));
    if (script === undefined || others.length > 0) continue;
    return isTrainingScript(script) || isNamed(script)
      ? null
      : { program: [script], run: `${runner} ${shellWord(script)}`, trainSeconds: 60 };
  }
  return null;
}

/** What the folder is recognised by anyway. */
const isNamed = (name: string): boolean =>
  /^(?:main|bench.*|solution|program)\.py$|^(?:main|index|solution|program|bench.*|train)\.[mc]?[jt]s$/.test(name);

/** `print(f"val_loss: {x}")`, `print("Mean score", x)`, `puts "score: #{x}"`, `printf("score: %f", x)`, `cout << "score: " << x`, and with `=` or `%`. */
const PRINTED =
  /\b(?:[pP]rint(?:f|ln)?|puts|echo|log|cout)\b(?:!?[ (]|\s*<<)\s*[rf]*["'`](?:\\n)?\s*((?:[A-Za-z][\w-]{0,19} ){0,4}[A-Za-z]\w{0,39})(?:["']\s*(?:[,.+]|<<)|\s*[:=]?\s*(?:[#$]?\{|\$[\w(]|%[-.\d]*[lz]{0,2}[dufgesv]|["']\s*(?:[,.+]|<<)))/g;
const SCORE = /(?:^|[_.])(?:loss|bpb|bpc|nll|ppl|perplexity|mse|rmse|mae|error|wer|cer)(?:_|$)/i;
const GROWS =
  /(?:^|[_.])(?:acc|accuracy|score|f1|auc|auroc|reward|return|bleu|rouge|map|miou|iou|precision|recall|r2)(?:_|$)/i;
const MEASURED = /^(?:val|valid|validation|eval|test|dev|best|final)[_.]|_(?:val|valid|test)$/i;

export interface Metric {
  readonly metric: string;
  readonly direction: Direction;
}

/** The last number of a name like a score's that a script prints in a line of its own; one of a validation goes before. */
export function printedMetric(text: string): (Metric & { readonly pattern?: string }) | undefined {
  const isScore = (label: string) => likelyMetric([label.slice(label.lastIndexOf(" ") + 1)]) !== undefined;
  const labels = [...text.matchAll(PRINTED)].map(([, label = ""]) => label).filter(isScore);
  const nameOf = (label: string) => label.replace(/\W+/g, "_");
  const found = likelyMetric(labels.map(nameOf));
  const label = labels.findLast((one) => nameOf(one) === found?.metric) ?? "";
  // Of several words the last alone would be looked for at the start of a line.
  return found && label.includes(" ") ? { ...found, pattern: `^\\s*${label}\\s*[:=]?\\s*([-+\\d.e]+)` } : found;
}

/** The last of these names that is like a score's, or like a validation's, or else like a time's. */
export function likelyMetric(names: readonly string[]): Metric | undefined {
  const scores = names.filter((name) => SCORE.test(name) || GROWS.test(name));
  const metric = scores.findLast((name) => MEASURED.test(name)) ?? scores.at(-1) ?? names.findLast(isCost);
  return metric === undefined ? undefined : { metric, direction: GROWS.test(metric) ? "maximize" : "minimize" };
}
