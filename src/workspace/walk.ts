/** Lists a folder's tree, links followed or named, each real folder once: links that form a circle end. */
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

import { StropError, messageOf } from "../core/errors.ts";

export interface WalkEntry {
  /** Relative to the folder walked, `/` separators. */
  readonly path: string;
  /** `link` only if links are not followed, or lead nowhere. */
  readonly kind: "file" | "folder" | "link" | "special";
}

export interface WalkOptions {
  readonly followLinks: boolean;
  /** Any number of entries, and folders that cannot be read left out, where a task must not fail for what is listed. */
  readonly isLenient?: boolean;
  /** Entries to leave out, with all that is in them. */
  skip(path: string, name: string): boolean;
}

const MAX_ENTRIES = 200_000;

/** Folders before what is in them; throws StropError `workspace.too-many-files` or `workspace.unreadable`. */
export async function* walk(folder: string, options: WalkOptions): AsyncGenerator<WalkEntry> {
  const seen = new Set([await realpath(folder)]);
  const waiting = [""];
  let count = 0;
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const opened = await opendir(join(folder, parent), { bufferSize: 256 }).catch((cause: unknown) => {
      if (options.isLenient === true) return [];
      throw unreadable(join(folder, parent), cause);
    });
    for await (const entry of opened) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (options.skip(path, entry.name)) continue;
      if (++count > MAX_ENTRIES && options.isLenient !== true) throw tooMany(folder);
      const isFollowed = entry.isSymbolicLink() && options.followLinks;
      const kind = kindOf(isFollowed ? ((await stat(join(folder, path)).catch(() => undefined)) ?? entry) : entry);
      if (kind === "folder") {
        const real = isFollowed ? await realpath(join(folder, path)) : "";
        if (seen.has(real)) continue;
        if (isFollowed) seen.add(real);
        waiting.push(path);
      }
      yield { path, kind };
    }
  }
}

interface HasKind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function kindOf(entry: HasKind): WalkEntry["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "special";
}

const tooMany = (folder: string): StropError =>
  new StropError("workspace.too-many-files", `expected at most ${MAX_ENTRIES} files in ${folder}, found more`, {
    hint: 'move data out of the folder and name it in `run.mounts`, or leave it out of the environment: ["**", "!data/**"]',
  });

/** For a file or folder of the task that strop must read and cannot. */
export const unreadable = (path: string, cause: unknown): StropError =>
  new StropError("workspace.unreadable", `expected to be able to read ${path}, found: ${messageOf(cause)}`, {
    hint: "give yourself the right to read it, or move it out of the task's folder",
    cause,
  });
