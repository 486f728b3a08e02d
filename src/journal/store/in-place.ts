/**
 * Whether the files that are open are still those of their names. A file that is deleted or moved can be written to all
 * night without an error, and nobody finds in the morning what was written. SQLite looks only where there is no log.
 */
import { statSync } from "node:fs";

import { StropError } from "../../core/errors.ts";

/** `files` exist, the journal first. What is returned throws StropError `journal.gone` when one of them is another now, or none. */
export function requireInPlace(files: readonly string[]): () => void {
  const [journal = ""] = files;
  const opened = files.map((file) => [file, inodeOf(file)] as const);
  return () => {
    for (const [file, inode] of opened) {
      const found = inodeOf(file);
      if (found !== inode) throw gone(journal, found === undefined ? "it deleted or moved" : "another in its place");
    }
  };
}

const inodeOf = (file: string): bigint | undefined => statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;

const gone = (journal: string, found: string): StropError =>
  new StropError("journal.gone", `expected the journal that this run writes at ${journal}, found ${found}`, {
    hint:
      "Where its folder was moved or renamed, the same command goes on there. What was deleted is lost without a copy: " +
      "`git clean -x` deletes what git ignores, .strop too.",
  });
