/**
 * What a program left in its output folder, found without trusting a single entry: nothing but regular files of plain
 * names is opened, nothing is followed, nothing waits, and nobody reads more than was agreed.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, opendir } from "node:fs/promises";
import { join } from "node:path";

export interface OutputLimits {
  readonly maxFiles: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
}

export interface OutputFile {
  /** Relative to the output folder, `/` separators. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

export interface CollectedOutputs {
  /** By name, ascending. */
  readonly files: readonly OutputFile[];
  /** One sentence for each entry that was left out, at most 20 and a last one that counts the rest. */
  readonly ignored: readonly string[];
}

const PLAIN_NAME = /^[\p{L}\p{N}_-][\p{L}\p{N}._ +=@,-]{0,127}$/u;
const MAX_DEPTH = 4;
const MAX_REASONS = 20;

/**
 * Lists the usable files under `folder`, looking at no more than four times `maxFiles` entries.
 * A folder that is missing, or was replaced by a link, has none. Call it only when the program's processes are gone.
 */
export async function collectOutputs(folder: string, limits: OutputLimits): Promise<CollectedOutputs> {
  const files: OutputFile[] = [];
  const ignored: string[] = [];
  let bytes = 0;
  let entries = 0;
  const visit = async (parent: string, depth: number): Promise<void> => {
    const opened = await opendir(join(folder, parent)).catch(() => undefined);
    if (opened === undefined) ignored.push(`${printable(parent) || "the output folder"}: not readable`);
    for await (const { name } of opened ?? []) {
      if (++entries > limits.maxFiles * 4) return;
      const path = parent === "" ? name : `${parent}/${name}`;
      const found = await examine(join(folder, path), name);
      if (found === "folder" && depth < MAX_DEPTH) await visit(path, depth + 1);
      else if (typeof found === "string")
        ignored.push(`${printable(path)}: ${found === "folder" ? "too deep" : found}`);
      else if (files.length >= limits.maxFiles) ignored.push(`${printable(path)}: more than ${limits.maxFiles} files`);
      else if (bytes + found.bytes > limits.maxBytes)
        ignored.push(`${printable(path)}: more than ${limits.maxBytes} bytes in all`);
      else {
        bytes += found.bytes;
        files.push({ name: path, path: join(folder, path), bytes: found.bytes });
      }
    }
  };
  const problem = await folderProblem(folder);
  if (problem === undefined) await visit("", 1);
  else ignored.push(problem);
  if (entries > limits.maxFiles * 4)
    ignored.push(`more than ${limits.maxFiles * 4} entries: the rest was not looked at`);
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), ignored: shorten(ignored) };
}

async function folderProblem(folder: string): Promise<string | undefined> {
  const info = await lstat(folder).catch(() => undefined);
  if (info === undefined) return "the output folder is gone";
  return info.isDirectory() ? undefined : "the output folder was replaced by something else";
}

/** Size of a regular file, `folder`, or why it is neither. */
async function examine(path: string, name: string): Promise<{ bytes: number } | string> {
  if (!PLAIN_NAME.test(name)) return "not a plain name";
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return "vanished";
  if (entry.isDirectory()) return "folder";
  if (!entry.isFile()) return entry.isSymbolicLink() ? "a symbolic link" : "a pipe, socket or device";
  if (entry.nlink > 1) return "a hard link";
  const handle = await openSafely(path);
  if (handle === undefined) return "not readable";
  try {
    const info = await handle.stat();
    return info.isFile() && info.ino === entry.ino ? { bytes: info.size } : "not a regular file";
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a regular file that somebody else's program made, or why they are not read: `a symbolic link`, `larger
 * than 100 bytes`. Call it only when that program's processes are gone.
 */
export async function readMadeFile(path: string, maxBytes: number): Promise<Uint8Array | string> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return "vanished";
  if (entry.isSymbolicLink()) return "a symbolic link";
  if (!entry.isFile()) return entry.isDirectory() ? "a folder" : "a pipe, socket or device";
  if (entry.size > maxBytes) return `larger than ${maxBytes} bytes`;
  const handle = await openSafely(path);
  if (handle === undefined) return "not readable";
  try {
    const info = await handle.stat();
    if (!info.isFile() || info.ino !== entry.ino) return "not a regular file";
    const bytes = Buffer.alloc(entry.size);
    const { bytesRead } = await handle.read(bytes, 0, entry.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Never follows a link and never waits for the other end of a pipe. */
const openSafely = (path: string): Promise<FileHandle | undefined> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);

const printable = (path: string): string =>
  JSON.stringify(path.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?").slice(0, 80)).slice(1, -1);

const shorten = (reasons: readonly string[]): readonly string[] =>
  reasons.length <= MAX_REASONS
    ? reasons
    : [...reasons.slice(0, MAX_REASONS), `and ${reasons.length - MAX_REASONS} more`];
