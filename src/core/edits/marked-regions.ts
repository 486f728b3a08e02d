/**
 * Files of which only parts may be edited: what stands between a line with `EVOLVE-BLOCK-START` and one with
 * `EVOLVE-BLOCK-END`, the marks of OpenEvolve and ShinkaEvolve. All else of such a file, the marks included, is frozen.
 */
import type { ProgramFiles } from "../edit.ts";

/** UTF-16 offsets, end exclusive; whole lines. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

const MARK = /EVOLVE-BLOCK-(START|END)\b/g;
/** What may stand before a mark on its line: blanks and what begins a comment in some language. */
const COMMENT = /^[^\p{L}\p{N}_"'`]*$/u;

interface Mark {
  readonly isStart: boolean;
  /** Of its line; `end` is where the next one begins. */
  readonly start: number;
  readonly end: number;
}

/** Linear in the text, whatever a candidate has written: each line is looked at once, at its first mark. */
function* marksIn(text: string): Generator<Mark> {
  let end = 0;
  for (const { 1: kind, index } of text.matchAll(MARK)) {
    if (index < end) continue;
    const start = text.lastIndexOf("\n", index) + 1;
    end = text.indexOf("\n", index) + 1 || text.length;
    if (COMMENT.test(text.slice(start, index))) yield { isStart: kind === "START", start, end };
  }
}

/** What may be edited of a file, in order; null for one without marks, all of which may. A block without an end goes on to the file's. */
export function editableRegions(text: string): readonly Region[] | null {
  if (!text.includes("EVOLVE-BLOCK-START")) return null;
  const regions: Region[] = [];
  let [depth, start] = [0, 0];
  for (const mark of marksIn(text)) {
    if (mark.isStart && depth++ === 0) start = mark.end;
    else if (!mark.isStart && depth > 0 && --depth === 0) regions.push({ start, end: mark.start });
  }
  if (depth > 0) regions.push({ start, end: text.length });
  return regions.length === 0 ? null : regions;
}

/** Whether the code units from `start` to `end` may be edited in a file with these regions. */
export const isEditable = (regions: readonly Region[] | null, start: number, end: number): boolean =>
  regions === null || regions.some((region) => region.start <= start && end <= region.end);

/** Why a file may not change like this, or null: something frozen is no longer as it was. */
export function frozenProblem(before: string, after: string | undefined): string | null {
  const regions = before === after ? null : editableRegions(before);
  if (regions === null) return null;
  const rule = "only what stands between its EVOLVE-BLOCK lines may change";
  if (after === undefined) return `${rule}, and the edit deletes the file`;
  const [old, now] = [frozenLines(before, regions), frozenLines(after, editableRegions(after) ?? [])];
  const at = old.findIndex((line, i) => line !== now[i]);
  if (at < 0 && now.length === old.length) return null;
  const quoted = (line: string | undefined) =>
    line === undefined ? "nothing more" : JSON.stringify(line.slice(0, 80));
  const [wanted, found] = at < 0 ? [undefined, now[old.length]] : [old[at], now[at]];
  return `${rule}: expected ${quoted(wanted)} to stay where it is, found ${quoted(found)}`;
}

/**
 * The lines outside of the regions, with an empty line between the parts, so that no line moves from one to the next. A
 * line break at the file's end is none: editors add it unasked.
 */
const frozenLines = (text: string, regions: readonly Region[]): string[] =>
  [...regions, undefined].flatMap((region, i) => {
    const from = regions[i - 1]?.end ?? 0;
    const part = region === undefined ? text.slice(from).replace(/\r?\n$/, "") : text.slice(from, region.start);
    return part.split("\n");
  });

/** Whether of some files of a program only marked blocks may be edited. */
export const holdsMarks = (files: ProgramFiles): boolean =>
  Object.values(files).some((text) => editableRegions(text) !== null);
