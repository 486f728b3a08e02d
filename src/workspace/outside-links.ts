/** Links that lead out of a task's folder. They are followed, since data lies on other disks; whoever did not make them should know. */
import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";

import type { Task } from "../core/task.ts";
import { walk } from "./walk.ts";

/** Installed packages link to their interpreter, and a program sees none of the rest. */
const SKIPPED = new Set([".git", ".strop", "node_modules", ".venv", "venv"]);
const LISTING = { followLinks: false, isLenient: true, skip: (_path: string, name: string) => SKIPPED.has(name) };
const MOST_NOTES = 5;

interface OutsideLink {
  readonly path: string;
  /** Absolute, all links followed. */
  readonly target: string;
}

/** Every such link, in no order; installed packages' left out. */
export async function* outsideLinks(folder: string): AsyncGenerator<OutsideLink> {
  for await (const { path, kind } of walk(folder, LISTING)) {
    const target = kind === "link" ? await realpath(join(folder, path)).catch(() => undefined) : undefined;
    if (target !== undefined && relative(folder, target).startsWith("..")) yield { path, target };
  }
}

/** One sentence for each such link, at most five; none for a task whose program sees only the files that it names. */
export async function outsideLinkNotes(folder: string, { run, evaluate, check, holdout }: Task): Promise<string[]> {
  if (![run, evaluate, check, holdout].some((action) => action?.kind === "command")) return [];
  const notes: string[] = [];
  for await (const { path, target } of outsideLinks(folder)) {
    notes.push(`${path} is a link to ${target}: every program of this run can read what is there`);
    if (notes.length === MOST_NOTES) break;
  }
  return notes;
}
