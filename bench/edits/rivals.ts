/**
 * Other ways to apply an answer. Of OpenEvolve and ShinkaEvolve the published rules are stated anew here, for one file
 * that may be edited whole; README.md names the sources. A rival sees one file and the answer, or the diff inside its fences.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { applyPatch } from "diff";

import { fencesOf } from "../../src/core/edits/answer-fences.ts";
import type { Case, Notation } from "./cases.ts";

/** The file's text afterwards, or null when the rival refuses. */
type Apply = (text: string, answer: string, path: string) => string | null;

export interface Rival {
  readonly name: string;
  readonly notation: Notation;
  readonly apply: Apply;
}

/** The one file that a rival is given; null where an answer concerns several. */
export function oneFile(each: Case): { path: string; text: string; intended: string | null } | null {
  const { program, intended } = each;
  const changed =
    intended === null
      ? Object.keys(program).slice(0, 1)
      : Object.keys(intended).filter((path) => intended[path] !== program[path]);
  const [path] = changed;
  if (path === undefined || changed.length > 1 || program[path] === undefined) return null;
  return { path, text: program[path], intended: intended?.[path] ?? null };
}

const diffIn = (answer: string): string => {
  const fences = fencesOf(answer);
  return fences.length === 0 ? answer : fences.map((fence) => fence.text).join("");
};

/** Runs a command in a folder that holds the file and the diff. */
function inFolder(text: string, path: string, run: (folder: string) => number | null): string | null {
  const folder = mkdtempSync(join(tmpdir(), "strop-bench-edits-"));
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return run(folder) === 0 ? readFileSync(join(folder, path), "utf8") : null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const command =
  (argv: readonly [string, ...string[]]): Apply =>
  (text, answer, path) =>
    inFolder(text, path, (folder) => {
      const [program, ...rest] = argv;
      return spawnSync(program, rest, {
        cwd: folder,
        input: diffIn(answer),
        env: { PATH: process.env["PATH"] ?? "", GIT_CEILING_DIRECTORIES: tmpdir() },
      }).status;
    });

/** Lines equal to a block's, first place taken; blocks that are nowhere are passed over in silence. */
const openEvolve: Apply = (text, answer) => {
  const lines = text.split("\n");
  for (const [, search, replace] of answer.matchAll(/<<<<<<< SEARCH\n([^]*?)=======\n([^]*?)>>>>>>> REPLACE/g)) {
    const [olds, news] = [(search as string).trimEnd().split("\n"), (replace as string).trimEnd().split("\n")];
    const at = lines.findIndex((_, i) => olds.every((line, k) => line === lines[i + k]));
    if (at !== -1) lines.splice(at, olds.length, ...news);
  }
  const after = lines.join("\n");
  return after === text ? null : after;
};

const trimmedLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join("\n");
const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? "";

/** Line ends trimmed everywhere; the first exact place, else the first place at which the block stands at another indentation. */
const shinkaEvolve: Apply = (original, answer) => {
  let text = trimmedLines(original);
  const blocks = trimmedLines(answer).matchAll(/<{7}\s*SEARCH\s*\n([^]*?)\n\s*={7}\s*\n([^]*?)\n\s*>{7}\s*REPLACE/g);
  let count = 0;
  for (const [, search, replace] of blocks) {
    const found = shinkaPlace(text, search as string);
    if (found === null) return null;
    const news = found.indent === null ? (replace as string) : rebased(replace as string, found.indent);
    const at = text.indexOf(found.text);
    text = text.slice(0, at) + news + text.slice(at + found.text.length);
    count++;
  }
  return count === 0 ? null : text;
};

function shinkaPlace(text: string, search: string): { text: string; indent: string | null } | null {
  if (search.trim() === "") return null;
  if (text.includes(search)) return { text: search, indent: null };
  const head = (search.split("\n")[0] as string).trim();
  for (const line of text.split("\n")) {
    if (line.trim() !== head) continue;
    const moved = rebased(search, indentOf(line));
    if (text.includes(moved)) return { text: moved, indent: indentOf(line) };
  }
  return null;
}

function rebased(text: string, indent: string): string {
  const lines = text.split("\n");
  const base = indentOf(lines.find((line) => line.trim() !== "") ?? "").length;
  return lines
    .map((line) =>
      line.trim() === "" ? "" : indent + " ".repeat(Math.max(0, indentOf(line).length - base)) + line.trim(),
    )
    .join("\n");
}

const jsdiff: Apply = (text, answer) => {
  try {
    const after = applyPatch(text, diffIn(answer), { fuzzFactor: 0 });
    return after === false ? null : after;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
};

export const RIVALS: readonly Rival[] = [
  { name: "OpenEvolve's rules", notation: "search-replace", apply: openEvolve },
  { name: "ShinkaEvolve's rules", notation: "search-replace", apply: shinkaEvolve },
  { name: "diff 9 (applyPatch)", notation: "unified-diff", apply: jsdiff },
  { name: "git apply", notation: "unified-diff", apply: command(["git", "apply", "-"]) },
  { name: "git apply --recount", notation: "unified-diff", apply: command(["git", "apply", "--recount", "-"]) },
  { name: "patch -p1", notation: "unified-diff", apply: command(["patch", "-p1", "--batch", "--silent", "-r", "-"]) },
];
