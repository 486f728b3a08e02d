/**
 * Applies an edit to a program's files: all of it or nothing. Pure, and the only way in which a program ever changes.
 * Invariant: a path that is not in scope is never read, written or deleted, nor what stands outside of a file's marked blocks changed. A refusal is data, with a sentence that
 * tells the edit's author what was wrong.
 */
import { applyBlock, applyHunks } from "./apply-hunks.ts";
import { isEscaped, unescaped } from "./disguise.ts";
import { bomLength, checkPath, create, existing, fileThatFits, noteRepair, Refusal, type Draft } from "./draft.ts";
import { type Edit, MOST_PLACES, type ProgramFiles, type SearchReplaceBlock, type WholeFile } from "../edit.ts";
import { frozenProblem } from "./marked-regions.ts";
import { readQuotedFile } from "./quoted-file.ts";
import { sum } from "../numerics/stats.ts";
import { withLineEndings } from "./text-lines.ts";
import { type FileDiff, parseUnifiedDiff } from "./unified-diff.ts";

export type EditResult =
  | {
      readonly ok: true;
      readonly files: ProgramFiles;
      /** What had to be forgiven, one phrase each: `train.ts: indentation shifted`. */
      readonly repairs: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * The program after `edit`, or the reason why it does not apply. Files keep their line endings and byte order mark.
 * `inScope` says which well-formed relative paths belong to the program, existing or not.
 */
export function applyEdit(files: ProgramFiles, edit: Edit, inScope: (path: string) => boolean): EditResult {
  const result = attempt(files, edit, inScope);
  if (result.ok || edit.kind !== "unified-diff" || !isEscaped(edit.diff)) return result;
  // Escapes in the old lines show that they are not the author's: no such lines are in the file.
  const olds = edit.diff.split("\n").filter((line) => !line.startsWith("+"));
  if (!olds.some((line) => unescaped(line) !== line)) return result;
  const again = attempt(files, { kind: "unified-diff", diff: unescaped(edit.diff) }, inScope);
  return again.ok ? { ...again, repairs: [...again.repairs, "HTML escapes undone"] } : result;
}

function attempt(files: ProgramFiles, edit: Edit, inScope: (path: string) => boolean): EditResult {
  const draft: Draft = { files: new Map(Object.entries(files)), repairs: new Set(), inScope };
  try {
    applyTo(draft, edit);
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, reason: thrown.message };
    throw thrown;
  }
  for (const [path, text] of Object.entries(files)) {
    const problem = frozenProblem(text, draft.files.get(path));
    if (problem !== null) return { ok: false, reason: `${path}: ${problem}` };
  }
  const isUnchanged =
    draft.files.size === Object.keys(files).length && [...draft.files].every(([path, text]) => files[path] === text);
  if (isUnchanged) return { ok: false, reason: "the edit changes nothing" };
  return { ok: true, files: Object.freeze(Object.fromEntries(draft.files)), repairs: [...draft.repairs] };
}

function applyTo(draft: Draft, edit: Edit): void {
  if (edit.kind === "search-replace") {
    requireFewPlaces(draft, edit.blocks.length);
    for (const block of edit.blocks) applySearchReplace(draft, block);
  } else if (edit.kind === "whole-files") for (const file of edit.files) applyWholeFile(draft, file);
  else {
    const diffs = parseUnifiedDiff(edit.diff);
    if (diffs.length === 0) throw new Refusal("expected a unified diff with `---` and `+++` lines, found none");
    requireFewPlaces(draft, sum(diffs.map(({ hunks }) => hunks.length)));
    for (const diff of diffs) applyFileDiff(draft, diff);
  }
}

/** Each place is looked for in whole files, and nothing else goes on meanwhile: so many characters take some seconds. */
const MOST_READ = 100_000_000;

function requireFewPlaces({ files }: Draft, places: number): void {
  const size = sum([...files.values()].map((text) => text.length));
  const most = Math.min(MOST_PLACES, Math.ceil(MOST_READ / (size + 1)));
  if (places > most)
    throw new Refusal(
      `expected at most ${most} blocks or hunks for a program of this size, found ${places}; write the files whole`,
    );
}

function applySearchReplace(draft: Draft, block: SearchReplaceBlock): void {
  if (block.path === "" && block.search.trim() !== "") {
    const path = fileThatFits(draft, (copy, each) => applyBlock(copy, { ...block, path: each }));
    applyBlock(draft, { ...block, path });
    return;
  }
  checkPath(draft, block.path);
  if (block.search.trim() !== "") {
    existing(draft, block.path);
    applyBlock(draft, block);
  } else if ((draft.files.get(block.path) ?? "") !== "") {
    throw new Refusal(`${block.path}: an empty SEARCH creates a file, but this one exists and is not empty`);
  } else create(draft, block.path, block.replace);
}

function applyWholeFile(draft: Draft, file: WholeFile): void {
  checkPath(draft, file.path);
  const { path, text } = file;
  if (text === null) {
    existing(draft, path);
    draft.files.delete(path);
    return;
  }
  const old = draft.files.get(path);
  const exact = file.quoted === undefined ? text : quotedText(draft, { ...file, text });
  if (old === undefined) create(draft, path, exact);
  else draft.files.set(path, inTheStyleOf(old, exact));
}

function quotedText(draft: Draft, file: WholeFile & { readonly text: string }): string {
  const read = readQuotedFile(file, draft.files.get(file.path) ?? "");
  if (!read.ok) throw new Refusal(`${file.path}: ${read.reason}`);
  for (const repair of read.repairs) noteRepair(draft, file.path, repair);
  return read.text;
}

/** A file with one kind of line ending, or with a byte order mark, keeps it when its text is written anew. */
function inTheStyleOf(before: string, after: string): string {
  const [old, now] = [lineEndingsOf(before), lineEndingsOf(after)];
  const text = old.size === 1 && now.size === 1 ? withLineEndings(after, [...old][0] as string) : after;
  return bomLength(before) > bomLength(text) ? `\ufeff${text}` : text;
}

const lineEndingsOf = (text: string): Set<string> => new Set(text.match(/\r?\n/g));

function applyFileDiff(draft: Draft, diff: FileDiff): void {
  if (diff.from === "" && diff.to === "") {
    applyHunks(
      draft,
      fileThatFits(draft, (copy, each) => applyHunks(copy, each, diff.hunks)),
      diff.hunks,
    );
    return;
  }
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
