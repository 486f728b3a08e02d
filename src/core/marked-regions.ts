/**
 * Files of which only parts may be edited: what stands between a line with `EVOLVE-BLOCK-START` and one with
 * `EVOLVE-BLOCK-END`, the marks of OpenEvolve and ShinkaEvolve. All else of such a file, the marks included, is frozen.
 */
import type { ProgramFiles } from "./edit.ts";

/** UTF-16 offsets, end exclusive; whole lines. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

const MARK = /^\ufeff?[ \t]*[^\w\s"'`]{0,4}[ \t]*EVOLVE-BLOCK-(START|END)\b[^\n]*/gm;

/** What may be edited of a file, in order; null for one without marks, all of which may. A block without an end goes on to the file's. */
export function editableRegions(text: string): readonly Region[] | null {
  if (!text.includes("EVOLVE-BLOCK-START")) return null;
  const regions: Region[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: line, 1: kind, index } of text.matchAll(MARK)) {
    if (kind === "START" && depth++ === 0) start = Math.min(text.length, index + line.length + 1);
    else if (kind === "END" && depth > 0 && --depth === 0) regions.push({ start, end: index });
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
  const rule = "only what stands between its EVOLVE-BLOCK-START and EVOLVE-BLOCK-END lines may change";
  if (after === undefined) return `${rule}, and the edit deletes the file`;
  const [old, now] = [frozenLines(before, regions), frozenLines(after, editableRegions(after) ?? [])];
  const at = old.findIndex((line, i) => line !== now[i]);
  if (at < 0 && now.length === old.length) return null;
  const quoted = (line: string | undefined) =>
    line === undefined ? "nothing more" : JSON.stringify(line.slice(0, 80));
  const [wanted, found] = at < 0 ? [undefined, now[old.length]] : [old[at], now[at]];
  return `${rule}: expected ${quoted(wanted)} to stay where it is, found ${quoted(found)}`;
}

/** The lines outside of the regions, with an empty-file line between the parts, so that no line moves from one to the next. */
const frozenLines = (text: string, regions: readonly Region[]): string[] =>
  [...regions, { start: text.length, end: text.length }].flatMap(({ start }, i) =>
    text.slice(regions[i - 1]?.end ?? 0, start).split("\n"),
  );

/** Whether of some files of a program only marked blocks may be edited. */
export const holdsMarks = (files: ProgramFiles): boolean =>
  Object.values(files).some((text) => editableRegions(text) !== null);
