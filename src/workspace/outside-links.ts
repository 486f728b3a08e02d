/** Links that lead out of a task's folder. They are followed, since data lies on other disks; whoever did not make them should know. */
import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";

import type { Task } from "../core/task.ts";
import { walk } from "./walk.ts";

/** Never shown. */
const UNSEEN = new Set([".git", ".strop"]);
/** What is installed in them links to its interpreter and to other packages. */
const INSTALLED = new Set(["node_modules", ".venv", "venv"]);
const LISTING = {
  followLinks: false,
  isLenient: true,
  skip: (path: string, name: string) =>
    UNSEEN.has(name) ||
    path
      .split("/")
      .slice(0, -1)
      .some((parent) => INSTALLED.has(parent)),
};
const MOST_NOTES = 5;
/** Entries of a folder among which a socket is looked for. */
const MOST_LOOKED_AT = 10_000;

interface OutsideLink {
  readonly path: string;
  /** Absolute, all links followed. */
  readonly target: string;
}

/** Every such link, in no order; those among installed packages left out. */
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
    const door = (await holdsSocket(target)) ? ", and speak with the services that listen there" : "";
    notes.push(`${path} is a link to ${target}: every program of this run can read what is there${door}`);
    if (notes.length === MOST_NOTES) break;
  }
  return notes;
}

/** Whether services listen in what was linked to, if that is a folder. A socket that is itself linked to is not shown. */
async function holdsSocket(target: string): Promise<boolean> {
  let count = 0;
  for await (const { kind } of walk(target, { followLinks: false, isLenient: true, skip: () => false })) {
    if (kind === "special") return true;
    if (++count === MOST_LOOKED_AT) break;
  }
  return false;
}
