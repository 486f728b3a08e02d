/**
 * Applies an edit to a program's files: all of it or nothing. Pure, and the only way in which a program ever changes.
 * Invariant: a path that is not in scope is never read, written or deleted. A refusal is data, with a sentence that
 * tells the edit's author what was wrong.
 */
import { lineNumbers } from "./describe-missing.ts";
import type { Edit, ProgramFiles, SearchReplaceBlock, WholeFile } from "./edit.ts";
import { applyHunk, type Hunk, type HunkLine } from "./hunk.ts";
import { pathProblem } from "./program-path.ts";
import { bareLines, splitLines, withLineEndings } from "./text-lines.ts";
import { type FileDiff, parseUnifiedDiff } from "./unified-diff.ts";

export type EditResult =
  | {
      readonly ok: true;
      readonly files: ProgramFiles;
      /** What had to be forgiven, one phrase each: `train.ts: indentation shifted`. */
      readonly repairs: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Thrown and caught in this file only: leaves the half-edited copy behind. */
class Refusal extends Error {}

interface Draft {
  readonly files: Map<string, string>;
  readonly repairs: Set<string>;
  readonly inScope: (path: string) => boolean;
}

/**
 * The program after `edit`, or the reason why it does not apply. Files keep their line endings and byte order mark.
 * `inScope` says which well-formed relative paths belong to the program, existing or not.
 */
export function applyEdit(files: ProgramFiles, edit: Edit, inScope: (path: string) => boolean): EditResult {
  const draft: Draft = { files: new Map(Object.entries(files)), repairs: new Set(), inScope };
  try {
    applyTo(draft, edit);
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, reason: thrown.message };
    throw thrown;
  }
  const isUnchanged =
    draft.files.size === Object.keys(files).length && [...draft.files].every(([path, text]) => files[path] === text);
  if (isUnchanged) return { ok: false, reason: "the edit changes nothing" };
  return { ok: true, files: Object.freeze(Object.fromEntries(draft.files)), repairs: [...draft.repairs] };
}

function applyTo(draft: Draft, edit: Edit): void {
  if (edit.kind === "search-replace") for (const block of edit.blocks) applyBlock(draft, block);
  else if (edit.kind === "whole-files") for (const file of edit.files) applyWholeFile(draft, file);
  else {
    const diffs = parseUnifiedDiff(edit.diff);
    if (diffs.length === 0) throw new Refusal("expected a unified diff with `---` and `+++` lines, found none");
    for (const diff of diffs) applyFileDiff(draft, diff);
  }
}

function applyBlock(draft: Draft, block: SearchReplaceBlock): void {
  checkPath(draft, block.path);
  if (block.search === "") {
    if ((draft.files.get(block.path) ?? "") !== "") {
      throw new Refusal(`${block.path}: an empty SEARCH creates a file, but this one exists and is not empty`);
    }
    create(draft, block.path, block.replace);
    return;
  }
  const text = existing(draft, block.path);
  const { eol } = splitLines(text);
  const search = withLineEndings(block.search, eol);
  const at = occurrences(text, search);
  if (at.length > 1) {
    const lines = at.map((offset) => text.slice(0, offset).split("\n").length - 1);
    throw new Refusal(
      `${block.path}: the SEARCH text occurs ${at.length} times, on ${lineNumbers(lines)}; expected exactly once`,
    );
  }
  if (at[0] === undefined) {
    applyHunks(draft, block.path, [blockAsHunk(block)]);
    return;
  }
  if (search !== block.search) draft.repairs.add(`${block.path}: line endings adapted`);
  const replacement = withLineEndings(block.replace, eol);
  draft.files.set(block.path, text.slice(0, at[0]) + replacement + text.slice(at[0] + search.length));
}

/** Offsets of every occurrence, overlapping ones too. Text that ends in a line break means whole lines. */
function occurrences(text: string, search: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) {
    if (!search.endsWith("\n") || at === bomLength(text) || at === 0 || text[at - 1] === "\n") found.push(at);
  }
  return found;
}

