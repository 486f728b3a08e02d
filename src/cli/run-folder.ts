/** Where `strop recurse` and `strop reprogram` keep a run that was given no folder. */
import { join, resolve } from "node:path";

import { makeStropFolder } from "../loop/folder/claim-folder.ts";
import { holdsTask } from "../workspace/load-task.ts";
import { place } from "./place.ts";

/**
 * `name` in the folder where one is, or below its `.strop` if it holds a task, all of whose other files are pinned: a
 * new one would end the task's own run.
 */
export async function runFolder(given: string | undefined, name: string): Promise<string> {
  if (given !== undefined) return given;
  return (await holdsTask(".")) ? place(join(await makeStropFolder(resolve(".")), name)) : name;
}
