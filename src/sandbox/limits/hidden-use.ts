/**
 * What a job can hold without any process showing it: a deleted file of which one page is mapped, open files of a process
 * that nobody may look into, shared memory that was let go of but not unmapped. None of it can be counted, so it is
 * inferred: the machine as a whole has lost more than the job may use, and one of the job's processes is hiding something.
 */
import { readFileSync, readdirSync, statfsSync } from "node:fs";

import { megabytes } from "../../core/figures.ts";
import { type ProcessUse, startTimeOf } from "../processes/process-tree.ts";
import type { KillReason } from "../types.ts";

/** Why a job is to be ended. */
export type Excess = readonly [KillReason, string];

/** Of the memory: less than this is about to end with the kernel choosing whom to kill, and it does not see what is hidden. */
const SHORT_SHARE = 1 / 8;

const INTERVAL_MS = 200;

/**
 * Says when the machine runs short of memory, its shared memory has grown by more than a job may use, and the job has some.
 * `shortShare`: what counts as short, for tests.
 */
export function watchHiddenMemory(
  limitBytes: number,
  shortShare = SHORT_SHARE,
): (tree: readonly ProcessUse[]) => Excess | undefined {
  const before = readMachine().sharedBytes;
  let nextAt = 0;
  return (tree) => {
    if (performance.now() < nextAt) return undefined;
    nextAt = performance.now() + INTERVAL_MS;
    const { sharedBytes, availableShare } = readMachine();
    const grownBytes = sharedBytes - before;
    if (availableShare > shortShare || grownBytes <= limitBytes) return undefined;
    if (!tree.some(({ pid }) => (mappings(pid) ?? SHARED).includes(SHARED))) return undefined;
    return [
      "memory",
      `hid shared memory while the machine ran short: ${megabytes(grownBytes)} more of it, ${megabytes(limitBytes)} are allowed`,
    ];
  };
}

/** Bytes of shared memory, mapped or not; and the share of all memory, 0 to 1, that can still be had. */
function readMachine(): { readonly sharedBytes: number; readonly availableShare: number } {
  const text = tryOr("", () => readFileSync("/proc/meminfo", "latin1"));
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const total = bytes("MemTotal");
  return { sharedBytes: bytes("Shmem"), availableShare: total === 0 ? 1 : bytes("MemAvailable") / total };
}

/** How the kernel names memory that is shared without a file. */
const SHARED = " /dev/zero (deleted)\n";
/** A deleted file that is mapped, of a disk: what it names otherwise lies in memory. */
const DELETED = / \/(?!dev\/|tmp\/|memfd:|SYSV).* \(deleted\)$/m;

/** Whether a process maps a deleted file, or lets nobody see what it has open. */
export const hidesFiles = (pids: readonly number[]): boolean =>
  pids.some((pid) => {
    const mapped = mappings(pid);
    return mapped === undefined || DELETED.test(mapped) || isClosed(pid);
  });

/** Bytes that are free on the disk of `folder`; Infinity where it cannot be told. */
export const freeBytes = (folder: string): number =>
  tryOr(Infinity, () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  });

/** What a process has mapped; undefined where it is not shown, "" when the process is gone. */
const mappings = (pid: number): string | undefined =>
  unlessRefused("", () => readFileSync(`/proc/${pid}/maps`, "latin1"));

/** Of what has ended and was not waited for nothing can be seen, and nothing is left. */
const isClosed = (pid: number): boolean =>
  unlessRefused([], () => readdirSync(`/proc/${pid}/fd`)) === undefined && startTimeOf(pid) !== undefined;

function unlessRefused<T>(otherwise: T, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "EACCES" || code === "EPERM" ? undefined : otherwise;
  }
}

function tryOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
