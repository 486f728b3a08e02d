/**
 * strop's own source as a task's files: the proposers that search numbers, and all that they import. It is read from the
 * package that is running, TypeScript in a clone and JavaScript where strop is installed.
 */
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

import type { ProgramFiles } from "../../core/edit.ts";
import { raceModule, standIns } from "./stand-ins.ts";
import { zoneOf } from "./zones.ts";

/** What the race module imports. */
const ENTRIES = [
  "propose/literals/cma-es",
  "propose/portfolio",
  "propose/literals/random",
  "propose/literals/tpe",
  "testing/simulate-run",
];

export interface OwnSource {
  /** `src` or `dist`. */
  readonly root: string;
  /** The module that is run; one of `fixed`. */
  readonly entry: string;
  /** Files of the open zone, which a run may edit, by their path in the package. */
  readonly open: ProgramFiles;
  readonly fixed: ProgramFiles;
}

export async function ownSource(): Promise<OwnSource> {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  const root = extension === ".ts" ? "src" : "dist";
  const folder = fileURLToPath(new URL("../../", import.meta.url));
  const files = new Map<string, string>();
  const waiting = ENTRIES.map((entry) => `${entry}${extension}`);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    const standIn = standIns[path.slice(0, -extension.length)]?.replaceAll("EXTENSION", extension);
    const text = standIn ?? (await readFile(`${folder}/${path}`, "utf8"));
    files.set(path, text);
    for (const imported of importsOf(text)) waiting.push(posix.join(posix.dirname(path), imported));
  }
  const entry = `race${extension}`;
  const all = [...files].map(([path, text]): [string, string] => [`${root}/${path}`, text]);
  const of = (zone: string) => Object.fromEntries(all.filter(([path]) => zoneOf(path) === zone));
  return { root, entry, open: of("open"), fixed: { ...of("fixed"), [entry]: raceModule(root, extension) } };
}

const importsOf = (text: string): string[] =>
  [...text.matchAll(/\b(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g)].map(([, specifier]) => specifier as string);
