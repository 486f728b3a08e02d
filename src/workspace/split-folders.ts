/**
 * Which folders of a task are shown entry by entry, because something in them is not to be seen, or not as it lies there.
 * All others are shown whole.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Task } from "../core/task.ts";
import { outsideLinks } from "./outside-links.ts";
import { credentialScope, findFiles, hiddenScope, programScope } from "./program.ts";

/** Entries that a sandbox may be shown beside the program. */
export const MAX_MOUNTS = 2_000;

const splitCache = new WeakMap<Task, Promise<readonly string[]>>();

/** Folders that hold program files, hidden ones or credentials. They stay the same for a whole run, so they are looked up once. */
export function splitFolders(folder: string, task: Task): Promise<readonly string[]> {
  const find = async (): Promise<readonly string[]> => {
    const program = await findFiles(folder, task.program, { isWanted: programScope(task), followLinks: false });
    const hidden = await findFiles(folder, task.hidden ?? [], { isWanted: hiddenScope(task), followLinks: true });
    // Also where nothing is pinned, as in a compiler's output, which may be of any size.
    const everywhere = { isWanted: credentialScope(task), followLinks: true, isLenient: true };
    const credentials = await findFiles(folder, ["**"], everywhere);
    const links = await linksToShow(folder);
    return [...new Set([...program, ...hidden, ...credentials, ...links].flatMap(parentsOf))];
  };
  const known = splitCache.get(task) ?? find();
  splitCache.set(task, known);
  return known;
}

/**
 * Links out of folders that may be shown entry by entry: in one that is shown whole, what they lead to would not be
 * there. As many as there is room for; what more there is has to be named in `mounts`.
 */
async function linksToShow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const split = new Set<string>();
  let room = MAX_MOUNTS / 2;
  for await (const { path } of outsideLinks(folder)) {
    const parents = parentsOf(path).filter((parent) => !split.has(parent));
    const entries = await Promise.all(parents.map((parent) => readdir(join(folder, parent))));
    const needed = entries.reduce((sum, { length }) => sum + length, 0);
    if (needed > room) continue;
    room -= needed;
    for (const parent of parents) split.add(parent);
    found.push(path);
  }
  return found;
}

/** `a/b/c.py` → `a`, `a/b`. */
export const parentsOf = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, i, names) => names.slice(0, i + 1).join("/"));
