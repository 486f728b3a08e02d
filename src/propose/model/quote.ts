/**
 * Text of others inside a prompt: what programs print and what earlier edits say may try to give orders. Each of the three
 * quotes has an end that its content cannot write, whatever fences, markers or quotation marks it holds.
 */
import { printable } from "../../core/printable.ts";

/** Characters that show nothing, turn the direction of writing or start a line where no line feed does. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
const LONGEST_LINE = 300;

/** A file or diff, unchanged, in a fence that is longer than every run of back-ticks in it. */
export function fenced(text: string, info = ""): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((length, run) => Math.max(length, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}${info}\n${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${fence}\n`;
}

/** The last `limit` characters of a log: every line behind a bar, so that none can look like the prompt's own. */
export function quotedLog(log: string, limit: number): string {
  const clean = visible(log).trimEnd();
  const kept = limit <= 0 ? "" : clean.slice(-limit);
  if (kept === "") return "";
  const lines = kept.split("\n").map((line) => `| ${shortened(line, LONGEST_LINE)}\n`);
  return `${clean.length > kept.length ? "| …\n" : ""}${lines.join("")}`;
}

/** A sentence as one JSON string of at most about `limit` characters. */
export const quotedLine = (text: string, limit = LONGEST_LINE): string => JSON.stringify(oneLine(text, limit));

/** A sentence without quotes, line breaks and control characters. */
export const oneLine = (text: string, limit = LONGEST_LINE): string =>
  shortened(
    visible(text.slice(0, limit * 4))
      .replaceAll(/\s+/g, " ")
      .trim(),
    limit,
  );

/** At most `limit` characters from the start, in whole lines, and a line that says how many are missing. */
export function firstLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, text.lastIndexOf("\n", limit) + 1) || `${text.slice(0, limit)}\n`;
  const missing = text.slice(kept.length).split("\n").length;
  return `${kept}… ${missing} more ${missing === 1 ? "line" : "lines"}\n`;
}

const visible = (text: string): string => printable(text).replaceAll(INVISIBLE, "");

const shortened = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit)}…` : text);
