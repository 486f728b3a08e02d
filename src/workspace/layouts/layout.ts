/**
 * Folders of other systems, which run without a config. What can be known of one is assumed, and told to the user note by
 * note; `strop init` writes it down.
 */
import { access } from "node:fs/promises";
import { join } from "node:path";

import { editableRegions } from "../../core/edits/marked-regions.ts";
import { textOf } from "../detect/found.ts";
import type { TaskConfig } from "../config/schema.ts";

export interface AssumedConfig {
  readonly config: TaskConfig;
  readonly notes: readonly string[];
}

export interface Layout {
  /** Of the system that it is known from. */
  readonly name: string;
  /** Whether a folder with these entries has the layout; `read` gives a file's text, or "". */
  holds(entries: readonly string[], read: (file: string) => string): boolean;
  /** What a folder lacks that has all of the layout but its program; undefined for any other. */
  lacks?(entries: readonly string[], read: (file: string) => string): string | undefined;
  /** The config that such a folder would have. */
  assume(folder: string, entries: readonly string[]): Promise<AssumedConfig>;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Of several files of the program's name the one in Python, else the first: never the one that the disk happens to list first. */
export const programIn = (named: readonly string[]): string =>
  (named.find((file) => file.endsWith(".py")) ?? named.toSorted()[0]) as string;

/** What may be edited of the program. */
export function programNote(folder: string, program: string): string {
  const text = textOf(join(folder, program));
  const frozen = "everything else in the folder is frozen";
  if (editableRegions(text) !== null)
    return `program ${program}, of which only what stands between its EVOLVE-BLOCK lines may be edited; ${frozen}`;
  const why = text.includes("EVOLVE-BLOCK-START")
    ? "its EVOLVE-BLOCK-START is on no line of its own, as in `# EVOLVE-BLOCK-START`"
    : "it has no EVOLVE-BLOCK lines";
  return `program ${program}, all of which may be edited, because ${why}; ${frozen}`;
}
