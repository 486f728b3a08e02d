/**
 * Says why an edit's text was not found in a file, in a way that lets its author correct it: the place that comes
 * nearest, and the first line that differs there.
 */

/** Lines compared per attempt: enough to recognise a place, and bounded for hostile sizes. */
const COMPARED = 60;
/** Lines of the file that are searched for a similar one. */
const SEARCHED = 5_000;
const QUOTED = 100;

/** One sentence for `wanted` lines that stand nowhere in `lines`. */
export function describeMissing(lines: readonly string[], wanted: readonly string[]): string {
  if (wanted.length === 0) return "the change names no line of the file to stand next to";
  const have = lines.map((line) => line.trim());
  const want = wanted.slice(0, COMPARED).map((line) => line.trim());
  const at = bestOverlap(have, want);
  if (at !== null) {
    const differs = want.findIndex((line, i) => line !== have[at + i]);
    const where = want.length < wanted.length ? "further down" : "in its white space";
    if (differs === -1) return `not found; line ${at + 1} comes nearest, but differs ${where}`;
    const found = lines[at + differs];
    const there = found === undefined ? "the file ends" : `the file has ${quote(found)}`;
    return `not found; nearest is line ${at + 1}, but where ${quote(wanted[differs] as string)} is expected ${there}`;
  }
  const key = want.find((line) => line !== "") ?? "";
  const nearest = mostSimilar(have, key);
  if (nearest === null) return `not found: ${quote(key)} resembles no line of the file`;
  return `not found: ${quote(key)}; the most similar line is ${nearest + 1}: ${quote(lines[nearest] as string)}`;
}

/** `line 3`, `lines 3, 9 and 12`, from indices. */
export function lineNumbers(at: readonly number[]): string {
  const numbers = at.slice(0, 5).map((i) => String(i + 1));
  if (at.length > 5) numbers.push(`${at.length - 5} more`);
  const last = numbers.pop() ?? "";
  return numbers.length === 0 ? `line ${last}` : `lines ${numbers.join(", ")} and ${last}`;
}

const quote = (line: string): string => {
  const text = line.trim();
  return `\`${text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text}\``;
};

/** Where most of the wanted lines stand in order, if at least one telling line does; ties: the first. */
function bestOverlap(have: readonly string[], want: readonly string[]): number | null {
  let best = 0;
  let bestAt: number | null = null;
  for (let at = 0; at < have.length; at++) {
    const equal = want.reduce((n, line, i) => n + (line.length > 3 && line === have[at + i] ? 1 : 0), 0);
    if (equal > best) [best, bestAt] = [equal, at];
  }
  return bestAt;
}

function mostSimilar(have: readonly string[], key: string): number | null {
  let best = 0.3;
  let bestAt: number | null = null;
  const wanted = bigrams(key);
  for (let at = 0; at < Math.min(have.length, SEARCHED); at++) {
    const similarity = dice(bigrams(have[at] as string), wanted);
    if (similarity > best) [best, bestAt] = [similarity, at];
  }
  return bestAt;
}

const bigrams = (line: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, Math.min(line.length, 200) - 1) }, (_, i) => line.slice(i, i + 2)));

const dice = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  a.size + b.size === 0 ? 0 : (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
