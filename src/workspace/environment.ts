/**
 * The environment: all that a task consists of besides its program, pinned by SHA-256 at the start of a run.
 * Before each trial it is checked by file signatures (size, times, inode), and read again only where one differs.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { sha256 } from "../core/candidate.ts";
import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { type Listing, listEntries, newcomerScope } from "./listing.ts";
import { refuseOwnOutput } from "./own-output.ts";
import { pinScope } from "./pin-scope.ts";
import { parentsOf } from "./split-folders.ts";
import { unreadable, walk } from "./walk.ts";

export interface PinnedFile {
  /** Relative to the task's folder, `/` separators. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Environment {
  /** SHA-256 over every path and content. */
  readonly hash: string;
  /** By path, ascending. Links are followed: the pin is of what they lead to. */
  readonly files: readonly PinnedFile[];
  /** Where what has come since is no change, since no trial is shown it. */
  readonly listing: Listing;
  /** How `verifyEnvironment` looks again; nobody else's business. */
  readonly watch: Watch;
}

interface Watch {
  readonly folder: string;
  readonly task: Task;
  readonly listing: Listing;
  /** What came and is shown to no trial, so far as `onNew` has been told of it. */
  readonly told: Set<string>;
  /** Last signature of every file and folder that was found to be as pinned. */
  readonly signatures: Map<string, string>;
}

const SMALL = 1_000_000n;

/** Hashes the environment of the task in `folder`. Throws StropError `environment.special-file`, `environment.own-output` or `workspace.too-many-files`. */
export async function scanEnvironment(folder: string, task: Task): Promise<Environment> {
  // Before the files, so that what comes meanwhile is new, and not a change.
  const listing = await listEntries(folder, task);
  const watch: Watch = { folder, task, listing, told: new Set(), signatures: new Map() };
  const { files: paths, folders } = await list(watch);
  refuseOwnOutput(folder, paths);
  for (const path of folders) watchFolder(watch, path);
  const files: PinnedFile[] = [];
  for (const [i, path] of paths.entries()) {
    await breathe(i);
    files.push(await pin(watch, path));
  }
  return environmentOf(files, watch);
}

function environmentOf(files: readonly PinnedFile[], watch: Watch): Environment {
  const hash = sha256(files.map((file) => `${file.sha256} ${file.bytes} ${file.path}\0`).join(""));
  return Object.freeze({ hash, files: Object.freeze(files), listing: watch.listing, watch });
}

/** `environment` for a run that started when `listing` was there: without what has come since, and is shown to no trial. */
export function sinceStart({ files, watch }: Environment, listing: Listing): Environment {
  const isNew = newcomerScope(watch.task, listing);
  const kept = files.filter(({ path }) => ![...parentsOf(path), path].some(isNew));
  const signatures = kept.map(({ path }): [string, string] => [path, watch.signatures.get(path) ?? "unsettled"]);
  // Folders are listed again at the first look, which tells of what has come.
  return environmentOf(kept, { ...watch, listing, signatures: new Map([...signatures, ["", "unsettled"]]) });
}

export interface VerifyOptions {
  readonly full?: boolean;
  /** Paths that were not there when the run started, and are no change: each is told of once. */
  readonly onNew?: (paths: readonly string[]) => void;
}

/**
 * Paths that were changed, added or removed since `environment` was scanned, ascending; empty when it is intact.
 * `full` reads every file again, which also finds a change that put back size and times.
 */
export async function verifyEnvironment(
  environment: Environment,
  options: VerifyOptions = {},
): Promise<readonly string[]> {
  const { watch, files } = environment;
  if (options.full === true) for (const file of files) watch.signatures.delete(file.path);
  const changed = new Set(await movedFiles(environment, options));
  for (const [i, file] of files.entries()) {
    await breathe(i);
    if (!changed.has(file.path) && !(await isAsPinned(watch, file))) changed.add(file.path);
  }
  return [...changed].sort();
}

