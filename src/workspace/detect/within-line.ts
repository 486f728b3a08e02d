/** Guesses which number within a line that a program prints or logs is its score, as in `epoch 3 | val_loss 0.42 | lr 0.01`. */
import { isCost } from "../../core/metric.ts";
import { likelyMetric, type Metric } from "./training.ts";

/** `print(`, `tqdm.write(`, `log.info(`, `console.log(`, `pbar.set_description(`. */
const CALL =
  /\b(?:[pP]rint(?:f|ln)?!?|(?:tqdm|stdout|stderr)\.write|info|log|warning|set_description(?:_str)?)\s*\(|\b(?:puts|echo)\s/g;
/** Of a text, and of a call in it, in characters: more was generated. */
const LONGEST = 500_000;
const LONGEST_CALL = 600;
/** What is put in: a field of an f-string, of a template or of a format, but no exception, or `%.4f`. */
const PUT_IN = String.raw`(?:[#$]?\{(?!(?:e|ex|exc|err|error)[!}])[^{}\n]{0,80}\}|%[-+\d.]*l?[feg])`;
const FIRST_WORD = "train(?:ing)?|val(?:id(?:ation)?)?|eval|test|dev|best|final|mean|avg|average|macro|micro|total";
/** A name of one or two words before what is put in, or before what is printed next. */
const LABEL = new RegExp(
  String.raw`(?<![\w./@{$%-])((?:(?:${FIRST_WORD}) )?[a-z][\w./@-]{0,40})\s{0,4}[:=]?\s{0,4}(?:${PUT_IN}|["']\s*,\s*(?!["'\s]))`,
  "gi",
);
/** Without the sign, bracket or unit after it. */
const NUMBER = String.raw`([-+]?\d*\.?\d+(?:e[-+]?\d+)?)`;

/** The likeliest score, never a time, and how it is found in its line. */
export function metricWithinLine(text: string): (Metric & { readonly pattern: string }) | undefined {
  const some = text.slice(0, LONGEST);
  const labels = [...some.matchAll(CALL)].flatMap(({ index, 0: { length } }) =>
    [...callAt(some, index + length - 1).matchAll(LABEL)].map(([, label = ""]) => label),
  );
  const scores = labels.filter((label) => !isCost(nameOf(label)));
  const found = likelyMetric(scores.map(nameOf));
  const label = scores.findLast((one) => nameOf(one) === found?.metric);
  if (found === undefined || label === undefined) return undefined;
  const words = label.replaceAll(/[./@-]/g, String.raw`\$&`);
  return { ...found, pattern: String.raw`(?<![\w./-])${words}\s*[:=]?\s*${NUMBER}` };
}

const nameOf = (label: string): string => label.replace(/\W+/g, "_");

/** From a call's bracket to its end, or to the line's end where it has none. */
function callAt(text: string, start: number): string {
  const rest = text.slice(start, start + LONGEST_CALL);
  if (!rest.startsWith("(")) return rest.split("\n", 1)[0] ?? "";
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === "(") depth++;
    else if (rest[i] === ")" && --depth === 0) return rest.slice(0, i);
  }
  return rest;
}
