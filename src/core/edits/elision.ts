/**
 * An ellipsis that stands for unchanged lines: `// ... existing code ...`. What it hides is filled in from the file where
 * the lines beside it say so beyond doubt, and nowhere else. Lines that only look like one are text where the file has them.
 */

const LEADER = /^(?:\/\/+|#+|--+|\/\*+|<!--|;+|%+|\{\/\*)\s*/;
const TRAILER = /\s*(?:\*\/\}?|-->)\s*$/;
const DOTS = /\.{3,}|…/;
const WORDS =
  /\b(?:existing|unchanged|rest|remaining|remainder|same|omitted|previous|other|others|before|above|below|keep|code|lines|body|file|function|method|imports|everything)\b/i;
const SENTENCE =
  /^\(?(?:(?:the )?(?:rest|remainder)(?: of (?:the )?[\w ]{1,40})? (?:is |remains? |stays? )?(?:unchanged|the same|as before|as is)|(?:existing|unchanged) code(?: here)?|unchanged)\)?\.?$/i;
const LONGEST = 160;

/** Whether a line stands for lines that its author did not repeat. */
export function isElision(line: string): boolean {
  const text = line.trim();
  if (text.length > LONGEST || text === "") return false;
  if (isDots(text)) return true;
  if (!LEADER.test(text)) return false;
  const words = text.replace(LEADER, "").replace(TRAILER, "").trim();
  if (isDots(words) || SENTENCE.test(words)) return true;
  return /^\(?(?:\.{3}|…)|(?:\.{3}|…)\)?$/.test(words) && DOTS.test(words) && WORDS.test(words);
}

/** Nothing but dots, which in Python is a statement too. */
const isDots = (line: string): boolean => /^(?:\.{3,}|…)$/.test(line.trim());

/** Lines beside an ellipsis that are compared at most, to tell one place from another. */
const CONTEXT = 8;

/**
 * `lines` with every ellipsis replaced by what `old` has between the lines before and after it; null when one of
 * these does not stand exactly once in `old`, when nothing would be hidden, or when a line of bare dots may be meant.
 */
export function fillElisions(lines: readonly string[], old: readonly string[]): string[] | null {
  const known = new Set(old.map((line) => line.trim()));
  const hidden = lines.flatMap((line, i) => (isElision(line) && !known.has(line.trim()) ? [i] : []));
  if (hidden.some((i) => isDots(lines[i] as string))) return null;
  const filled: string[] = [];
  let [done, reached] = [0, 0];
  for (const [nth, i] of hidden.entries()) {
    const before = lines.slice(done, i);
    const after = lines.slice(i + 1, hidden[nth + 1] ?? lines.length);
    const from = before.every(isBlank) ? (nth === 0 ? 0 : null) : endOf(before, old);
    const to = after.every(isBlank) ? (nth === hidden.length - 1 ? old.length : null) : startOf(after, old);
    if (from === null || to === null || from < reached || to <= from) return null;
    filled.push(...before, ...old.slice(from, to));
    [done, reached] = [i + 1, to];
  }
  return [...filled, ...lines.slice(done)];
}

const isBlank = (line: string): boolean => line.trim() === "";

/** Index after the one place in `old` that ends like `lines`. */
function endOf(lines: readonly string[], old: readonly string[]): number | null {
  for (let size = 1; size <= Math.min(CONTEXT, lines.length); size++) {
    const places = placesOf(lines.slice(-size), old);
    if (places.length === 0) return null;
    if (places.length === 1 && !lines.slice(-size).every(isBlank)) return (places[0] as number) + size;
  }
  return null;
}

/** Index of the one place in `old` that begins like `lines`. */
function startOf(lines: readonly string[], old: readonly string[]): number | null {
  for (let size = 1; size <= Math.min(CONTEXT, lines.length); size++) {
    const places = placesOf(lines.slice(0, size), old);
    if (places.length === 0) return null;
    if (places.length === 1 && !lines.slice(0, size).every(isBlank)) return places[0] as number;
  }
  return null;
}

function placesOf(wanted: readonly string[], old: readonly string[]): number[] {
  const places: number[] = [];
  for (let at = 0; at + wanted.length <= old.length; at++) {
    if (wanted.every((line, i) => line.trimEnd() === (old[at + i] as string).trimEnd())) places.push(at);
  }
  return places;
}
