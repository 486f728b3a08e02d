/** Folders that a user names, and that need not be there. */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { codeOf, messageOf, StropError } from "../../core/errors.ts";

/**
 * Makes a folder and those above it, unless they are there. Level by level: where nothing can be made (/proc), Node's own
 * recursion asks for ever, and no signal ends it. Throws what Node throws.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (thrown) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw thrown;
  }
}

/** As `makeFolder`, for a folder that the user named. Throws StropError `cli.not-writable`; a full disk as Node tells of it. */
export function makeNamedFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    throw new StropError(
      "cli.not-writable",
      `expected to be able to make the folder ${path}, found: ${messageOf(cause)}`,
      {
        hint: /^(EEXIST|ENOTDIR)$/.test(codeOf(cause))
          ? "A file stands where a folder is needed; name another place."
          : "Name a folder where you may write.",
        cause,
      },
    );
  }
}

export const isDiskFull = (thrown: unknown): boolean => /^(ENOSPC|EDQUOT)$/.test(codeOf(thrown));

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