/** Files that came or went; the tree is listed again only if a folder's signature differs. */
async function movedFiles({ watch, files }: Environment, { onNew }: VerifyOptions): Promise<string[]> {
  const { signatures, folder } = watch;
  const pinned = new Set(files.map((file) => file.path));
  const folders = [...signatures.keys()].filter((path) => !pinned.has(path));
  const isStale = (path: string) => signatureOf(look(folder, path)) !== signatures.get(path);
  if (!folders.some(isStale)) return [];
  const now = await list(watch);
  const present = new Set(now.files);
  const moved = [...now.files.filter((path) => !pinned.has(path)), ...[...pinned].filter((path) => !present.has(path))];
  if (moved.length > 0) return moved;
  const untold = now.news.filter((path) => !watch.told.has(path));
  for (const path of untold) watch.told.add(path);
  if (untold.length > 0) onNew?.(untold);
  for (const path of folders) signatures.delete(path);
  for (const path of now.folders) watchFolder(watch, path);
  return [];
}

async function isAsPinned(watch: Watch, file: PinnedFile): Promise<boolean> {
  const info = look(watch.folder, file.path);
  if (info?.isFile() !== true) return false;
  if (signatureOf(info) === watch.signatures.get(file.path)) return true;
  if ((await pin(watch, file.path)).sha256 === file.sha256) return true;
  // What was found to be another file must not be taken for the pinned one when it is looked at again.
  watch.signatures.delete(file.path);
  return false;
}

/** Reads small files at once, since thousands of them are common, and large ones in pieces. */
async function pin(watch: Watch, path: string): Promise<PinnedFile> {
  const absolute = join(watch.folder, path);
  try {
    const before = statSync(absolute, { bigint: true });
    const hash = before.size <= SMALL ? sha256(readFileSync(absolute)) : await sha256OfStream(absolute);
    if (isSettled(before)) watch.signatures.set(path, signatureOf(before));
    return Object.freeze({ path, bytes: Number(before.size), sha256: hash });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function sha256OfStream(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function watchFolder(watch: Watch, path: string): void {
  const info = look(watch.folder, path);
  watch.signatures.set(path, info !== undefined && isSettled(info) ? signatureOf(info) : "unsettled");
}

/** What was written in the same tick may be written again without a new time: such a signature proves nothing. */
const isSettled = (info: BigIntStats): boolean => Date.now() - Number(info.ctimeMs) > 50;

/** Synchronous, because a signature is compared in microseconds and a promise costs many times that. */
function look(folder: string, path: string): BigIntStats | undefined {
  try {
    return statSync(join(folder, path), { bigint: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined;
    throw cause;
  }
}

const signatureOf = (info: BigIntStats | undefined): string =>
  info === undefined ? "gone" : `${info.size} ${info.mtimeNs} ${info.ctimeNs} ${info.ino} ${info.dev}`;

/** A long list must not hold up the trials that are being timed meanwhile. */
const breathe = async (i: number): Promise<void> => {
  if (i % 256 === 255) await new Promise((resume) => setImmediate(resume));
};

async function list({ folder, task, listing }: Watch): Promise<{ files: string[]; folders: string[]; news: string[] }> {
  const scope = pinScope(task);
  const isNew = newcomerScope(task, listing);
  const files = new Set(scope.named);
  const folders = [""];
  const news: string[] = [];
  const skip = (path: string): boolean => {
    if (scope.skip(path) || !isNew(path)) return scope.skip(path);
    if (scope.isPinned(path)) news.push(path);
    return true;
  };
  for await (const { path, kind } of walk(folder, { followLinks: true, skip })) {
    if (kind === "folder") folders.push(path);
    else if (scope.named.has(path) || !scope.isPinned(path)) continue;
    else if (kind === "file") files.add(path);
    else if (kind === "special") throw specialFile(path);
  }
  return { files: [...files].sort(), folders, news: news.sort() };
}

const specialFile = (path: string): StropError =>
  new StropError(
    "environment.special-file",
    `expected only files and folders in the environment, found a pipe, socket or device: ${path}`,
    {
      hint: 'delete it, or exclude it with `environment: ["**", "!' + path + '"]`',
    },
  );
