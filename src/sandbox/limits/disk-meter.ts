/**
 * How much a job has written, measured from outside while it runs. Hostile folders are expected: names that are not
 * text, links, millions of files, folders too deep or locked to be read. What cannot be read counts as too much.
 */
import { lstatSync, readdirSync, statSync, statfsSync } from "node:fs";

export interface DiskUse {
  readonly bytes: number;
  readonly files: number;
  /** Why it could not be measured to the end; such a folder is over any limit. */
  readonly unreadable: string | undefined;
}

/** Bytes on disk (holes do not count) and entries below `folder`; stops counting at `maxFiles`. */
export function folderUse(folder: string, maxFiles: number): DiskUse {
  const open: Buffer[] = [Buffer.from(folder)];
  let [bytes, files] = [0, 0];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    try {
      for (const name of readdirSync(current, { encoding: "buffer" })) {
        if (++files > maxFiles) return { bytes, files, unreadable: undefined };
        const path = Buffer.concat([current, Buffer.from("/"), name]);
        const stat = lstatSync(path, { throwIfNoEntry: false });
        bytes += 512 * (stat?.blocks ?? 0);
        if (stat?.isDirectory() === true) open.push(path);
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
      if (code !== "ENOENT") return { bytes, files, unreadable: code };
    }
  }
  return { bytes, files, unreadable: undefined };
}

/** Bytes of files that were deleted but are still held open by the processes: invisible to a walk of the folder. */
export function deletedBytes(pids: readonly number[], folder: string): number {
  const device = tryOr(undefined, () => statSync(folder).dev);
  const seen = new Map<number, number>();
  for (const pid of pids) {
    for (const descriptor of tryOr([], () => readdirSync(`/proc/${pid}/fd`))) {
      const stat = tryOr(undefined, () => statSync(`/proc/${pid}/fd/${descriptor}`));
      if (stat?.isFile() === true && stat.nlink === 0 && stat.dev === device) seen.set(stat.ino, 512 * stat.blocks);
    }
  }
  return [...seen.values()].reduce((sum, size) => sum + size, 0);
}

/** Files in a sandbox's own /tmp and /dev/shm, seen through the root of one of its processes. */
export const temporaryFiles = (pid: number): number =>
  ["tmp", "dev/shm"].reduce((sum, folder) => {
    const use = tryOr(undefined, () => statfsSync(`/proc/${pid}/root/${folder}`));
    return sum + (use === undefined ? 0 : use.files - use.ffree);
  }, 0);

/** The processes end and close their files while they are looked at; what is gone uses nothing. */
function tryOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
