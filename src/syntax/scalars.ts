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

/** An item of a list, with what is around it: no list itself, and a comma in quotes ends none. */
const ITEM = /(\s*)("[^"\\]*"|'[^'\\]*'|[^,"'[\]{}]*?)\s*(?:,|\]$)/y;

/** One scalar of a line that begins at `start`, or those of a list between brackets. */
export function scalarsIn(value: string, start: number): Literal[] {
  if (!value.startsWith("[")) return [scalar(value, start)].flatMap((one) => one ?? []);
  const found: Literal[] = [];
  for (ITEM.lastIndex = 1; ITEM.lastIndex < value.length;) {
    const at = ITEM.lastIndex;
    const [, blank = "", item = ""] = ITEM.exec(value) ?? [];
    if (ITEM.lastIndex === 0) return [];
    found.push(...[scalar(item, start + at + blank.length)].flatMap((one) => one ?? []));
  }
  return found;
}

/** A boolean, a number or a string without escapes; null for all else. */
export function scalar(text: string, start: number): Literal | null {
  const range = { start, end: start + text.length };
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text))
    return { kind: "boolean", value: text.toLowerCase() === "true", ...range };
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return { kind: "string", value: quoted[2] as string, ...range };
  // A suffix such as `f` makes no number here, but a word, and so does a separator such as `'`.
  const number = /[a-df-z']/i.test(text) ? null : readNumber(text);
  return number === null ? null : { ...number, ...range };
}
