/**
 * Folders of other systems, which run without a config. What can be known of one is assumed, and told to the user note by
 * note; `strop init` writes it down.
 */
import { access } from "node:fs/promises";

import type { TaskConfig } from "../schema.ts";

export interface AssumedConfig {
  readonly config: TaskConfig;
  readonly notes: readonly string[];
}

export interface Layout {
  /** Of the system that it is known from. */
  readonly name: string;
  /** Whether a folder with these entries has the layout; `read` gives a file's text, or "". */
  holds(entries: readonly string[], read: (file: string) => string): boolean;
  /** The config that such a folder would have. */
  assume(folder: string, entries: readonly string[]): Promise<AssumedConfig>;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
