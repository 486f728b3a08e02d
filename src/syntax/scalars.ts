/** What YAML, JSON and TOML files say: values under keys, for which there are no grammars here. */
import type { Literal } from "./literal-kinds.ts";
import type { Place } from "./literal-place.ts";
import { readNumber } from "./number-notation.ts";

export interface PlacedLiteral {
  readonly literal: Literal;
  readonly place: Place;
}

/** Longer lines are no settings, and some take a pattern long. */
export const LONGEST_LINE = 1000;

const QUOTED = /^(["'])([^"'\\]*)\1$/;

/** The place of a value; `keys` are those around it, outermost first. */
export const placeUnder = (keys: readonly string[]): Place => ({
  name: keys.at(-1) ?? "",
  scope: keys.slice(0, -1),
  role: "value",
});

/** One scalar of a line that begins at `start`, or those of a list between brackets. */
export function scalarsIn(value: string, start: number): Literal[] {
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  if (list === undefined) return [scalar(value, start)].flatMap((one) => one ?? []);
  let at = start + 1;
  return list.split(",").flatMap((item) => {
    const from = at + (item.length - item.trimStart().length);
    at += item.length + 1;
    return scalar(item.trim(), from) ?? [];
  });
}

/** A boolean, a number or a string without escapes; null for all else. */
export function scalar(text: string, start: number): Literal | null {
  const range = { start, end: start + text.length };
  if (/^(?:true|false)$/i.test(text)) return { kind: "boolean", value: text.toLowerCase() === "true", ...range };
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return { kind: "string", value: quoted[2] as string, ...range };
  // A suffix such as `f` makes no number here, but a word.
  const number = /[a-df-z]/i.test(text) ? null : readNumber(text);
  return number === null ? null : { ...number, ...range };
}
