/** The scalars of a JSON file, comments and commas at the end allowed; nothing of a text that is no JSON. */
import { type PlacedLiteral, placeUnder, scalar } from "./scalars.ts";

const TOKEN = /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\r\n]|\\.)*"|[{}[\],:]|-?\d[\w.+-]*|[a-z]+/y;

/** Deepest nesting and longest key that are read: settings have less, and every value carries the keys around it. */
const DEEPEST = 50;
const LONGEST_KEY = 200;

/** An object or a list that is not closed yet. */
interface Open {
  readonly isObject: boolean;
  /** Of the value that comes next or is open; undefined in a list, and where the next string is a key. */
  key: string | undefined;
}

/** In order of the text. */
export function jsonLiterals(text: string): PlacedLiteral[] {
  const found: PlacedLiteral[] = [];
  const open: Open[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined || open.length > DEEPEST) return [];
    const around = open.at(-1);
    if (token === "{" || token === "[") open.push({ isObject: token === "{", key: undefined });
    else if (token === "}" || token === "]") {
      if (open.pop()?.isObject !== (token === "}")) return [];
    } else if (token === ",") {
      if (around !== undefined) around.key = undefined;
    } else if (around?.isObject === true && around.key === undefined && token.startsWith('"'))
      around.key = token.slice(1, -1).slice(0, LONGEST_KEY);
    else {
      const literal = scalar(token, at);
      const keys = open.flatMap(({ key }) => key ?? []);
      if (literal !== null) found.push({ literal, place: placeUnder(keys) });
    }
    at += token.length;
  }
  return open.length === 0 ? found : [];
}
