/** Files that are there whole or not at all, also after a kill. */
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { messageOf, StropError } from "../../core/errors.ts";
import { isDiskFull, makeFolder } from "./make-folder.ts";

/**
 * Makes the folder if needed. A reader finds the old content or the new one. What lies in the way at FILE.partial is removed and never
 * followed: in a folder that came from others it may be a link to a file of the user's. Throws StropError `cli.not-writable`,
 * `workspace.disk-full`.
 */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const beside = `${file}.partial`;
  try {
    makeFolder(dirname(file));
    await rm(beside, { recursive: true, force: true });
    await writeFile(beside, content, { flag: "wx", flush: true });
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    if (isDiskFull(cause))
      throw new StropError("workspace.disk-full", `expected room to write ${file}, found a full disk`, {
        hint: "Free some space, then run the same command again: it goes on from the last thing written.",
        cause,
      });
    throw new StropError("cli.not-writable", `expected to be able to write ${file}, found: ${messageOf(cause)}`, {
      hint: "Name a file in a folder that you may write to.",
      cause,
    });
  }
}

/** Leaves a file that is there as it is. */
export async function writeUnlessThere(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: "wx" }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw thrown;
  });
}
