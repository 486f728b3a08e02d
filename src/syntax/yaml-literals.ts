/**
 * The scalars of a YAML file, for which there is no grammar here: of block mappings and lists, line by line. What a line
 * says that is written in another way (flow mappings, texts of several lines, anchors) is no literal, so nothing is misread.
 */
import { LONGEST_LINE, type PlacedLiteral, placeUnder, scalarsIn } from "./scalars.ts";

const LINE =
  /^([ ]*(?:- +)*)(?:(["']?)([\p{L}_][\p{L}\p{N}_.-]*)\2[ ]*:(?=[ \r\n]|$)[ ]*)?(.*?)(?:[ \t]+#.*|[ ]*)\r?$/u;
/** Nothing, or an anchor or a tag of what follows. */
const PROPERTIES = /^(?:#.*|[&!]\S*[ ]*)*$/;

interface Key {
  readonly indent: number;
  readonly name: string;
}

/** In order of the text; of keys inside each other the innermost is the name. */
export function yamlLiterals(text: string): PlacedLiteral[] {
  const found: PlacedLiteral[] = [];
  let keys: Key[] = [];
  /** Of the value before: lines that are further in belong to it. */
  let outer = Infinity;
  let before = 0;
  let at = 0;
  for (const line of text.split("\n")) {
    const start = at;
    at += line.length + 1;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (line.length > LONGEST_LINE || /^\s*(?:#|$)/.test(line)) continue;
    if (indent > outer) {
      found.length = before;
      continue;
    }
    const [, lead = "", , name, value = ""] = LINE.exec(line) ?? [];
    const isItem = lead.includes("-");
    // An item of a list may stand as far left as the key that the list belongs to, and ends what the item before it has.
    const left = isItem ? lead.lastIndexOf("-") + 1 : lead.length;
    keys = keys.filter((key) => key.indent < left);
    if (name !== undefined) keys.push({ indent: lead.length, name });
    before = found.length;
    outer = PROPERTIES.test(value) ? Infinity : name !== undefined ? lead.length : left - 1;
    // Under a key that is not read, or part of a text or a list of several lines.
    if (name === undefined && !isItem) {
      if (!/^[{["']|[|>][-+\d]*$/.test(value)) outer = value.endsWith(":") ? Infinity : indent;
      continue;
    }
    const place = placeUnder(keys.map((key) => key.name));
    const valueStart = start + line.indexOf(value, lead.length + (name === undefined ? 0 : name.length + 1));
    for (const literal of scalarsIn(value, valueStart)) found.push({ literal, place });
  }
  return found;
}
