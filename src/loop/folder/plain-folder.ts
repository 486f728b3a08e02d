/**
 * Whether a `.strop` folder is as strop makes it: files and folders, no links. One that came with a copied or cloned task
 * can hold anything, and a link in it would lead what strop writes and deletes there to files of the user's.
 */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { StropError } from "../../core/errors.ts";
import { unreadable, walk } from "../../workspace/walk.ts";

/** Emptied without following links, and full of what programs left; also of a recursion that lies below. */
const isTemporary = (path: string): boolean => path === "tmp" || path.endsWith("/.strop/tmp");

/** The folder and its own entries: what is touched before the lock is held. Throws StropError `workspace.link`. */
export async function requirePlainEntries(folder: string): Promise<void> {
  const own = await lstat(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return undefined;
    throw unreadable(folder, thrown);
  });
  if (own === undefined) return;
  if (!own.isDirectory()) throw foreign(folder);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (!entry.isFile() && !entry.isDirectory()) throw foreign(join(folder, entry.name));
}

/** All that lies in the folder, which nobody else may be writing to. Throws StropError `workspace.link`. */
export async function requirePlainTree(folder: string): Promise<void> {
  for await (const { path, kind } of walk(folder, { followLinks: false, skip: isTemporary }))
    if (kind === "link" || kind === "special") throw foreign(join(folder, path));
}

const foreign = (path: string): StropError =>
  new StropError(
    "workspace.link",
    `expected only files and folders of strop's own in .strop, found a link, pipe or device: ${path}`,
    {
      hint: "strop writes and deletes there, so it follows none and waits for none; delete this one, and if you did not make it, look at what else came with the task",
    },
  );
