/**
 * What lay in the folders that a trial is shown entry by entry when the run started. What has come into them since is
 * shown to no trial, so that a plot or a script that somebody puts beside the program does not end a run.
 */
import type { Dirent } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";

import type { Task } from "../core/task.ts";
import { pinScope } from "./pin-scope.ts";
import { splitFolders } from "./split-folders.ts";

/** Names by folder, relative to the task's, which itself is "". */
export type Listing = ReadonlyMap<string, ReadonlySet<string>>;

/** In a folder of more than these nothing is new, only changed. */
const MOST_ENTRIES = 10_000;

/**
 * Folders that a trial sees in yet another way are left out: what came into them would be seen all the same. Those are
 * what `mounts` names, and what links lead to.
 */
export async function listEntries(folder: string, task: Task): Promise<Listing> {
  const doors = await realPaths(mountsOf(task));
  const listed: { path: string; real: string; names: ReadonlySet<string> }[] = [];
  for (const path of ["", ...(await splitFolders(folder, task))]) {
    const place = join(folder, path);
    const entries = await readdir(place, { withFileTypes: true }).catch((): Dirent[] => []);
    const [real] = await realPaths([place]);
    doors.push(
      ...(await realPaths(entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(place, name)))),
    );
    if (real === undefined || entries.length > MOST_ENTRIES) continue;
    listed.push({ path, real, names: new Set(entries.map(({ name }) => name)) });
  }
  const isSeenOtherwise = (real: string) =>
    doors.some((door) => `${real}/`.startsWith(door === "/" ? door : `${door}/`));
  return new Map(listed.filter(({ real }) => !isSeenOtherwise(real)).map(({ path, names }) => [path, names]));
}

/** Whether something was not there when the run started, and is shown to no trial for it; caches and the like are. */
export function newcomerScope(task: Task, listing: Listing): (path: string) => boolean {
  const { skip } = pinScope(task);
  return (path) => {
    const end = path.lastIndexOf("/");
    const names = listing.get(path.slice(0, Math.max(end, 0)));
    return names !== undefined && !names.has(path.slice(end + 1)) && !skip(path);
  };
}

const mountsOf = ({ run, evaluate, holdout, check }: Task): readonly string[] =>
  [run, evaluate, holdout, check].flatMap((action) => (action?.kind === "command" ? action.mounts : []));

/** Of those that lead somewhere. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => [])));
  return found.flat();
}
