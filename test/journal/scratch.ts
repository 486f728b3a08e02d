/** Folders with a space and letters beyond ASCII in their names. */
import { join } from "node:path";
import { freshFolder } from "../fresh-folder.ts";

export const scratchFolder = (): string => freshFolder("strop jöurnal #%-");

/** Where a journal of its own goes. */
export const scratchPath = (): string => join(scratchFolder(), ".strop", "runs", "run-001", "journal.db");
