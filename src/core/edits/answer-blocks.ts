/**
 * SEARCH/REPLACE blocks in an answer. The marks are read generously (their length, their case, what other tools call
 * them), but where a block ends or which line divides it must be certain: a block that could be cut in two ways is refused.
 */
import { closesFence, openingOf } from "./answer-fences.ts";
import { pathIn, pathInInfo, pathsMentioned } from "./answer-paths.ts";
import { MOST_PLACES, type SearchReplaceBlock } from "../edit.ts";

export type ParsedBlocks =
  | { readonly ok: true; readonly blocks: readonly SearchReplaceBlock[]; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly reason: string };

const SEARCH = /^([ \t]*)(<{5,9}|-{5,9}) ?(?:SEARCH|ORIGINAL)\b *[:>]?(.*)$/i;
const DIVIDER = /^([ \t]*)(={5,9})\s*(?:REPLACE)?\s*$/i;
const REPLACE = /^[ \t]*(?:>{5,9}|\+{5,9}) ?(?:REPLACED?|UPDATED?)\b\W*$/i;
const BARE_END = /^[ \t]*>{5,9}\s*$/;
const LONGEST = 500;

const matches = (pattern: RegExp, line: string | undefined): boolean =>
  line !== undefined && line.length <= LONGEST && pattern.test(line);

/** Whether a line begins a block. */
export const opensBlock = (line: string): boolean => matches(SEARCH, line);

/** The blocks in order; `paths` are the program's files. A path is that above a block, else that of the block before. */
export function readBlocks(lines: readonly string[], paths: readonly string[]): ParsedBlocks {
  const blocks: SearchReplaceBlock[] = [];
  const repairs = new Set<string>();
  let last = paths.length === 1 ? (paths[0] as string) : "";
  for (let i = 0; i < lines.length; i++) {
    if (!opensBlock(lines[i] as string)) continue;
    const extent = extentOf(lines, i);
    if ("reason" in extent) return { ok: false, reason: extent.reason };
    const path = pathOf(lines, i, paths) ?? last;
    const text = (from: number, to: number): string =>
      lines
        .slice(from, to)
        .map((line) => `${line}\n`)
        .join("");
    const block = { path, search: text(i + 1, extent.divider), replace: text(extent.divider + 1, extent.end) };
    if (extent.repair !== null) repairs.add(extent.repair);
    if (blocks.some((other) => isSame(block, other))) repairs.add("a block that is there twice ignored once");
    else blocks.push(block);
    if (blocks.length > MOST_PLACES)
      return { ok: false, reason: `expected at most ${MOST_PLACES} blocks, found more; write the files whole` };
    last = path;
    i = extent.resume;
  }
  const nameless = blocks.find((block) => block.path === "" && (block.search.trim() === "" || paths.length === 0));
  if (nameless !== undefined)
    return { ok: false, reason: "expected a line with the file's path before the SEARCH block" };
  return { ok: true, blocks, repairs: [...repairs] };
}

const isSame = (a: SearchReplaceBlock, b: SearchReplaceBlock): boolean =>
  a.path === b.path && a.search === b.search && a.replace === b.replace && a.search.trim() !== "";

interface Extent {
  readonly divider: number;
  readonly end: number;
  /** The last line that belongs to the block. */
  readonly resume: number;
  readonly repair: string | null;
}

/** Where the block that begins on line `start` is divided and where it ends. */
function extentOf(lines: readonly string[], start: number): Extent | { readonly reason: string } {
  const where = `the SEARCH block on line ${start + 1}`;
  const limit = indexFrom(lines, start + 1, (line) => opensBlock(line));
  const end = endOf(lines, start, limit);
  if (end === null) return { reason: `${where} is cut off: expected =======, then >>>>>>> REPLACE` };
  const [, indent, mark] = SEARCH.exec(lines[start] as string) as unknown as [string, string, string];
  const dividers = indices(lines, start + 1, end.at).filter((i) => matches(DIVIDER, lines[i]));
  const [same] = narrowed(dividers, [
    (i) => (DIVIDER.exec(lines[i] as string)?.[1] ?? "") === indent,
    (i) => (DIVIDER.exec(lines[i] as string)?.[2] ?? "").length === mark.length,
  ]);
  if (dividers.length === 0) return { reason: `${where} is cut off: expected ======= before >>>>>>> REPLACE` };
  if (same === undefined) {
    return { reason: `${where} has ${dividers.length} lines of =======: which of them divides it is not certain` };
  }
  return { divider: same, end: end.at, resume: end.resume, repair: end.repair };
}

/** Applies the tests one after the other as long as several are left; empty unless exactly one remains. */
function narrowed(from: readonly number[], tests: readonly ((i: number) => boolean)[]): readonly number[] {
  let left = from;
  for (const test of tests) if (left.length > 1) left = left.filter(test);
  return left.length === 1 ? left : [];
}

interface End {
  readonly at: number;
  readonly resume: number;
  readonly repair: string | null;
}

/** The mark that ends the block, or else the end of the fence that it stands in. */
function endOf(lines: readonly string[], start: number, limit: number): End | null {
  const end = indexFrom(lines, start + 1, (line) => matches(REPLACE, line));
  if (end < limit) return { at: end, resume: end, repair: null };
  const bare = indices(lines, start + 1, limit).filter((i) => matches(BARE_END, lines[i]));
  if (bare.length === 1) return { at: bare[0] as number, resume: bare[0] as number, repair: null };
  const above = openingOf(lines[start - 1] ?? "");
  if (bare.length > 1 || above === null) return null;
  const closing = indices(lines, start + 1, limit).filter((i) => openingOf(lines[i] as string) !== null);
  const at = closing[0];
  // A fence inside the code would make this uncertain; the next block's own opening is no such thing.
  const isOnly = closing.length === 1 || (closing.length === 2 && limit < lines.length);
  if (at === undefined || !isOnly || !closesFence(lines[at] as string, above.mark)) return null;
  return { at, resume: at, repair: "missing >>>>>>> REPLACE at the end of a fence" };
}

const indices = (lines: readonly string[], from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, Math.min(to, lines.length) - from) }, (_, i) => from + i);

/** The first line from `start` on that passes, or the number of lines. */
function indexFrom(lines: readonly string[], start: number, passes: (line: string) => boolean): number {
  let i = Math.min(start, lines.length);
  while (i < lines.length && !passes(lines[i] as string)) i++;
  return i;
}

/**
 * The path on the mark itself, in the nearest line of text above, or in the fence that opens there. "" for a line that
 * names several files; null for one that names none.
 */
function pathOf(lines: readonly string[], at: number, paths: readonly string[]): string | null {
  const own = pathIn(SEARCH.exec(lines[at] as string)?.[3] ?? "", paths);
  if (own !== null) return own;
  for (let i = at - 1; i >= 0; i--) {
    const line = lines[i] as string;
    if (line.trim() === "") continue;
    const opening = openingOf(line);
    if (opening === null) {
      if (matches(REPLACE, line)) return null;
      const mentioned = pathsMentioned(line, paths);
      return pathIn(line, paths) ?? (mentioned.length > 1 ? "" : (mentioned[0] ?? null));
    }
    const named = pathInInfo(opening.info, paths);
    if (named !== null) return named;
  }
  return null;
}
