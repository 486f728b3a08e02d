/**
 * Lays out a work folder for a command: the candidate's files as real copies, everything else of the task beside them,
 * read-only. Folders that hold program files are split; all others are shown whole, so that nothing is copied.
 */
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { type Listing, newcomerScope } from "./listing.ts";
import { credentialScope, hiddenScope, programScope, scratchScope } from "./program.ts";
import { MAX_MOUNTS, parentsOf, splitFolders } from "./split-folders.ts";
import { walk } from "./walk.ts";

export interface Staging {
  /** The task's folder. */
  readonly folder: string;
  readonly task: Task;
  readonly files: ProgramFiles;
  /** For a sandbox that cannot show folders read-only: the environment is copied too. */
  readonly copyEnvironment?: boolean;
  /** For the evaluator, the holdout and the check: what `hidden` names is there as well. */
  readonly showHidden?: boolean;
  /** What was there when the run started: what has come since is left out. */
  readonly listing?: Listing;
}

/** `host` is to be shown read-only at `inside`, relative to the work folder. */
export interface Mount {
  readonly host: string;
  readonly inside: string;
}

export interface StagedProgram {
  /** Empty when the environment was copied. */
  readonly readOnly: readonly Mount[];
}

/** Never visible to a program: history, strop's own state, and compiled files that would shadow an edit. */
const NEVER_SHOWN = new Set([".git", ".strop", "__pycache__"]);
/** Where the program's output folder is, at the top of the work folder; the task's own of that name is not shown. */
const OUTPUT_FOLDER = "out";
const INSTALLED = new Set(["node_modules", ".venv", "venv"]);
const MAX_COPY_BYTES = 1_000_000_000;

/**
 * Fills the existing, empty folder `target`.
 * Throws StropError `program.conflict`, `workspace.too-many-mounts` or `workspace.too-large-to-copy`.
 */
export async function stageProgram(target: string, staging: Staging): Promise<StagedProgram> {
  const { scratch = [] } = staging.task;
  const beside = await mounts(staging);
  refuseConflicts(staging.files, scratch, beside);
  for (const [path, text] of Object.entries(staging.files)) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    const mode = await lstat(join(staging.folder, path)).then(
      (info) => info.mode & 0o777,
      () => 0o644,
    );
    await writeFile(join(target, path), text, { mode: mode | 0o600 });
  }
  for (const path of scratch) {
    const made = (await isFileOf(staging.folder, path)) ? dirname(path) : path;
    await mkdir(join(target, made), { recursive: true });
  }
  if (staging.copyEnvironment !== true) return { readOnly: beside };
  await copyEnvironment(target, beside);
  return { readOnly: [] };
}

/** Whether a scratch path is a file, for the program to make: it is one in the task's folder, or would have a file's name. */
const isFileOf = (folder: string, path: string): Promise<boolean> =>
  stat(join(folder, path)).then(
    (info) => info.isFile(),
    () => extname(path) !== "",
  );

/** There cannot be both a file `a` and a file or a folder `a/b`, be it the program's or one that stands beside it. */
function refuseConflicts(files: ProgramFiles, folders: readonly string[], beside: readonly Mount[]): void {
  const taken = new Set([...Object.keys(files), ...beside.map(({ inside }) => inside)]);
  const paths = [...taken, ...folders.map((path) => `${path}/*`)];
  const both = paths.find((path) => parentsOf(path).some((parent) => taken.has(parent)));
  if (both !== undefined) throw conflict(`${both} inside a file`);
}

const conflict = (found: string): StropError =>
  new StropError("program.conflict", `expected files and folders of different names, found ${found}`, {
    hint: "rename one of the two",
  });

