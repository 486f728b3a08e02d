/**
 * What happens to program text on its way through prompts and web pages: line numbers before it, HTML's escapes in it,
 * quotes and dashes made typographic. Each is undone only when the whole text shows it.
 */

const NUMBERED = /^\s*(\d{1,7})(?:\s?[|│→]|:(?= |$)|\t)(?: ?)(.*)$/;

/** The lines without the numbers in front of them; null unless all that have text are numbered consecutively. */
export function withoutNumbers(lines: readonly string[]): string[] | null {
  let last: number | null = null;
  const texts: string[] = [];
  for (const line of lines) {
    if (line.trim() === "") {
      texts.push("");
      if (last !== null) last++;
      continue;
    }
    const match = NUMBERED.exec(line);
    if (match === null || (last !== null && Number(match[1]) !== last + 1)) return null;
    last = Number(match[1]);
    texts.push(match[2] as string);
  }
  return last === null ? null : texts;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  "#39": "'",
  "#x27": "'",
  "#34": '"',
};
const ENTITY = /&(lt|gt|amp|quot|apos|#39|#x27|#34);/g;

/** Whether a text has been through an HTML escaper: entities, and none of the characters that they stand for. */
export const isEscaped = (text: string): boolean => {
  const rest = text.replaceAll(ENTITY, "");
  return rest !== text && !/[<>&]/.test(rest);
};

export const unescaped = (text: string): string =>
  text.replaceAll(ENTITY, (_entity, name: string) => ENTITIES[name] as string);

/**
 * Why new text with HTML's escapes may not be taken literally, though its old text stands in the file: nothing shows whether
 * they are the author's. Null if there is no such doubt.
 */
export function escapesInDoubt(old: string, fresh: string, file: string): string | null {
  if (!isEscaped(fresh) || /[<>&]/.test(old) || unescaped(file) !== file) return null;
  return "the new text has HTML escapes such as `&lt;`, and nothing shows whether they are meant; write it unescaped";
}

const TYPOGRAPHIC: Readonly<Record<string, string>> = {
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2013": "-",
  "\u2014": "-",
  "\u2212": "-",
  "\u00a0": " ",
  "\u202f": " ",
  "\u200b": "",
};

const SIGNS = /[\u2018\u2019\u201c\u201d\u2013\u2014\u2212\u00a0\u202f\u200b]/g;

/** Typographic quotes, dashes and spaces as a keyboard has them. */
export const withPlainQuotes = (text: string): string => text.replaceAll(SIGNS, (sign) => TYPOGRAPHIC[sign] as string);

/** The typographic characters of a text. */
export const signsOf = (text: string): ReadonlySet<string> => new Set(text.match(SIGNS));
