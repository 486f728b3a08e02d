/** Files that strop is asked to write while a run may be under way: not where they would end it. */
import { basename, isAbsolute, join, relative, resolve } from "node:path";

import { StropError } from "../../core/errors.ts";

/** What of a task's folder is not pinned: `.strop`, and what autoresearch keeps there (workspace/environment.ts). */
const UNPINNED = /^(?:\.\.|\.strop)(?:[\\/]|$)|^results\.tsv$/;

/** `option` is what named `file`, for the message. Throws StropError `cli.in-environment`. */
export function refuseInEnvironment(folder: string, option: string, file: string): void {
  const inside = relative(folder, resolve(file));
  if (isAbsolute(inside) || UNPINNED.test(inside)) return;
  throw new StropError("cli.in-environment", `expected a file outside the task's folder, found ${option} ${file}`, {
    hint: `the task's files stay as they are during a run; ${join(folder, ".strop", basename(file))} is a good place`,
  });
}
