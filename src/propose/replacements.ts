/**
 * From places in a program's text to an edit. An edit is written as SEARCH/REPLACE blocks with just enough lines
 * around a change to be found once; where that cannot say it exactly, as whole files.
 */
import { applyEdit } from "../core/edits/apply-edit.ts";
import type { Edit, ProgramFiles, SearchReplaceBlock } from "../core/edit.ts";

/** `text` instead of the UTF-16 code units from `start` to `end` of the file at `path`. */
export interface Replacement {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Change {
  readonly edit: Edit;
  /** The program after the edit. */
  readonly files: ProgramFiles;
}

/** The edit that makes these replacements, which must not overlap, and the program after it; null if they change nothing. */
export function changeOf(files: ProgramFiles, replacements: readonly Replacement[]): Change | null {
  const paths = [...new Set(replacements.map((one) => one.path))].sort();
  const intended = { ...files };
  for (const path of paths) intended[path] = splice(files[path] ?? "", 0, ofPath(replacements, path));
  const blocks = paths.flatMap((path) => blocksOf(path, files[path] ?? "", ofPath(replacements, path)));
  const whole = paths.map((path) => ({ path, text: intended[path] as string }));
  for (const edit of [
    { kind: "search-replace", blocks },
    { kind: "whole-files", files: whole },
  ] as const) {
    const applied = applyEdit(files, edit, (path) => path in files);
    if (applied.ok && paths.every((path) => applied.files[path] === intended[path]))
      return { edit, files: applied.files };
  }
  return null;
}

const ofPath = (replacements: readonly Replacement[], path: string): readonly Replacement[] =>
  replacements.filter((one) => one.path === path).toSorted((a, b) => a.start - b.start);

/** `text`, which begins at `offset` of the file, with the replacements made. */
function splice(text: string, offset: number, replacements: readonly Replacement[]): string {
  let out = "";
  let at = 0;
  for (const one of replacements) {
    out += text.slice(at, one.start - offset) + one.text;
    at = one.end - offset;
  }
  return out + text.slice(at);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function blocksOf(path: string, text: string, replacements: readonly Replacement[]): SearchReplaceBlock[] {
  const spans = merge(replacements.map((one) => unique(text, wholeLines(text, one))));
  return spans.map((span) => {
    const search = text.slice(span.start, span.end);
    const inside = replacements.filter((one) => one.start >= span.start && one.end <= span.end);
    return { path, search, replace: splice(search, span.start, inside) };
  });
}

/** Where the line of `at` begins. `lastIndexOf` takes a negative place for 0, where a line break may stand. */
const lineStart = (text: string, at: number): number => (at <= 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1);

const wholeLines = (text: string, { start, end }: Span): Span => {
  const lineEnd = end > start && text[end - 1] === "\n" ? end : text.indexOf("\n", end) + 1;
  return { start: lineStart(text, start), end: lineEnd === 0 ? text.length : lineEnd };
};

/** Takes in lines above and below, in turn, until the text occurs only once. */
function unique(text: string, span: Span): Span {
  let { start, end } = span;
  for (let up = true; isRepeated(text, start, end); up = !up) {
    if ((up && start > 0) || end >= text.length) start = lineStart(text, start - 1);
    else end = text.indexOf("\n", end) + 1 || text.length;
    if (start === 0 && end === text.length) break;
  }
  return { start, end };
}

function isRepeated(text: string, start: number, end: number): boolean {
  const search = text.slice(start, end);
  return search === "" || text.indexOf(search) !== start || text.includes(search, start + 1);
}

function merge(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last !== undefined && span.start < last.end)
      out[out.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else out.push(span);
  }
  return out;
}
