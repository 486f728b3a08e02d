/**
 * Is this program well-formed? Asked before a trial is paid for, so it must not refuse what a compiler accepts:
 * a JavaScript or TypeScript error counts only if esbuild sees one too, and errors that the parent had are forgiven.
 */
import { type Loader, type Location, type TransformFailure, transform } from "esbuild";

import type { ProgramFiles } from "../core/edit.ts";
import { type Language, isEcmaScript, languageOf } from "./languages.ts";
import { parse } from "./parse.ts";
import { positionsIn, walk } from "./tree.ts";

export interface SyntaxProblem {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** What was found, as part of a sentence: `unexpected "} else"`. */
  readonly message: string;
}

/** Problems compared with the parent's, per file. */
const MOST_COMPARED = 100;
/** Problems reported per file: the first ones say what is wrong, the rest follow from them. */
const MOST_PER_FILE = 5;

/**
 * The syntax errors of every file whose language strop knows, in order of path and place; empty when all is well.
 * With `parent`, the version that was edited, files that did not change are skipped and errors that were already there are left out.
 */
export async function checkSyntax(files: ProgramFiles, parent: ProgramFiles = {}): Promise<SyntaxProblem[]> {
  const problems: SyntaxProblem[] = [];
  for (const path of Object.keys(files).sort()) {
    const language = languageOf(path);
    const text = files[path] as string;
    const before = parent[path];
    if (language === undefined || text === before) continue;
    const found = await problemsOf(path, language, text);
    if (found.length === 0) continue;
    const old = before === undefined ? [] : await problemsOf(path, language, before);
    problems.push(...newProblems({ found, text }, { found: old, text: before ?? "" }).slice(0, MOST_PER_FILE));
  }
  return problems;
}

interface Checked {
  readonly found: readonly SyntaxProblem[];
  readonly text: string;
}

/** A grammar that trips over one construct trips over its neighbourhood too, so only growth in number is held against an edit. */
function newProblems(after: Checked, before: Checked): readonly SyntaxProblem[] {
  if (after.found.length <= before.found.length) return [];
  const known = new Set(before.found.map((problem) => lineOf(before.text, problem)));
  const fresh = after.found.filter((problem) => !known.has(lineOf(after.text, problem)));
  return fresh.length > 0 ? fresh : after.found;
}

const lineOf = (text: string, problem: SyntaxProblem): string => text.split("\n", problem.line).at(-1)?.trim() ?? "";

async function problemsOf(path: string, language: Language, text: string): Promise<SyntaxProblem[]> {
  const root = await parse(language, text);
  if (root === null) return [];
  const problems: SyntaxProblem[] = [];
  const positionOf = positionsIn(text);
  for (const node of walk(root)) {
    if (!node.missing && node.type !== "ERROR") continue;
    if (problems.length >= MOST_COMPARED) break;
    const message = node.missing
      ? `expected ${JSON.stringify(node.type)}`
      : `unexpected ${quote(text.slice(node.start, node.end))}`;
    problems.push({ path, ...positionOf(node.start), message });
  }
  return problems.length > 0 && isEcmaScript(language) ? confirm(path, text, problems) : problems;
}

function quote(source: string): string {
  const line = source.trim().split("\n", 1)[0] ?? "";
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 39)}…` : line);
}

/** esbuild counts columns in UTF-8 bytes from 0. */
const columnOf = ({ lineText, column }: Location): number =>
  Buffer.from(lineText).subarray(0, column).toString().length + 1;

/** esbuild's opinion on a file that the grammar rejects: the grammar lags behind the language. */
async function confirm(path: string, text: string, problems: SyntaxProblem[]): Promise<SyntaxProblem[]> {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const loader: Loader = extension === "tsx" ? "tsx" : extension.endsWith("ts") ? "ts" : "jsx";
  try {
    await transform(text, { loader, logLevel: "silent" });
    return [];
  } catch (thrown) {
    const errors = (thrown as Partial<TransformFailure>).errors;
    // Not a verdict on the text but a broken esbuild: the grammar's word stands.
    if (errors === undefined) return problems;
    return errors.map(({ text: message, location }) => ({
      path,
      line: location?.line ?? 1,
      column: location === null ? 1 : columnOf(location),
      message: message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
    }));
  }
}
