/** Writes a champion into the user's working tree: all files prepared first, then each put in place by one rename. */
import { randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { ProgramFiles } from "../core/edit.ts";
import { StropError, messageOf } from "../core/errors.ts";
import { foldedPath } from "../core/edits/program-path.ts";
import type { Task } from "../core/task.ts";
import { findFiles, programScope } from "./program.ts";

/**
 * Makes the program in `folder` equal to `files` and returns the paths that were written or deleted, ascending.
 * File modes stay. Throws StropError `apply.outside`, `apply.link` or `apply.not-writable`, before anything is changed.
 */
export async function applyProgram(
  folder: string,
  task: Task,
  files: ProgramFiles,
): Promise<{ changed: readonly string[] }> {
  const inScope = programScope(task);
  const present = await findFiles(folder, task.program, { isWanted: inScope, followLinks: false });
  const deleted: string[] = [];
  for (const path of present) if (files[path] === undefined && (await exists(join(folder, path)))) deleted.push(path);
  const written: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    if (!inScope(path)) throw outside(path);
    await refuseLinks(folder, path);
    // On a disk that knows no case model.py reads as the Model.py that goes.
    const isLosing = deleted.some((one) => foldedPath(one) === foldedPath(path));
    if (isLosing || (await readFile(join(folder, path), "utf8").catch(() => undefined)) !== text) written.push(path);
  }
  for (const path of deleted) await refuseLinks(folder, path);
  await replaceFiles(folder, { files, written, deleted });
  return { changed: [...written, ...deleted].sort() };
}

interface Change {
  readonly files: ProgramFiles;
  readonly written: readonly string[];
  readonly deleted: readonly string[];
}

async function replaceFiles(folder: string, { files, written, deleted }: Change): Promise<void> {
  const ready: { temporary: string; target: string }[] = [];
  try {
    for (const path of written) {
      const target = join(folder, path);
      const temporary = join(dirname(target), `.${basename(target)}.strop-${randomBytes(4).toString("hex")}.tmp`);
      ready.push({ temporary, target });
      await mkdir(dirname(target), { recursive: true });
      const mode = await lstat(target).then(
        (info) => info.mode & 0o777,
        () => 0o644,
      );
      await writeFile(temporary, files[path] ?? "", { mode, flag: "wx", flush: true });
    }
    for (const path of deleted) await rm(join(folder, path));
    for (const { temporary, target } of ready) await rename(temporary, target);
  } catch (cause) {
    for (const { temporary } of ready) await rm(temporary, { force: true }).catch(() => undefined);
    throw new StropError(
      "apply.not-writable",
      `expected to be able to write into ${folder}, found: ${messageOf(cause)}`,
      {
        hint: "check the folder's permissions and free space; `strop show` prints the champion's diff",
        cause,
      },
    );
  }
}

async function refuseLinks(folder: string, path: string): Promise<void> {
  const names = path.split("/");
  for (let i = 1; i <= names.length; i++) {
    const part = names.slice(0, i).join("/");
    const info = await lstat(join(folder, part)).catch(() => undefined);
    const isExpected = info === undefined || (i < names.length ? info.isDirectory() : info.isFile());
    if (!isExpected) {
      throw new StropError(
        "apply.link",
        `expected ${part} to be a ${i < names.length ? "folder" : "regular file"}, found something else there`,
        {
          hint: "move it away, then apply again",
        },
      );
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const outside = (path: string): StropError =>
  new StropError("apply.outside", `expected only files of the program, found ${path}`, {
    hint: "the config's `program` no longer covers this file: put it back as it was when the run started",
  });
