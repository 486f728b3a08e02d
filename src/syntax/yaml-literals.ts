/**
 * The scalars of a YAML file, for which there is no grammar here: of block mappings and lists, line by line. What a line
 * says that is written in another way (flow mappings, block scalars, anchors) is no literal, so nothing is misread.
 */
import { LONGEST_LINE, type PlacedLiteral, placeUnder, scalarsIn } from "./scalars.ts";

const LINE = /^([ ]*(?:- +)*)(?:(["']?)([\p{L}_][\p{L}\p{N}_.-]*)\2[ ]*:(?=[ \r\n]|$)[ ]*)?(.*?)[ ]*(?:#.*)?\r?$/u;

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
    const place = placeUnder(keys.map((key) => key.name));
    const valueStart = start + line.indexOf(value, lead.length + (name === undefined ? 0 : name.length + 1));
    for (const literal of scalarsIn(value, valueStart)) found.push({ literal, place });
  }
  return found;
}