/** Lines that both sides share at their start and end are context. */
function blockAsHunk(block: SearchReplaceBlock): Hunk {
  const [before, after] = [bareLines(block.search), bareLines(block.replace)];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const as = (op: HunkLine["op"], texts: readonly string[]): HunkLine[] => texts.map((text) => ({ op, text }));
  return {
    lines: [
      ...as("keep", before.slice(0, start)),
      ...as("remove", before.slice(start, before.length - end)),
      ...as("add", after.slice(start, after.length - end)),
      ...as("keep", before.slice(before.length - end)),
    ],
  };
}

function applyWholeFile(draft: Draft, file: WholeFile): void {
  checkPath(draft, file.path);
  if (file.text === null) {
    existing(draft, file.path);
    draft.files.delete(file.path);
  } else if (draft.files.has(file.path)) {
    draft.files.set(file.path, inTheStyleOf(existing(draft, file.path), file.text));
  } else create(draft, file.path, file.text);
}

/** A file with one kind of line ending, or with a byte order mark, keeps it when its text is written anew. */
function inTheStyleOf(before: string, after: string): string {
  const [old, now] = [lineEndingsOf(before), lineEndingsOf(after)];
  const text = old.size === 1 && now.size === 1 ? withLineEndings(after, [...old][0] as string) : after;
  return bomLength(before) > bomLength(text) ? `\ufeff${text}` : text;
}

const lineEndingsOf = (text: string): Set<string> => new Set(text.match(/\r?\n/g));

function applyFileDiff(draft: Draft, diff: FileDiff): void {
  const path = diff.to ?? diff.from;
  if (path === null) throw new Refusal("a file of the diff is /dev/null on both sides");
  checkPath(draft, path);
  if (diff.from !== null && diff.from !== path) move(draft, diff.from, path);
  if (diff.from === null) {
    if ((draft.files.get(path) ?? "") !== "") throw new Refusal(`${path}: the diff creates this file, but it exists`);
    create(draft, path, "");
  }
  if (diff.to === null) {
    existing(draft, path);
    draft.files.delete(path);
  } else applyHunks(draft, path, diff.hunks);
}

function move(draft: Draft, from: string, to: string): void {
  checkPath(draft, from);
  const text = existing(draft, from);
  draft.files.delete(from);
  create(draft, to, text);
}

/** Applies hunks in order, each after the one before it. */
function applyHunks(draft: Draft, path: string, hunks: readonly Hunk[]): void {
  const original = existing(draft, path);
  const bom = original.slice(0, bomLength(original));
  let text = original.slice(bom.length);
  let from = 0;
  let shift = 0;
  for (const hunk of hunks) {
    const claimedAt = hunk.claimedAt === undefined ? undefined : hunk.claimedAt + shift;
    const result = applyHunk(text, { ...hunk, claimedAt }, from);
    if (!result.ok) throw new Refusal(`${path}: ${result.reason}`);
    for (const repair of result.repairs) draft.repairs.add(`${path}: ${repair}`);
    shift += result.grown;
    from = result.end;
    text = result.text;
  }
  draft.files.set(path, bom + text);
}

function checkPath(draft: Draft, path: string): void {
  const problem = pathProblem(path);
  if (problem !== null) throw new Refusal(`the path ${JSON.stringify(path.slice(0, 100))} ${problem}`);
  if (!draft.inScope(path)) throw new Refusal(`${path} is not part of the program, so an edit may not touch it`);
}

function existing(draft: Draft, path: string): string {
  const text = draft.files.get(path);
  if (text === undefined) {
    throw new Refusal(
      `${path} is not a file of the program; its files are ${[...draft.files.keys()].slice(0, 10).join(", ")}`,
    );
  }
  return text;
}

function create(draft: Draft, path: string, text: string): void {
  const clash = [...draft.files.keys()].find((other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`));
  if (clash !== undefined)
    throw new Refusal(`${path} cannot be created, because ${clash} exists: one would be a folder and a file`);
  draft.files.set(path, text);
}

const bomLength = (text: string): number => (text.startsWith("\ufeff") ? 1 : 0);
