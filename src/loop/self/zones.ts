/**
 * Who may edit what is a path prefix (docs/architecture.md): when strop works on itself, `propose/` is the open zone. All
 * else, which judges, records, confines and runs, is the fixed zone, and no edit of it is ever run.
 */
import { posix } from "node:path";

import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";

export type Zone = "open" | "fixed";

/** `path` is relative to the package, with `/` separators: `src/propose/literals/tpe.ts`, or below `dist/` where strop is installed. */
export const zoneOf = (path: string): Zone =>
  /^(?:src|dist)\/propose\/[^\\]+$/.test(path) && posix.normalize(path) === path ? "open" : "fixed";

/** Why a program is not one of this task: a file too many, too few, or of the fixed zone; undefined when it is. */
export function zoneProblem(before: ProgramFiles, after: ProgramFiles): string | undefined {
  const fixed = Object.keys(after).find((path) => zoneOf(path) === "fixed");
  if (fixed !== undefined) return `${fixed} is of the fixed zone, which strop does not edit`;
  const [old, now] = [before, after].map((files) => Object.keys(files).sort().join(" "));
  return old === now ? undefined : "expected the files that the run began with, found others";
}

/** Throws StropError `self.fixed-zone`; for what is about to be handed to a person. */
export function requireOpenZone(before: ProgramFiles, after: ProgramFiles): void {
  const problem = zoneProblem(before, after);
  if (problem !== undefined)
    throw new StropError("self.fixed-zone", problem, { hint: "Begin another run with --fresh." });
}
