/**
 * The one operation under SEARCH/REPLACE blocks and unified diffs: lines to find, some of which go, and lines that
 * come. Lines that stay are never rewritten, so they keep their own white space and line ending.
 */
import { escapesInDoubt } from "./disguise.ts";
import { describeMissing, lineNumbers } from "./describe-missing.ts";
import { isElision } from "./elision.ts";
import { indentation, indentUnit, sameLine } from "./indentation.ts";
import { locate, type Located, type Place } from "./locate.ts";
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
      /** Index of the line after its last change, in the new text. */
      readonly changedTo: number;
      /** How many lines the text has grown by. */
      readonly grown: number;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The old lines are nowhere; false when they are in several places. */
      readonly isMissing: boolean;
    };

/**
 * Applies one hunk to a file's text, at or after line `from`. Fails, with a sentence that quotes the file, when the
 * old lines are not there or are there more than once.
 */
export function applyHunk(text: string, hunk: Hunk, from = 0): Applied {
  const { lines, eol } = splitLines(text);
  const plain = lines.map(bare);
  const place = placeOf(plain, hunk, from);
  if (place.kind === "missing") return refusal(describeMissing(plain, oldLines(hunk)), true);
  if (place.kind === "ambiguous") {
    const where = lineNumbers(place.at);
    return refusal(`the lines to change occur ${place.at.length} times, on ${where}; expected exactly once`, false);
  }
  const doubt = doubtOf(hunk, place) ?? escapesInDoubt(oldLines(hunk).join("\n"), newLines(hunk).join("\n"), text);
  if (doubt !== null) return refusal(doubt, false);
  const changed = rewrite(lines, hunk.lines, place, eol);
  const reachesEnd = changed.consumedTo === lines.length;
  const hadBreak = text === "" || text.endsWith("\n");
  const finalBreak = (reachesEnd ? hunk.finalBreak : undefined) ?? hadBreak;
  return {
    ok: true,
    text: joinLines(changed.lines, eol, finalBreak),
    repairs: place.repair === null ? [] : [place.repair],
    end: changed.end,
    changedTo: changed.changedTo,
    grown: changed.lines.length - lines.length,
  };
}

/** Where the hunk's old lines stand in `plain`, lines without terminators. */
export function placeOf(plain: readonly string[], hunk: Hunk, from = 0): Located {
  const wanted = oldLines(hunk);
  // A line number alone is no place: nothing in the file confirms it.
  if (wanted.length === 0 && plain.length > 0) return { kind: "missing" };
  if (wanted.length === 0) return { kind: "found", start: 0, at: [], repair: null, reindent: sameLine };
  const edit = indentUnit(hunk.lines.map((line) => line.text));
  const units = { file: indentUnit(plain), edit, fresh: newLines(hunk) };
  return locate(plain, wanted, { from, preferred: hunk.claimedAt, units });
}

const oldLines = (hunk: Hunk): string[] => hunk.lines.filter((line) => line.op !== "add").map((line) => line.text);

const newLines = (hunk: Hunk): string[] => hunk.lines.filter((line) => line.op === "add").map((line) => line.text);

const refusal = (reason: string, isMissing: boolean): Applied => ({ ok: false, reason, isMissing });

/** Why a place that was found must not be used after all: two readings of the edit would differ. */
function doubtOf(hunk: Hunk, place: Place): string | null {
  const olds = hunk.lines.filter((line) => line.op !== "add");
  const isEdge = (i: number): boolean => i === 0 || i === olds.length - 1;
  const literal = place.at.every((at) => at !== null);
  if (!literal && olds.some((line, i) => line.op === "remove" && isEdge(i) && isHidden(line, place.at[i]))) {
    return "the ellipsis at the edge of the lines to change does not say how far it reaches; write the lines out";
  }
  const known = new Set(olds.map((line) => line.text.trim()));
  const added = hunk.lines.find((line) => line.op === "add" && isElision(line.text) && !known.has(line.text.trim()));
  if (added !== undefined) {
    return `\`${added.text.trim()}\` in the new text does not say which lines it stands for; write them out`;
  }
  return isTorn(hunk, place)
    ? "one line to find and several new ones, indented differently; copy the indentation"
    : null;
}

const isHidden = (line: HunkLine, at: number | null | undefined): boolean => at === null && isElision(line.text);

/**
 * A single line without its indentation is replaced by several whose first line alone lacks it as well, perhaps: then the
 * others may be meant relative to it or as they stand.
 */
function isTorn(hunk: Hunk, place: Place): boolean {
  const texts = hunk.lines.filter((line) => line.text.trim() !== "");
  const olds = texts.filter((line) => line.op !== "add");
  const [first, ...rest] = texts.filter((line) => line.op !== "remove").map((line) => line.text);
  if (olds.length !== 1 || first === undefined || rest.length === 0) return false;
  const shift = place.reindent(first, 0).length - first.length;
  const opens = /[:{[(,\\]\s*$|=>\s*$/.test(first);
  return !opens && shift > 0 && rest.every((line) => indentation(line).length >= indentation(first).length + shift);
}

interface Rewritten {
  readonly lines: string[];
  readonly end: number;
  readonly changedTo: number;
  readonly consumedTo: number;
}

/** Lines of the file that stand between wanted ones and were not wanted themselves stay, unless an ellipsis for them goes. */
function rewrite(lines: readonly string[], hunk: readonly HunkLine[], place: Place, eol: string): Rewritten {
  const { start } = place;
  const out = lines.slice(0, start);
  let [cursor, old, fresh, goes, changedTo] = [start, 0, 0, false, start];
  for (const line of hunk) {
    if (line.op === "add") {
      out.push(place.reindent(line.text, fresh++) + eol);
      changedTo = out.length;
      continue;
    }
    if (line.op === "keep") fresh++;
    const at = place.at[old++] ?? null;
    if (at === null) {
      goes = line.op === "remove" && isElision(line.text);
      continue;
    }
    if (!goes) out.push(...lines.slice(cursor, at));
    goes = false;
    if (line.op === "keep") out.push(lines[at] as string);
    else changedTo = out.length;
    cursor = at + 1;
  }
  return { lines: [...out, ...lines.slice(cursor)], end: out.length, changedTo, consumedTo: cursor };
}
