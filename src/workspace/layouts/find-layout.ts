/** Which of the layouts a folder has. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { textOf } from "../detect/found.ts";
import { autoresearch } from "./autoresearch.ts";
import type { AssumedConfig, Layout } from "./layout.ts";
import { openEvolve } from "./openevolve.ts";
import { shinkaEvolve } from "./shinka.ts";

const LAYOUTS: readonly Layout[] = [autoresearch, openEvolve, shinkaEvolve];

interface FoundLayout {
  /** Such as `autoresearch layout`. */
  readonly source: string;
  assume(): Promise<AssumedConfig>;
}

/** What a folder without a config would need to have one of the layouts, in a sentence, if that is little. */
export function nearLayout(folder: string, entries: readonly string[]): string | undefined {
  const read = (file: string): string => textOf(join(folder, file));
  return LAYOUTS.map((layout) => layout.lacks?.(entries, read)).find((one) => one !== undefined);
}

/** Null for a folder with none of them, or that cannot be read. */
export async function findLayout(folder: string): Promise<FoundLayout | null> {
  const entries = await readdir(folder).catch((): string[] => []);
  const layout = LAYOUTS.find((one) => one.holds(entries, (file) => textOf(join(folder, file))));
  if (layout === undefined) return null;
  const source = `${layout.name} layout`;
  return {
    source,
    async assume() {
      const { config, notes } = await layout.assume(folder, entries);
      return { config, notes: [`no config: the folder has the ${source}`, ...notes] };
    },
  };
}
