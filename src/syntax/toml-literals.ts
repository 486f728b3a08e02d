/**
 * The scalars of a TOML file, line by line: of tables and of lists that end on their line. What is written in another
 * way (inline tables, longer lists, texts of several lines, dates) is no literal, so nothing is misread.
 */
import { LONGEST_LINE, type PlacedLiteral, placeUnder, scalarsIn } from "./scalars.ts";

const TABLE = /^[ \t]*\[{1,2}([^[\]]+)\]{1,2}[ \t]*(?:#.*)?\r?$/;
const PAIR = /^([ \t]*([\w."'-]+)[ \t]*=[ \t]*)(.*?)[ \t]*(?:#.*)?\r?$/;
const LONG_TEXT = /"""|'''/g;

/** In order of the text. */
export function tomlLiterals(text: string): PlacedLiteral[] {
  const found: PlacedLiteral[] = [];
  let table: readonly string[] = [];
  let isInText = false;
  let at = 0;
  for (const line of text.split("\n")) {
    const start = at;
    at += line.length + 1;
    const wasInText = isInText;
    if ([...line.matchAll(LONG_TEXT)].length % 2 === 1) isInText = !isInText;
    if (wasInText || isInText || line.length > LONGEST_LINE) continue;
    const [, header] = TABLE.exec(line) ?? [];
    if (header !== undefined) table = keysOf(header);
    const [, lead = "", key, value = ""] = PAIR.exec(line) ?? [];
    if (key === undefined) continue;
    const place = placeUnder([...table, ...keysOf(key)]);
    for (const literal of scalarsIn(value, start + lead.length)) found.push({ literal, place });
  }
  return found;
}

const keysOf = (dotted: string): string[] => dotted.split(".").map((key) => key.trim().replaceAll(/^["']|["']$/g, ""));
