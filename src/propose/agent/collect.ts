/**
 * What an agent left in its copy, read as from a stranger: regular text files in the program's scope become the
 * program, everything else that changed is named and dropped. Call it only when the agent's processes are gone.
 */
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { readMadeFile } from "../../workspace/outputs.ts";
import { MAX_PROGRAM_FILE_BYTES } from "../../workspace/program.ts";
import { signatures, type Worktree } from "./worktree.ts";

export interface Collected {
  /** The program after the agent; a file that cannot be taken stays as it was. */
  readonly files: ProgramFiles;
  /** Paths outside the program that were made, changed or deleted, ascending. */
  readonly dropped: readonly string[];
  /** Program files that could not be taken, one phrase each: `a.ts: a symbolic link`. */
  readonly refused: readonly string[];
}

/** All program files together; a program is text that is read, edited and kept in the journal for every trial. */
const MAX_PROGRAM_BYTES = 8_000_000;
const MAX_PROGRAM_FILES = 1_000;

/** A sentence when the copy as a whole is unusable. */
export async function collectChanges(
  { folder, before }: Pick<Worktree, "folder" | "before">,
  program: ProgramFiles,
  inScope: (path: string) => boolean,
): Promise<Collected | string> {
  const root = await lstat(folder).catch(() => undefined);
  if (root?.isDirectory() !== true) return "the agent removed the folder that it was to work in";
  const after = await signaturesOrReason(folder);
  if (typeof after === "string") return after;
  const isChanged = (path: string) => before.get(path) !== after.get(path);
  const paths = [...new Set([...before.keys(), ...after.keys(), ...Object.keys(program)])].sort();
  const refused: string[] = [];
  const files = Object.create(null) as Record<string, string>;
  for (const path of paths.filter(inScope)) {
    const kept = program[path];
    const text = isChanged(path) || kept === undefined ? await readText(folder, path) : kept;
    if (text === undefined) continue;
    if (typeof text === "string") files[path] = text;
    else refused.push(`${shownPath(path)}: ${text.reason}`);
    if (typeof text !== "string" && kept !== undefined) files[path] = kept;
  }
  const excess = excessOf(files);
  if (excess !== undefined) return excess;
  return { files, refused, dropped: paths.filter((path) => !inScope(path) && isChanged(path)).map(shownPath) };
}

async function signaturesOrReason(folder: string): Promise<Map<string, string> | string> {
  try {
    return await signatures(folder);
  } catch (thrown) {
    if (thrown instanceof StropError && thrown.code.startsWith("workspace."))
      return "the agent left more files than can be looked at, or folders that cannot be read";
    throw thrown;
  }
}

/** Undefined for a file that is gone. */
async function readText(folder: string, path: string): Promise<string | { reason: string } | undefined> {
  const bytes = await readMadeFile(join(folder, path), MAX_PROGRAM_FILE_BYTES);
  if (bytes === "vanished") return undefined;
  if (typeof bytes === "string") return { reason: bytes };
  try {
    if (bytes.includes(0)) throw new TypeError("a zero byte");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return { reason: "no UTF-8 text" };
    throw thrown;
  }
}

function excessOf(files: ProgramFiles): string | undefined {
  const count = Object.keys(files).length;
  if (count > MAX_PROGRAM_FILES) return `the agent left ${count} program files, expected at most ${MAX_PROGRAM_FILES}`;
  const bytes = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  return bytes > MAX_PROGRAM_BYTES
    ? `the agent left a program of ${bytes} characters, expected at most ${MAX_PROGRAM_BYTES}`
    : undefined;
}

const shownPath = (path: string): string => printable(path).replaceAll(/\s/g, " ").slice(0, 120);
