/**
 * Finds the place in a file that an edit means. Models copy text almost exactly: white space goes missing, blocks lose
 * or gain a level of indentation, blank lines come and go, an ellipsis stands for what stays. Each tolerance is tried
 * only when the stricter ones found nothing, and every one must point to exactly one place.
 */
import { isElision } from "./elision.ts";
import {
  firstLineTrimmed,
  rescaled,
  retabbed,
  sameLine,
  shifted,
  type Matcher,
  type Reindent,
  type Units,
} from "./indentation.ts";

export interface Place {
  readonly kind: "found";
  /** Index of the first line. */
  readonly start: number;
  /** For each wanted line the index of the file's line, ascending; null where the file has none. */
  readonly at: readonly (number | null)[];
  /** What had to be forgiven, for people; null when the match is exact. */
  readonly repair: string | null;
  /** Turns a new line as written by the edit into one that fits the file. */
  readonly reindent: Reindent;
}

export type Located =
  | Place
  | { readonly kind: "missing" }
  /** Where the places begin. */
  | { readonly kind: "ambiguous"; readonly at: readonly number[] };

export interface LocateOptions {
  /** First line that may match; default 0. */
  readonly from?: number;
  /** If several places match and this is one of them, it is meant. */
  readonly preferred?: number | undefined;
  readonly units?: Units;
}

const MISSING = { kind: "missing" } as const;
/** Places listed at most: a file of equal lines has as many as it has lines. */
const MOST_PLACES = 50;

/** The one place in `lines` (without terminators) where `wanted` stands, exactly or nearly. */
export function locate(lines: readonly string[], wanted: readonly string[], options: LocateOptions = {}): Located {
  const whole = contiguous(lines, wanted, options);
  if (whole.kind !== "missing") return whole;
  const spaced = besidesBlankLines(lines, wanted, options);
  return spaced.kind === "missing" ? aroundElisions(lines, wanted, options) : spaced;
}

const eachLine =
  (equal: (found: string, wanted: string) => boolean): Matcher =>
  (found, wanted) =>
    wanted.every((line, i) => equal(found[i] as string, line)) ? sameLine : null;

const squeezed = (line: string): string => line.trim().replaceAll(/\s+/g, " ");

const TOLERANCES: readonly { readonly matcher: Matcher; readonly repair: string | null }[] = [
  { matcher: eachLine((found, wanted) => found === wanted), repair: null },
  {
    matcher: eachLine((found, wanted) => found.trimEnd() === wanted.trimEnd()),
    repair: "trailing white space ignored",
  },
  { matcher: rescaled, repair: "indentation unit adapted" },
  { matcher: shifted, repair: "indentation shifted" },
  { matcher: retabbed, repair: "tabs and spaces exchanged" },
  { matcher: firstLineTrimmed, repair: "indentation of the first line restored" },
  {
    // A diff's context lost the space that marks it.
    matcher: eachLine((found, wanted) => [wanted.trimEnd(), ` ${wanted.trimEnd()}`].includes(found.trimEnd())),
    repair: "missing space before context ignored",
  },
  {
    matcher: eachLine(
      (found, wanted) =>
        found.trimEnd() === wanted.trimEnd() ||
        (squeezed(found) === squeezed(wanted) && /^\s*/.exec(found)?.[0] === /^\s*/.exec(wanted)?.[0]),
    ),
    repair: "spacing inside lines ignored",
  },
];

/** The wanted lines as consecutive lines of the file. */
function contiguous(lines: readonly string[], wanted: readonly string[], options: LocateOptions): Located {
  const units = options.units ?? { file: null, edit: null, fresh: [] };
  const places = candidates(lines, wanted, options.from ?? 0);
  for (const { matcher, repair } of TOLERANCES) {
    const found = places.flatMap((at) => {
      const reindent = matcher(lines.slice(at, at + wanted.length), wanted, units);
      return reindent === null ? [] : [{ at, reindent }];
    });
    // A place whose new lines are unclear is not meant by itself, but it is one of several.
    const clear = found.flatMap(({ at, reindent }) => (reindent === "unclear" ? [] : [{ at, reindent }]));
    if (clear.length === 0) continue;
    const meant = found.length === 1 ? clear[0] : clear.find(({ at }) => at === options.preferred);
    if (meant !== undefined) {
      const at = wanted.map((_, i) => meant.at + i);
      return { kind: "found", start: meant.at, at, reindent: meant.reindent, repair };
    }
    return { kind: "ambiguous", at: found.map(({ at }) => at) };
  }
  return MISSING;
}

