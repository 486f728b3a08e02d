/**
 * The environment: all that a task consists of besides its program, pinned by SHA-256 at the start of a run.
 * Before each trial it is checked by file signatures (size, times, inode), and read again only where one differs.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { sha256 } from "../core/candidate.ts";
import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { refuseOwnOutput } from "./own-output.ts";
import { globMatcher, hiddenScope, programScope, refereeFiles, refereeWords, scratchScope } from "./program.ts";
import { CONFIG_FILES } from "./config/read-config.ts";
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
  /** How `verifyEnvironment` looks again; nobody else's business. */
  readonly watch: Watch;
}

interface Watch {
  readonly folder: string;
  readonly task: Task;
  /** Last signature of every file and folder that was found to be as pinned. */
  readonly signatures: Map<string, string>;
}

const SMALL = 1_000_000n;

/** Version control, installed packages, caches, and what editors and coding agents leave: not pinned unless `environment` names them. */
const UNPINNED_FOLDERS = new Set([
  ".git",
  ".hg",
  ".svn",
  ".strop",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".cache",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".ipynb_checkpoints",
  ".idea",
  ".vscode",
  ".claude",
  ".agents",
  ".codex",
  ".cursor",
  ".gemini",
  "target",
]);
const UNPINNED_FILES =
  /^(\.DS_Store|\.gitignore|\.mcp\.json|\.aider.*|results\.tsv|nohup\.out|slurm-.*\.out|.*\.(log|pyc|swp|tmp)|.*~)$/;
/** What people write for people while a run goes on; pinned where a command names it. */
const DOCUMENTS = /^(readme|changelog|changes|contributing|licen[cs]e|todo|notes)(\.(md|rst|adoc))?$/i;

/** Hashes the environment of the task in `folder`. Throws StropError `environment.special-file`, `environment.own-output` or `workspace.too-many-files`. */
export async function scanEnvironment(folder: string, task: Task): Promise<Environment> {
  const watch: Watch = { folder, task, signatures: new Map() };
  const { files: paths, folders } = await list(watch);
  refuseOwnOutput(folder, paths);
  for (const path of folders) watchFolder(watch, path);
  const files: PinnedFile[] = [];
  for (const [i, path] of paths.entries()) {
    await breathe(i);
    files.push(await pin(watch, path));
  }
  const hash = sha256(files.map((file) => `${file.sha256} ${file.bytes} ${file.path}\0`).join(""));
  return Object.freeze({ hash, files: Object.freeze(files), watch });
}

/**
 * Paths that were changed, added or removed since `environment` was scanned, ascending; empty when it is intact.
 * `full` reads every file again, which also finds a change that put back size and times.
 */
export async function verifyEnvironment(
  environment: Environment,
  options: { readonly full?: boolean } = {},
): Promise<readonly string[]> {
  const { watch, files } = environment;
  if (options.full === true) for (const file of files) watch.signatures.delete(file.path);
  const changed = new Set(await movedFiles(environment));
  for (const [i, file] of files.entries()) {
    await breathe(i);
    if (!changed.has(file.path) && !(await isAsPinned(watch, file))) changed.add(file.path);
  }
  return [...changed].sort();
}

/** Files that came or went; the tree is listed again only if a folder's signature differs. */
async function movedFiles({ watch, files }: Environment): Promise<string[]> {
  const { signatures, folder } = watch;
  const pinned = new Set(files.map((file) => file.path));
  const folders = [...signatures.keys()].filter((path) => !pinned.has(path));
  const isStale = (path: string) => signatureOf(look(folder, path)) !== signatures.get(path);
  if (!folders.some(isStale)) return [];
  const now = await list(watch);
  const present = new Set(now.files);
  const moved = [...now.files.filter((path) => !pinned.has(path)), ...[...pinned].filter((path) => !present.has(path))];
  if (moved.length > 0) return moved;
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

async function list({ folder, task }: Watch): Promise<{ files: string[]; folders: string[] }> {
  const isProgram = programScope(task);
  const inEnvironment = globMatcher(task.environment);
  const [isHidden, isScratch] = [hiddenScope(task), scratchScope(task)];
  const words = new Set(refereeWords(task));
  const isWanted = (path: string) => inEnvironment(path) || isHidden(path) || words.has(path);
  const asked = new Set(task.environment.flatMap((glob) => glob.split("/")));
  const isLeftOut = leftOut(task, words);
  const isDocument = (path: string) =>
    DOCUMENTS.test(basename(path)) && !asked.has(basename(path)) && !words.has(path) && !isHidden(path);
  const skip = (path: string, name: string) =>
    isScratch(path) ||
    isLeftOut(path) ||
    (!asked.has(name) && (UNPINNED_FOLDERS.has(name) || UNPINNED_FILES.test(name)));
  const editable = new Set([...CONFIG_FILES, task.agenda]);
  const named = new Set([...refereeFiles(task), ...dataOf(task)]);
  const files = new Set(named);
  const folders = [""];
  for await (const { path, kind } of walk(folder, { followLinks: true, skip })) {
    if (kind === "folder") folders.push(path);
    else if (!named.has(path) && (editable.has(path) || isDocument(path) || isProgram(path) || !isWanted(path)))
      continue;
    else if (kind === "file") files.add(path);
    else if (kind === "special") throw specialFile(path);
  }
  return { files: [...files].sort(), folders };
}

/** Folders that `environment` excludes whole (`"!data/**"`) are not looked into, unless something in them is pinned always. */
function leftOut({ environment, hidden = [] }: Task, words: ReadonlySet<string>): (path: string) => boolean {
  const isExcluded = globMatcher(environment.flatMap((glob) => /^!(.+)\/\*\*$/.exec(glob)?.[1] ?? []));
  if (hidden.length > 0) return () => false;
  return (path) => isExcluded(path) && ![...words].some((word) => word.startsWith(`${path}/`));
}

const dataOf = (task: Task): readonly string[] => (task.run.kind === "module" ? task.run.data : []);

const specialFile = (path: string): StropError =>
  new StropError(
    "environment.special-file",
    `expected only files and folders in the environment, found a pipe, socket or device: ${path}`,
    {
      hint: 'delete it, or exclude it with `environment: ["**", "!' + path + '"]`',
    },
  );