async function mounts(staging: Staging): Promise<Mount[]> {
  const { folder, task, files, listing = new Map() } = staging;
  const isProgram = programScope(task);
  const isCredential = credentialScope(task);
  const isUnseen = either(isCredential, scratchScope(task));
  const isWithheld = staging.showHidden === true ? isUnseen : either(isUnseen, hiddenScope(task));
  const isNew = newcomerScope(task, listing);
  const made = [...Object.keys(files), ...(task.scratch ?? [])];
  const listed = [...listing.keys()].flatMap((path) => [...parentsOf(path), path]);
  const split = new Set([...(await splitFolders(folder, task)), ...listed, ...made.flatMap(parentsOf)]);
  const out: Mount[] = [];
  const visit = async (parent: string): Promise<void> => {
    for (const name of await readdir(join(folder, parent))) {
      const path = parent === "" ? name : `${parent}/${name}`;
      if (NEVER_SHOWN.has(name) || path === OUTPUT_FOLDER || isWithheld(path) || isNew(path)) continue;
      const host = await realpath(join(folder, path)).catch(() => undefined);
      // A link that leads nowhere is nothing to show, and a socket is a door.
      const info = host === undefined ? undefined : await stat(host).catch(() => undefined);
      if (host === undefined || info === undefined) continue;
      // A glob of the program matches names of folders too, and what else is in them is shown.
      if (info.isDirectory() && split.has(path)) await visit(path);
      else if (info.isDirectory() && Object.hasOwn(files, path)) throw conflict(`both a file and a folder at ${path}`);
      else if (info.isDirectory() || (info.isFile() && !isProgram(path))) out.push({ host, inside: path });
    }
  };
  await visit("");
  if (out.length <= MAX_MOUNTS) return out;
  throw new StropError(
    "workspace.too-many-mounts",
    `expected at most ${MAX_MOUNTS} entries beside the program, found ${out.length}`,
    {
      hint: "move data files into a folder of their own, one without program files",
    },
  );
}

const either =
  (one: (path: string) => boolean, other: (path: string) => boolean) =>
  (path: string): boolean =>
    one(path) || other(path);

/**
 * Copies, so that a program without confinement that writes beside itself does not write into the user's files.
 * Installed packages are linked: they are large, and can be installed again.
 */
async function copyEnvironment(target: string, beside: readonly Mount[]): Promise<void> {
  const isInstalled = ({ inside }: Mount) => INSTALLED.has(basename(inside));
  const copied = beside.filter((mount) => !isInstalled(mount));
  let total = 0;
  for (const { host } of copied) total += await sizeOf(host);
  if (total > MAX_COPY_BYTES) throw tooLarge(total);
  for (const { host, inside } of copied) await copyTree(host, join(target, inside));
  for (const { host, inside } of beside.filter(isInstalled)) await symlink(host, join(target, inside));
}

/** What links lead to is copied once; dead links, sockets and pipes are left out. */
async function copyTree(host: string, target: string): Promise<void> {
  const copy = (from: string, to: string) => copyFile(from, to, constants.COPYFILE_FICLONE);
  await mkdir(dirname(target), { recursive: true });
  if (!(await stat(host)).isDirectory()) return copy(host, target);
  await mkdir(target);
  for await (const { path, kind } of walk(host, WHOLE)) {
    if (kind === "folder") await mkdir(join(target, path));
    else if (kind === "file") await copy(join(host, path), join(target, path));
  }
}

const WHOLE = { followLinks: true, skip: () => false };

async function sizeOf(host: string): Promise<number> {
  const info = await stat(host);
  if (!info.isDirectory()) return info.size;
  let total = 0;
  for await (const entry of walk(host, WHOLE)) {
    if (entry.kind === "file") total += (await stat(join(host, entry.path))).size;
    if (total > MAX_COPY_BYTES) break;
  }
  return total;
}

const tooLarge = (total: number): StropError =>
  new StropError(
    "workspace.too-large-to-copy",
    `expected at most ${MAX_COPY_BYTES} bytes beside the program, found ${total} or more`,
    {
      hint: "without a sandbox the task is copied for each trial: move data elsewhere and let the program read it by absolute path, or install bubblewrap",
    },
  );
