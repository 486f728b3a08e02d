/**
 * Looks now and then at what a running job has written, and says when it is too much. A walk of the folder takes long where
 * a program wants it to, so the disk itself is asked at every look, which costs nothing, whether a walk is due at once.
 */
import { megabytes } from "../../core/figures.ts";
import type { ProcessUse } from "../processes/process-tree.ts";
import { deletedBytes, folderUse, temporaryFiles } from "./disk-meter.ts";
import { type Excess, freeBytes, hidesFiles } from "./hidden-use.ts";
import type { Limits } from "../types.ts";

/** A walk of the work folder may take this share of the time, and ten times as much while the disk fills. */
const WALK_SHARE = 0.05;
const INTERVAL_MS = 200;
/** Of the limit: when the disk has lost this much since the last walk, another is due. */
const LOST_SHARE = 0.25;

/** Files that a job may add to its work folder: one per 16 kB of its disk limit, 256 to 10,000. */
const fileLimit = (diskBytes: number): number => Math.min(10_000, Math.max(256, Math.floor(diskBytes / 16_384)));

/** What was in `folder` before is not charged. */
export function watchDisk(
  folder: string,
  { limits, overheadProcesses }: { readonly limits: Limits; readonly overheadProcesses: number },
): (tree: readonly ProcessUse[]) => Excess | undefined {
  const allowedFiles = fileLimit(limits.diskBytes);
  const before = folderUse(folder, Infinity);
  const freeBefore = freeBytes(folder);
  let [nextAt, soonAt, freeAtWalk] = [0, 0, freeBefore];
  return (tree) => {
    const startedAt = performance.now();
    const free = freeBytes(folder);
    const isFilling = freeAtWalk - free > LOST_SHARE * limits.diskBytes;
    if (startedAt < (isFilling ? soonAt : nextAt)) return undefined;
    freeAtWalk = free;
    const now = folderUse(folder, before.files + allowedFiles);
    const pids = tree.map(({ pid }) => pid);
    const bytes = now.bytes - before.bytes + deletedBytes(pids, folder);
    // Those of the tree that have certainly left the host's root behind.
    const payload = pids.slice(overheadProcesses);
    const [first] = overheadProcesses > 0 ? payload : [];
    const files = now.files - before.files + (first === undefined ? 0 : temporaryFiles(first));
    const walkMs = (performance.now() - startedAt) / WALK_SHARE;
    [soonAt, nextAt] = [startedAt + walkMs / 10, startedAt + Math.max(INTERVAL_MS, walkMs)];
    if (now.unreadable !== undefined) return ["disk", `left a folder that cannot be measured (${now.unreadable})`];
    if (files > allowedFiles) return ["disk", `wrote more than ${allowedFiles} files`];
    const allowed = megabytes(limits.diskBytes);
    if (bytes > limits.diskBytes) return ["disk", `wrote ${megabytes(bytes)} of ${allowed} disk`];
    const lost = freeBefore - free;
    return lost > limits.diskBytes && hidesFiles(payload)
      ? ["disk", `hid what it wrote, while the disk lost ${megabytes(lost)}; ${allowed} are allowed`]
      : undefined;
  };
}
