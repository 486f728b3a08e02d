/**
 * Reads the edit out of an answer written by a language model or a person: SEARCH/REPLACE blocks, a unified diff, or
 * whole files in fences. It decides what was meant; whether that applies is apply-edit.ts's business.
 */
import { opensBlock, readBlocks } from "./answer-blocks.ts";
import { readDiff } from "./answer-diff.ts";
import { answerLines, fencesOf } from "./answer-fences.ts";
import { pathIn, pathInInfo, pathsMentioned } from "./answer-paths.ts";
import { unescaped } from "./disguise.ts";
import type { Edit, WholeFile } from "../edit.ts";

export type ParsedEdit =
  | {
      readonly ok: true;
      readonly edit: Edit;
      /** What had to be forgiven, one phrase each. */
      readonly repairs: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Languages of fences that tell how to run something rather than what a file holds. */
const SHELL = /^(?:sh|bash|shell|console|zsh|text|txt|output)\b/i;

/**
 * The edit in `answer`. `paths` are the program's files: they resolve abbreviated names, and a program with a single
 * file needs no name at all. Fails with one sentence when there is no edit, a cut-off one, or one of two readings.
 */
export function parseEdit(answer: string, paths: readonly string[] = []): ParsedEdit {
  const lines = answerLines(answer);
  if (lines.some(opensBlock)) return parseBlocks(lines, paths);
  if (lines.some((line) => /^\s{0,8}(?:&lt;){5,9} ?SEARCH/i.test(line))) {
    const parsed = parseBlocks(lines.map(unescaped), paths);
    return parsed.ok ? { ...parsed, repairs: [...parsed.repairs, "HTML escapes undone"] } : parsed;
  }
  const read = readDiff(lines, paths);
  if (read === null) return parseWholeFiles(lines, paths);
  return read.doubt === null
    ? { ok: true, edit: { kind: "unified-diff", diff: read.diff }, repairs: [] }
    : fail(`the diff may be cut off: ${read.doubt}`);
}

const fail = (reason: string): ParsedEdit => ({ ok: false, reason });

function parseBlocks(lines: readonly string[], paths: readonly string[]): ParsedEdit {
  const read = readBlocks(lines, paths);
  if (!read.ok) return read;
  return { ok: true, edit: { kind: "search-replace", blocks: read.blocks }, repairs: read.repairs };
}

function parseWholeFiles(lines: readonly string[], paths: readonly string[]): ParsedEdit {
  const files = new Map<string, WholeFile>();
  const nameless: { text: string; closed: boolean }[] = [];
  const fences = fencesOf(lines);
  const tail = fences.at(-1);
  if (fences.length > 1 && tail?.closed === false && tail.text.trim() === "") {
    return fail("the fences do not pair: where the file holds fences, put a longer one around it");
  }
  for (const { info, above, text, closed } of fences) {
    const path = pathInInfo(info, paths) ?? pathIn(above, paths) ?? pathInComment(text, paths);
    const mentioned = path === null ? pathsMentioned(above, paths) : [];
    if (path === null && mentioned.length !== 1) {
      if (!SHELL.test(info)) nameless.push({ text, closed });
      continue;
    }
    if (path === null && SHELL.test(info)) continue;
    const file: WholeFile = {
      path: path ?? (mentioned[0] as string),
      text,
      quoted: !closed ? "unclosed" : path === null ? "by-context" : "by-name",
    };
    const before = files.get(file.path);
    if (before !== undefined && before.text !== text)
      return fail(`the answer holds two versions of ${file.path}; give one`);
    files.set(file.path, file);
  }
  if (files.size > 0) return wholeFiles([...files.values()]);
  if (nameless.length === 1 && paths.length === 1) {
    const [{ text, closed }] = nameless as [{ text: string; closed: boolean }];
    return wholeFiles([{ path: paths[0] as string, text, quoted: closed ? "by-context" : "unclosed" }]);
  }
  if (nameless.length === 0)
    return fail("expected SEARCH/REPLACE blocks, a unified diff or a whole file in a fence; found none");
  return fail(
    paths.length === 1
      ? `expected one fence with the whole file, found ${nameless.length} and no file's path above any of them`
      : "expected a line with the file's path before the code, found code only",
  );
}

const wholeFiles = (files: readonly WholeFile[]): ParsedEdit => ({
  ok: true,
  edit: { kind: "whole-files", files },
  repairs: [],
});

/** A first line such as `// src/a.ts` or `# train.py`, if it names a file of the program. */
function pathInComment(text: string, paths: readonly string[]): string | null {
  const comment = /^(?:\/\/|#|--|\/\*)\s*(\S{1,300})/.exec(text)?.[1];
  const path = comment === undefined ? null : pathIn(comment, paths);
  return path !== null && paths.includes(path) ? path : null;
}
