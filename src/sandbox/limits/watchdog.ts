/**
 * Measures a running job every few dozen milliseconds and says when it is over a limit. Kernel limits (seccomp.ts,
 * resource-limits.ts) are the second line: they hold when this process is too busy to look.
 */
import { megabytes } from "../../core/figures.ts";
import { type ProcessUse, processTree } from "../processes/process-tree.ts";
import { deletedBytes, folderUse, temporaryFiles } from "./disk-meter.ts";
import type { KillReason, Limits, Usage } from "../types.ts";

export interface WatchOptions {
  readonly limits: Limits;
  /** Processes that belong to the sandbox itself and are not counted. */
  readonly overheadProcesses: number;
  /** The folder whose growth counts as disk use, if the job has one. */
  readonly workFolder: string | undefined;
  readonly onExceeded: (killed: KillReason, reason: string) => void;
}

export interface Watchdog {
  /** Measured now, unless that was done in the last `maxAgeMs`, 5 by default. Stays as it is when the watch has stopped. */
  usage(maxAgeMs?: number): Usage;
  peakMemoryBytes(): number;
  stop(): void;
}

const INTERVAL_MS = process.platform === "linux" ? 50 : 500;
const CLOSE_INTERVAL_MS = process.platform === "linux" ? 10 : 250;
const FRESH_MS = INTERVAL_MS / 10;
/** A walk of the work folder may take this share of the time. */
const DISK_SHARE = 0.05;
const DISK_INTERVAL_MS = 200;

/** Files that a job may add to its work folder: one per 16 kB of its disk limit, 256 to 10,000. */
const fileLimit = (diskBytes: number): number => Math.min(10_000, Math.max(256, Math.floor(diskBytes / 16_384)));

/** Starts measuring the tree below `pid`; what it used before this moment is not charged. */
export function watch(pid: number, options: WatchOptions): Watchdog {
  const startedAt = performance.now();
  const cpu = createCpuMeter();
  const cpuBefore = cpu(processTree(pid));
  const disk = options.workFolder === undefined ? undefined : createDiskMeter(options.workFolder, options);
  let [measuredAt, memoryBytes, peakMemoryBytes, cpuSeconds] = [-Infinity, 0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  let stoppedAt: number | undefined;

  const measure = () => {
    const tree = processTree(pid);
    measuredAt = performance.now();
    memoryBytes = tree.reduce((sum, each) => sum + each.memoryBytes, 0);
    peakMemoryBytes = Math.max(peakMemoryBytes, memoryBytes);
    cpuSeconds = Math.max(cpuSeconds, cpu(tree) - cpuBefore);
    return tree;
  };
  const look = () => {
    const tree = measure();
    const excess = memoryExcess(memoryBytes, options.limits) ?? processExcess(tree, options) ?? disk?.(tree);
    if (excess !== undefined) options.onExceeded(...excess);
    const isClose = memoryBytes > options.limits.memoryBytes / 2;
    timer = setTimeout(look, isClose ? CLOSE_INTERVAL_MS : INTERVAL_MS);
  };
  timer = setTimeout(look, CLOSE_INTERVAL_MS);
  return {
    usage(maxAgeMs = FRESH_MS) {
      if (timer !== undefined && performance.now() - measuredAt > maxAgeMs) measure();
      return { wallSeconds: ((stoppedAt ?? performance.now()) - startedAt) / 1000, cpuSeconds, memoryBytes };
    },
    peakMemoryBytes: () => peakMemoryBytes,
    stop() {
      stoppedAt ??= performance.now();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

type Excess = [KillReason, string];

function memoryExcess(used: number, { memoryBytes }: Limits): Excess | undefined {
  return used > memoryBytes ? ["memory", `used ${megabytes(used)} of ${megabytes(memoryBytes)} memory`] : undefined;
}

function processExcess(tree: readonly ProcessUse[], options: WatchOptions): Excess | undefined {
  const count = tree.length - options.overheadProcesses;
  const allowed = options.limits.processes;
  return count > allowed ? ["processes", `ran ${count} processes, ${allowed} are allowed`] : undefined;
}

/**
 * Total CPU seconds. A child's time shows up twice over its life, first as its own and then in its parent's
 * account; a program can avoid the second by not waiting, and the first by being quick. So both sums are kept, and the larger counts.
 */
function createCpuMeter(): (tree: readonly ProcessUse[]) => number {
  const everSeen = new Map<string, number>();
  return (tree) => {
    for (const each of tree) everSeen.set(`${each.pid}/${each.startTime}`, each.cpuSeconds);
    const own = [...everSeen.values()].reduce((sum, seconds) => sum + seconds, 0);
    const inherited = tree.reduce((sum, each) => sum + each.cpuSeconds + each.childrenCpuSeconds, 0);
    return Math.max(own, inherited);
  };
}

function createDiskMeter(
  folder: string,
  { limits, overheadProcesses }: WatchOptions,
): (tree: readonly ProcessUse[]) => Excess | undefined {
  const allowedFiles = fileLimit(limits.diskBytes);
  const before = folderUse(folder, Infinity);
  let nextAt = 0;
  return (tree) => {
    const startedAt = performance.now();
    if (startedAt < nextAt) return undefined;
    const now = folderUse(folder, before.files + allowedFiles);
    const pids = tree.map(({ pid }) => pid);
    const bytes = now.bytes - before.bytes + deletedBytes(pids, folder);
    // The first process of the tree that has certainly left the host's root behind.
    const payload = overheadProcesses > 0 ? pids[overheadProcesses] : undefined;
    const files = now.files - before.files + (payload === undefined ? 0 : temporaryFiles(payload));
    const tookMs = performance.now() - startedAt;
    nextAt = startedAt + Math.max(DISK_INTERVAL_MS, tookMs / DISK_SHARE);
    if (now.unreadable !== undefined) return ["disk", `left a folder that cannot be measured (${now.unreadable})`];
    if (files > allowedFiles) return ["disk", `wrote more than ${allowedFiles} files`];
    return bytes > limits.diskBytes
      ? ["disk", `wrote ${megabytes(bytes)} of ${megabytes(limits.diskBytes)} disk`]
      : undefined;
  };
}
