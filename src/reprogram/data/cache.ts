/**
 * The official files in the user's cache: fetched once, checked by SHA-256 before anything reads them, and put in place whole
 * or not at all.
 */
import { createHash, randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { homeFolder } from "../../core/home-folder.ts";
import { messageOf, StropError } from "../../core/errors.ts";
import { tarEntries, zipEntries } from "./archives.ts";
import type { DatasetName } from "./images.ts";
import { type OfficialFile, officialFiles } from "./official.ts";

export interface CacheOptions {
  /** Default: `$XDG_CACHE_HOME/strop`, `~/.cache/strop`. */
  readonly folder?: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  /** Default: those of official.ts. */
  readonly files?: readonly OfficialFile[];
  readonly signal?: AbortSignal | undefined;
  /** Told before a file is fetched. */
  readonly onFetch?: ((file: OfficialFile) => void) | undefined;
}

/** `$XDG_CACHE_HOME/strop`; relative values are ignored, as the specification wants. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CACHE_HOME"];
  return join(base?.startsWith("/") === true ? base : join(homeFolder(homedir), ".cache"), "strop");
}

const DONE = "complete";

/**
 * The folder that holds the official files of a data set.
 * @throws StropError `data.offline` when they are not there and cannot be had, `data.checksum` for other bytes than expected.
 */
export async function cachedDataset(name: DatasetName, options: CacheOptions = {}): Promise<string> {
  const folder = join(options.folder ?? cacheFolder(), "data", name);
  if (await isThere(join(folder, DONE))) return folder;
  await mkdir(folder, { recursive: true });
  for (const file of options.files ?? officialFiles[name]) {
    const isFetched = file.unpack === undefined && (await isThere(join(folder, file.name)));
    if (isFetched) continue;
    options.onFetch?.(file);
    await keep(folder, file, await download(name, file, options));
  }
  await writeWhole(join(folder, DONE), new Uint8Array());
  return folder;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "ENOENT") return false;
      throw thrown;
    },
  );

async function download(name: DatasetName, file: OfficialFile, options: CacheOptions): Promise<Uint8Array> {
  const problems: string[] = [];
  for (const url of file.urls) {
    try {
      const bytes = await fetchBytes(url, file.bytes, options);
      requireChecksum(bytes, file, url);
      return bytes;
    } catch (thrown) {
      options.signal?.throwIfAborted();
      if (thrown instanceof StropError && thrown.code === "data.checksum") throw thrown;
      problems.push(`${new URL(url).host}: ${messageOf(thrown)}${causeOf(thrown)}`);
    }
  }
  throw new StropError("data.offline", `expected ${file.name} of ${name} to be fetched, found ${problems.join("; ")}`, {
    hint: "try again with a network, give a folder that holds the official files with --data, or use --sample (MNIST only)",
  });
}

const causeOf = (thrown: unknown): string =>
  thrown instanceof Error && thrown.cause !== undefined ? ` (${messageOf(thrown.cause)})` : "";

/** Never more than `most` bytes, whatever the server sends. */
async function fetchBytes(url: string, most: number, { fetch = globalThis.fetch, signal }: CacheOptions) {
  const response = await fetch(url, signal === undefined ? {} : { signal });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const bytes = new Uint8Array(most);
  let length = 0;
  for await (const chunk of response.body) {
    if (length + chunk.length > most) throw new Error(`more than the ${most} bytes that it should be`);
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}

function requireChecksum(bytes: Uint8Array, { name, sha256 }: OfficialFile, url: string): void {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256) return;
  throw new StropError("data.checksum", `expected ${name} with SHA-256 ${sha256}, found ${found} at ${url}`, {
    hint: "the file at that address is another one, or was changed on the way; nothing of it was kept",
  });
}

async function keep(folder: string, file: OfficialFile, bytes: Uint8Array): Promise<void> {
  const { unpack } = file;
  if (unpack === undefined) return writeWhole(join(folder, file.name), bytes);
  const entries = unpack.kind === "zip" ? zipEntries(bytes, file.name) : tarEntries(gunzipSync(bytes), file.name);
  for (const entry of entries.filter(({ name }) => unpack.wanted.test(name)))
    await writeWhole(join(folder, basename(entry.name)), entry.bytes());
}

/** Beside its place first, so that a kill leaves no half of a file that looks whole. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  try {
    await writeFile(beside, bytes);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
