/**
 * The environment's files as a run keeps them, so that the next session can name what has changed since. Kept as a program
 * of one file, by its content; whether the run may go on is decided by the environment's hash alone.
 */
import type { ProgramFiles } from "../core/edit.ts";
import type { Environment } from "./environment.ts";

const FILE = "environment.json";
/** About a megabyte of names and hashes. */
const MOST_FILES = 10_000;

/** Undefined for more than 10,000 files. */
export function pinsOf({ files }: Environment): ProgramFiles | undefined {
  if (files.length > MOST_FILES) return undefined;
  return { [FILE]: JSON.stringify(files.map(({ path, sha256 }) => [path, sha256])) };
}

/** `notes.md (new)`, `data/x.bin (gone)`, `eval.py (changed)`, by path, ascending. */
export function pinChanges(pins: ProgramFiles, { files }: Environment): string[] {
  const before = new Map(JSON.parse(pins[FILE] ?? "[]") as [path: string, sha256: string][]);
  const now = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  const what = (path: string): string => {
    if (!before.has(path)) return "new";
    if (!now.has(path)) return "gone";
    return before.get(path) === now.get(path) ? "" : "changed";
  };
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => (what(path) === "" ? [] : [`${path} (${what(path)})`]));
}
