/**
 * The one operation under SEARCH/REPLACE blocks and unified diffs: lines to find, some of which go, and lines that
 * come. Lines that stay are never rewritten, so they keep their own white space and line ending.
 */
import { describeMissing, lineNumbers } from "./describe-missing.ts";
import { locate, type Place } from "./locate.ts";
import { bare, joinLines, splitLines } from "./text-lines.ts";

export interface HunkLine {
  readonly op: "keep" | "remove" | "add";
  readonly text: string;
}

export interface Hunk {
  readonly lines: readonly HunkLine[];
  /** Index of its first old line, as claimed by a diff's header; undefined if there is no usable claim. */
  readonly claimedAt?: number | undefined;
  /** Whether the new text ends in a line break, where the edit says so; undefined keeps what the file has. */
  readonly finalBreak?: boolean | undefined;
}

export type Applied =
  | {
      readonly ok: true;
      readonly text: string;
      readonly repairs: readonly string[];
      /** Index of the line after the hunk, in the new text. */
      readonly end: number;
      /** How many lines the text has grown by. */
      readonly grown: number;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Applies one hunk to a file's text, at or after line `from`. Fails, with a sentence that quotes the file, when the
 * old lines are not there or are there more than once.
 */
export function applyHunk(text: string, hunk: Hunk, from = 0): Applied {
  const { lines, eol } = splitLines(text);
  const wanted = hunk.lines.filter((line) => line.op !== "add").map((line) => line.text);
  const plain = lines.map(bare);
  const place =
    wanted.length === 0 ? insertion(plain, hunk) : locate(plain, wanted, { from, preferred: hunk.claimedAt });
  if (place.kind === "missing") return { ok: false, reason: describeMissing(plain, wanted) };
  if (place.kind === "ambiguous") {
    const where = lineNumbers(place.at);
    return {
      ok: false,
      reason: `the lines to change occur ${place.at.length} times, on ${where}; expected exactly once`,
    };
  }
  const changed = rewrite(lines, hunk.lines, place, eol);
  const reachesEnd = changed.consumedTo === lines.length;
  const hadBreak = text === "" || text.endsWith("\n");
  const finalBreak = (reachesEnd ? hunk.finalBreak : undefined) ?? hadBreak;
  return {
    ok: true,
    text: joinLines(changed.lines, eol, finalBreak),
    repairs: place.repair === null ? [] : [place.repair],
    end: changed.end,
    grown: changed.lines.length - lines.length,
  };
}

/** A hunk without old lines goes where its header says; without a header, only an empty file is unambiguous. */
function insertion(plain: readonly string[], hunk: Hunk): Place | { readonly kind: "missing" } {
  const at = plain.length === 0 ? 0 : hunk.claimedAt;
  if (at === undefined || at > plain.length) return { kind: "missing" };
  return { kind: "found", at, skippedStart: 0, skippedEnd: 0, repair: null, reindent: (line) => line };
}

function rewrite(
  lines: readonly string[],
  hunk: readonly HunkLine[],
  place: Place,
  eol: string,
): { lines: string[]; end: number; consumedTo: number } {
  const out = lines.slice(0, place.at);
  const olds = hunk.filter((line) => line.op !== "add").length;
  let old = 0;
  let cursor = place.at;
  for (const line of hunk) {
    if (line.op === "add") {
      out.push(place.reindent(line.text) + eol);
      continue;
    }
    const isThere = old >= place.skippedStart && old < olds - place.skippedEnd;
    old++;
    if (!isThere) continue;
    if (line.op === "keep") out.push(lines[cursor] as string);
    cursor++;
  }
  const end = out.length;
  return { lines: [...out, ...lines.slice(cursor)], end, consumedTo: cursor };
}
