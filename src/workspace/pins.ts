/**
 * The environment's files as a run keeps them, so that the next session can name what has changed since, and what lay beside
 * them, so that it knows what is new. Kept as a program, by its content; whether the run may go on is decided by the
 * environment's hash alone.
 */
import type { ProgramFiles } from "../core/edit.ts";
import type { Environment } from "./environment.ts";
import type { Listing } from "./listing.ts";

const FILE = "environment.json";
const LISTING = "listing.json";
/** About a megabyte of names and hashes. */
const MOST_FILES = 10_000;

/** Without the files where there are more than 10,000. */
export function pinsOf({ files, listing }: Environment): ProgramFiles {
  const names = [...listing].map(([folder, inside]) => [folder, [...inside].sort()] as const);
  return {
    [LISTING]: JSON.stringify(names.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(files.length <= MOST_FILES && { [FILE]: JSON.stringify(files.map(({ path, sha256 }) => [path, sha256])) }),
  };
}

/** Empty for a run of a strop that kept none: there everything new is a change. */
export function startListing(pins: ProgramFiles): Listing {
  const names = JSON.parse(pins[LISTING] ?? "[]") as [folder: string, inside: string[]][];
  return new Map(names.map(([folder, inside]) => [folder, new Set(inside)]));
}

/** `data/new.bin (new)`, `data/x.bin (gone)`, `eval.py (changed)`, by path, ascending; empty where they were too many to keep. */
export function pinChanges(pins: ProgramFiles, { files }: Environment): string[] {
  if (pins[FILE] === undefined) return [];
  const before = new Map(JSON.parse(pins[FILE]) as [path: string, sha256: string][]);
  const now = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  const what = (path: string): string => {
    if (!before.has(path)) return "new";
    if (!now.has(path)) return "gone";
    return before.get(path) === now.get(path) ? "" : "changed";
  };
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => (what(path) === "" ? [] : [`${path} (${what(path)})`]));
}