/** Where all lines agree but for white space, which is the most that any tolerance forgives. Begins at the rarest line. */
function candidates(lines: readonly string[], wanted: readonly string[], from: number): number[] {
  const want = wanted.map(squeezed);
  const where = new Map<string, number[]>(want.map((line) => [line, []]));
  const have = lines.map(squeezed);
  for (const [i, line] of have.entries()) if (i >= from) where.get(line)?.push(i);
  const rarest = want.reduce(
    (best, line, i) => ((where.get(line)?.length ?? 0) < (where.get(want[best] as string)?.length ?? 0) ? i : best),
    0,
  );
  const places: number[] = [];
  for (const line of where.get(want[rarest] ?? "") ?? []) {
    const at = line - rarest;
    if (at < from || at + want.length > have.length) continue;
    if (want.every((text, i) => text === have[at + i])) places.push(at);
    if (places.length === MOST_PLACES) break;
  }
  return places;
}

/** As if neither side had blank lines; those that both have still stand for each other. */
function besidesBlankLines(lines: readonly string[], wanted: readonly string[], options: LocateOptions): Located {
  const isText = (line: string): boolean => line.trim() !== "";
  const from = options.from ?? 0;
  const texts = lines.flatMap((line, i) => (i >= from && isText(line) ? [i] : []));
  const want = wanted.filter(isText);
  if (want.length === 0) return MISSING;
  const inner = contiguous(
    texts.map((i) => lines[i] as string),
    want,
    options.units === undefined ? {} : { units: options.units },
  );
  if (inner.kind === "ambiguous") return { kind: "ambiguous", at: inner.at.map((i) => texts[i] as number) };
  if (inner.kind === "missing") return MISSING;
  const found = inner.at.map((i) => texts[i as number] as number);
  const repair = ["blank lines ignored", inner.repair].filter((part) => part !== null).join(", ");
  const at = withBlankLines(lines, wanted, found);
  return { ...inner, start: at.find((line) => line !== null) as number, at, repair };
}

/** `found` are the places of the wanted lines with text; a blank one stands for a blank line of the file beside them. */
function withBlankLines(
  lines: readonly string[],
  wanted: readonly string[],
  found: readonly number[],
): (number | null)[] {
  const isBlankAt = (i: number): boolean => lines[i]?.trim() === "";
  const leading = wanted.findIndex((line) => line.trim() !== "");
  let next = found[0] as number;
  let taken = 0;
  return wanted.map((line, i) => {
    if (i < leading) {
      const above = next - leading + i;
      return Array.from({ length: leading - i }, (_, k) => above + k).every(isBlankAt) ? above : null;
    }
    if (line.trim() !== "") {
      next = (found[taken++] as number) + 1;
      return next - 1;
    }
    return isBlankAt(next) ? next++ : null;
  });
}

/** The parts between ellipses, one after the other, each in one place only and as they stand. */
function aroundElisions(lines: readonly string[], wanted: readonly string[], options: LocateOptions): Located {
  if (!wanted.some(isElision)) return MISSING;
  const at: (number | null)[] = [];
  let from = options.from ?? 0;
  for (let i = 0; i < wanted.length; i++) {
    if (isElision(wanted[i] as string)) {
      at.push(null);
      continue;
    }
    let end = i;
    while (end < wanted.length && !isElision(wanted[end] as string)) end++;
    const part = wanted.slice(i, end);
    const place = contiguous(lines, part, { from });
    if (place.kind === "ambiguous") return place;
    if (place.kind === "missing" || place.reindent !== sameLine) return MISSING;
    at.push(...place.at);
    from = (place.at.at(-1) as number) + 1;
    i = end - 1;
  }
  const start = at.find((line) => line !== null);
  if (start === undefined || start === null) return MISSING;
  return { kind: "found", start, at, reindent: sameLine, repair: "an ellipsis stands for unchanged lines" };
}
