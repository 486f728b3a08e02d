/**
 * Finds the place in a file that an edit means. Models copy text almost exactly: trailing white space goes missing and
 * blocks lose or gain a level of indentation. Each tolerance is tried only when the stricter ones found nothing, and
 * every one must point to exactly one place.
 */

export interface Place {
  readonly kind: "found";
  /** Index of the first matching line. */
  readonly at: number;
  /** How many of the wanted lines were left out at the start and at the end, because the file does not have them. */
  readonly skippedStart: number;
  readonly skippedEnd: number;
  /** What had to be forgiven, for people; null when the match is exact. */
  readonly repair: string | null;
  /** Turns a new line as written by the edit into one that fits the file. */
  readonly reindent: (line: string) => string;
}

export type Located =
  | Place
  | { readonly kind: "missing" }
  | { readonly kind: "ambiguous"; readonly at: readonly number[] };

export interface LocateOptions {
  /** First line that may match; default 0. */
  readonly from?: number;
  /** If several places match and this is one of them, it is meant. */
  readonly preferred?: number | undefined;
}

type Reindent = (line: string) => string;
type Matcher = (lines: readonly string[], at: number, wanted: readonly string[]) => Reindent | null;

/** The one place in `lines` (without terminators) where `wanted` stands, exactly or nearly. */
export function locate(lines: readonly string[], wanted: readonly string[], options: LocateOptions = {}): Located {
  const places = placesOf(lines, wanted, options.from ?? 0);
  for (const { matcher, repair } of TOLERANCES) {
    const found = places.flatMap((at) => {
      const reindent = matcher(lines, at, wanted);
      return reindent === null ? [] : [{ at, reindent }];
    });
    const meant = found.length === 1 ? found[0] : found.find(({ at }) => at === options.preferred);
    if (meant !== undefined) return { kind: "found", ...meant, skippedStart: 0, skippedEnd: 0, repair };
    if (found.length > 1) return { kind: "ambiguous", at: found.map(({ at }) => at) };
  }
  return withoutBlankEdges(lines, wanted, options);
}

/** Where all lines agree but for the white space at their ends, which is the most that any tolerance forgives. */
function placesOf(lines: readonly string[], wanted: readonly string[], from: number): number[] {
  const have = lines.map((line) => line.trim());
  const want = wanted.map((line) => line.trim());
  const places: number[] = [];
  for (let at = from; at + want.length <= have.length; at++) {
    if (want.every((line, i) => line === have[at + i])) places.push(at);
  }
  return places;
}

const same: Reindent = (line) => line;

const eachLine =
  (equal: (found: string, wanted: string) => boolean): Matcher =>
  (lines, at, wanted) =>
    wanted.every((line, i) => equal(lines[at + i] as string, line)) ? same : null;

/** All non-blank lines are further in, or further out, by one and the same prefix. */
const shifted: Matcher = (lines, at, wanted) => {
  const first = wanted.findIndex((line) => line.trim() !== "");
  if (first === -1) return null;
  const have = indentation(lines[at + first] as string);
  const want = indentation(wanted[first] as string);
  const reindent = have.endsWith(want)
    ? indentBy(have.slice(0, have.length - want.length))
    : want.endsWith(have)
      ? outdentBy(want.slice(0, want.length - have.length))
      : null;
  if (reindent === null) return null;
  const fits = wanted.every((line, i) => reindent(line).trimEnd() === (lines[at + i] as string).trimEnd());
  return fits ? reindent : null;
};

/** The file is indented with tabs and the edit with spaces, or the other way round. */
const retabbed: Matcher = (lines, at, wanted) => {
  for (const reindent of RETABS) {
    if (wanted.every((line, i) => reindent(line).trimEnd() === (lines[at + i] as string).trimEnd())) return reindent;
  }
  return null;
};

const RETABS: readonly Reindent[] = [4, 2, 8, 3].flatMap((width) => {
  const spaces = " ".repeat(width);
  return [
    (line: string) => line.replace(/^ +/, (indent) => indent.replaceAll(spaces, "\t")),
    (line: string) => line.replace(/^\t+/, (indent) => indent.replaceAll("\t", spaces)),
  ];
});

const TOLERANCES: readonly { readonly matcher: Matcher; readonly repair: string | null }[] = [
  { matcher: eachLine((found, wanted) => found === wanted), repair: null },
  {
    matcher: eachLine((found, wanted) => found.trimEnd() === wanted.trimEnd()),
    repair: "trailing white space ignored",
  },
  { matcher: shifted, repair: "indentation shifted" },
  { matcher: retabbed, repair: "tabs and spaces exchanged" },
];

const indentation = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

const indentBy =
  (prefix: string): Reindent =>
  (line) =>
    line.trim() === "" ? line : prefix + line;

/** Lines that are not indented that far lose what they have. */
const outdentBy =
  (prefix: string): Reindent =>
  (line) =>
    line.startsWith(prefix) ? line.slice(prefix.length) : line.trimStart();

function withoutBlankEdges(lines: readonly string[], wanted: readonly string[], options: LocateOptions): Located {
  const isText = (line: string): boolean => line.trim() !== "";
  const start = wanted.findIndex(isText);
  const end = wanted.findLastIndex(isText) + 1;
  if (start === -1 || end - start === wanted.length) return { kind: "missing" };
  const inner = locate(lines, wanted.slice(start, end), options);
  if (inner.kind !== "found") return inner;
  const repair = ["blank lines around it ignored", inner.repair].filter((part) => part !== null).join(", ");
  return { ...inner, repair, skippedStart: start, skippedEnd: wanted.length - end };
}
