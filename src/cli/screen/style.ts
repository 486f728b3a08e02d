/** Colours of the terminal; plain text where there is none (NO_COLOR, pipes). */
import { stripVTControlCharacters, styleText } from "node:util";

import { printable } from "../../core/printable.ts";
import type { CurvePoint } from "../../core/trial.ts";
import { shortened, unturned, visible } from "../../report/escape.ts";

type Format = Parameters<typeof styleText>[0];

const paint =
  (format: Format) =>
  (text: string): string =>
    styleText(format, text, { stream: process.stdout });

export const bold = paint("bold");
export const dim = paint("dim");
export const green = paint("green");
export const red = paint("red");
export const yellow = paint("yellow");
export const cyan = paint("cyan");

/** For a stream that may be a file where standard output, by which colours are chosen, is a terminal. */
export const suited = (text: string, out: NodeJS.WriteStream): string =>
  out.isTTY || process.env["FORCE_COLOR"] !== undefined ? text : stripVTControlCharacters(text);

/** A line or more on standard error: what is said beside a result. */
export const say = (text: string): void => void process.stderr.write(`${suited(text, process.stderr)}\n`);

const ONE_LINE = 240;

/** What others wrote, as one line that drives no terminal, turns nothing around and does not fill the screen. */
export const oneLine = (text: string): string =>
  shortened(unturned(printable(text)).replaceAll(/\s+/g, " ").trim(), ONE_LINE, 0);

/** A unified diff for a terminal, with its lines coloured. */
export const colourDiff = (diff: string): string =>
  diff
    .split(/\r?\n/)
    .map(visible)
    .map((line) => {
      if (line.startsWith("+++") || line.startsWith("---")) return bold(line);
      if (line.startsWith("+")) return green(line);
      if (line.startsWith("-")) return red(line);
      return line.startsWith("@@") ? cyan(line) : line;
    })
    .join("\n");

/** Its first lines, and how many there are more; `command` shows them all. */
export function shortDiff(diff: string, most: number, command: string): string[] {
  const lines = colourDiff(diff.trimEnd()).split("\n");
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), dim(`… ${lines.length - most} more lines: ${command}`)];
}

const BARS = "▁▂▃▄▅▆▇█";

/** A row of block characters, lowest to highest; at most `width` of the newest values. */
export function sparkline(values: readonly number[], width = 40): string {
  const shown = values.filter(Number.isFinite).slice(-width);
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  return shown.map((value) => BARS[Math.round(((value - low) / span) * (BARS.length - 1))]).join("");
}

/** The losses of a curve as such a row: at most `width` points, spread over all of it. */
export function curveLine(points: readonly CurvePoint[], width = 40): string {
  const stride = Math.ceil(points.length / width);
  return sparkline(
    points.filter((_, i) => i % stride === 0).map(({ loss }) => loss),
    width,
  );
}
