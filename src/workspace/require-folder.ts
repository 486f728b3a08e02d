/** Whether a folder that a user names as a task's is one. Loads nothing: the commands that only look begin with it. */
import { type Stats, statSync } from "node:fs";

import { StropError } from "../core/errors.ts";

/** Throws StropError `config.no-folder`; `hint` says which folder to give. */
export function requireFolder(folder: string, hint: string): void {
  const info = statsOf(folder);
  if (info?.isDirectory() === true) return;
  const found = info === undefined ? "nothing there" : "a file";
  throw new StropError("config.no-folder", `expected a task's folder at ${folder}, found ${found}`, { hint });
}

/** What cannot be looked at is as good as not there. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
