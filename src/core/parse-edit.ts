/**
 * Reads the edit out of an answer written by a language model or a person: SEARCH/REPLACE blocks, a unified diff, or
 * whole files in fences. It decides what was meant; whether that applies is apply-edit.ts's business.
 */
import { fencesOf, isFenceLine, pathIn } from "./answer-fences.ts";
import type { Edit, SearchReplaceBlock, WholeFile } from "./edit.ts";

export type ParsedEdit = { readonly ok: true; readonly edit: Edit } | { readonly ok: false; readonly reason: string };

const SEARCH = /^<{5,9} ?SEARCH\s*$/;
const DIVIDER = /^={5,9}\s*$/;
const REPLACE = /^>{5,9} ?REPLACE\s*$/;

/** Languages of fences that tell how to run something rather than what a file holds. */
const SHELL = /^(?:sh|bash|shell|console|zsh|text|txt|output)\b/i;

/**
 * The edit in `answer`. `paths` are the program's files: they resolve abbreviated names, and a program with a single
 * file needs no name at all. Fails with one sentence when there is no edit, or a cut-off one.
 */
export function parseEdit(answer: string, paths: readonly string[] = []): ParsedEdit {
  const lines = answer.replace(/\r\n/g, "\n").split("\n");
  if (lines.some((line) => SEARCH.test(line))) return parseBlocks(lines, paths);
  return parseDiff(answer, paths) ?? parseWholeFiles(answer, paths);
}

const fail = (reason: string): ParsedEdit => ({ ok: false, reason });

function parseBlocks(lines: readonly string[], paths: readonly string[]): ParsedEdit {
  const blocks: SearchReplaceBlock[] = [];
  let last = paths.length === 1 ? (paths[0] as string) : null;
  for (let i = 0; i < lines.length; i++) {
    if (!SEARCH.test(lines[i] as string)) continue;
    const path: string | null = pathAbove(lines, i, paths) ?? last;
    if (path === null) return fail(`expected a line with the file's path before the SEARCH block on line ${i + 1}`);
    const divider = indexFrom(lines, i + 1, DIVIDER);
    const end = indexFrom(lines, divider + 1, REPLACE);
    if (end === lines.length)
      return fail(`the SEARCH block on line ${i + 1} is cut off: expected =======, then >>>>>>> REPLACE`);
    const text = (from: number, to: number): string =>
      lines
        .slice(from, to)
        .map((line) => `${line}\n`)
        .join("");
    blocks.push({ path, search: text(i + 1, divider), replace: text(divider + 1, end) });
    last = path;
    i = end;
  }
  return { ok: true, edit: { kind: "search-replace", blocks } };
}

/** The first line from `start` on that matches, or the number of lines. */
function indexFrom(lines: readonly string[], start: number, pattern: RegExp): number {
  let i = Math.min(start, lines.length);
  while (i < lines.length && !pattern.test(lines[i] as string)) i++;
  return i;
}

/** The path in the nearest line of text above, or in the fence that opens there. */
function pathAbove(lines: readonly string[], at: number, paths: readonly string[]): string | null {
  for (let i = at - 1; i >= 0; i--) {
    const line = lines[i] as string;
    if (line.trim() === "") continue;
    if (!isFenceLine(line)) return pathIn(line, paths);
    const named = pathInInfo(line.replace(/^\s*[`~]+/, ""), paths);
    if (named !== null) return named;
  }
  return null;
}

/** `ts src/a.ts`, `ts title="src/a.ts"`, `ts:src/a.ts`. */
function pathInInfo(info: string, paths: readonly string[]): string | null {
  for (const word of info.split(/[\s:]+/)) {
    const path = pathIn(word, paths);
    if (path !== null) return path;
  }
  return null;
}

function parseDiff(answer: string, paths: readonly string[]): ParsedEdit | null {
  const fences = fencesOf(answer);
  const isDiff = (text: string): boolean => /^--- \S.*\n\+\+\+ \S/m.test(text);
  const diffs = fences.filter(({ info, text }) => /^(?:diff|patch|udiff)\b/i.test(info) || isDiff(text));
  if (diffs.length > 0) {
    const texts = diffs.map(({ text, above }) =>
      isDiff(text) ? text : headed(text, pathIn(above, paths) ?? paths[0]),
    );
    return { ok: true, edit: { kind: "unified-diff", diff: resolved(texts.join(""), paths) } };
  }
  const start = answer.search(/^--- \S.*\r?\n\+\+\+ \S/m);
  return fences.length > 0 || start === -1
    ? null
    : { ok: true, edit: { kind: "unified-diff", diff: resolved(answer.slice(start), paths) } };
}

/** A diff that begins with its first hunk gets the header it lacks. */
const headed = (text: string, path: string | undefined): string =>
  path === undefined ? text : `--- a/${path}\n+++ b/${path}\n${text}`;

/** Headers that abbreviate a path of the program get it in full. */
function resolved(diff: string, paths: readonly string[]): string {
  const inFull = (path: string): string => {
    const known = paths.includes(path) || path === "/dev/null";
    return known ? path : (pathIn(path.replace(/^[ab]\//, ""), paths) ?? path);
  };
  return diff.replace(
    /^--- (\S+)(.*)\n\+\+\+ (\S+)/gm,
    (_header, from: string, rest: string, to: string) => `--- ${inFull(from)}${rest}\n+++ ${inFull(to)}`,
  );
}

function parseWholeFiles(answer: string, paths: readonly string[]): ParsedEdit {
  const fences = fencesOf(answer);
  const files = new Map<string, WholeFile>();
  const nameless: string[] = [];
  for (const { info, above, text } of fences) {
    const path = pathInInfo(info, paths) ?? pathIn(above, paths) ?? pathInComment(text, paths);
    if (path !== null) files.set(path, { path, text });
    else if (!SHELL.test(info)) nameless.push(text);
  }
  if (files.size === 0 && nameless.length > 0 && paths.length === 1) {
    const longest = nameless.reduce((a, b) => (b.length > a.length ? b : a));
    return { ok: true, edit: { kind: "whole-files", files: [{ path: paths[0] as string, text: longest }] } };
  }
  if (files.size > 0) return { ok: true, edit: { kind: "whole-files", files: [...files.values()] } };
  return fail(
    nameless.length > 0
      ? "expected a line with the file's path before the code, found code only"
      : "expected SEARCH/REPLACE blocks, a unified diff or a whole file in a fence; found none",
  );
}

/** A first line such as `// src/a.ts` or `# train.py`, if it names a file of the program. */
function pathInComment(text: string, paths: readonly string[]): string | null {
  const comment = /^(?:\/\/|#|--|\/\*)\s*(\S+)/.exec(text)?.[1];
  const path = comment === undefined ? null : pathIn(comment, paths);
  return path !== null && paths.includes(path) ? path : null;
}
