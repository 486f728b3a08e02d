/**
 * The scalars of a YAML file, for which there is no grammar here: of block mappings and lists, line by line. What a line
 * says that is written in another way (flow mappings, block scalars, anchors) is no literal, so nothing is misread.
 */
import type { Literal } from "./literal-kinds.ts";
import type { Place } from "./literal-place.ts";
import { readNumber } from "./number-notation.ts";

export interface PlacedLiteral {
  readonly literal: Literal;
  readonly place: Place;
}

/** Longer ones are no settings, and some take a pattern long. */
const LONGEST_LINE = 1000;
const LINE = /^([ ]*(?:- +)*)(?:(["']?)([\p{L}_][\p{L}\p{N}_.-]*)\2[ ]*:(?=[ \r\n]|$)[ ]*)?(.*?)[ ]*(?:#.*)?\r?$/u;
const QUOTED = /^(["'])([^"'\\]*)\1$/;

interface Key {
  readonly indent: number;
  readonly name: string;
}

/** In order of the text; of keys inside each other the innermost is the name. */
export function yamlLiterals(text: string): PlacedLiteral[] {
  const found: PlacedLiteral[] = [];
  let keys: Key[] = [];
  let blockIndent: number | undefined;
  let at = 0;
  for (const line of text.split("\n")) {
    const start = at;
    at += line.length + 1;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (line.length > LONGEST_LINE || line.trim() === "" || (blockIndent !== undefined && indent > blockIndent))
      continue;
    blockIndent = undefined;
    const [, lead = "", , name, value = ""] = LINE.exec(line) ?? [];
    // An item of a list may stand as far left as the key that the list belongs to, and ends what the item before it has.
    const left = lead.includes("-") ? lead.lastIndexOf("-") + 1 : lead.length;
    keys = keys.filter((key) => key.indent < left);
    if (name !== undefined) keys.push({ indent: lead.length, name });
    if (/^[|>]/.test(value)) blockIndent = indent;
    const names = keys.map((key) => key.name);
    const place: Place = { name: names.at(-1) ?? "", scope: names.slice(0, -1), role: "value" };
    const valueStart = start + line.indexOf(value, lead.length + (name === undefined ? 0 : name.length + 1));
    for (const literal of scalarsIn(value, valueStart)) found.push({ literal, place });
  }
  return found;
}

/** One scalar, or those of a list between brackets. */
function scalarsIn(value: string, start: number): Literal[] {
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  if (list === undefined) return [scalar(value, start)].flatMap((one) => one ?? []);
  let at = start + 1;
  return list.split(",").flatMap((item) => {
    const from = at + (item.length - item.trimStart().length);
    at += item.length + 1;
    return scalar(item.trim(), from) ?? [];
  });
}

function scalar(text: string, start: number): Literal | null {
  const range = { start, end: start + text.length };
  if (/^(?:true|false)$/i.test(text)) return { kind: "boolean", value: text.toLowerCase() === "true", ...range };
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return { kind: "string", value: quoted[2] as string, ...range };
  // A suffix such as `f` makes no number here, but a word.
  const number = /[a-df-z]/i.test(text) ? null : readNumber(text);
  return number === null ? null : { ...number, ...range };
}
