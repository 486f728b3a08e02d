/**
 * Measures a running job every few dozen milliseconds and says when it is over a limit. Kernel limits (seccomp.ts,
 * resource-limits.ts) are the second line: they hold when this process is too busy to look.
 */
import { megabytes } from "../../core/figures.ts";
import { type ProcessUse, processTree } from "../processes/process-tree.ts";
import { watchDisk } from "./disk-watch.ts";
import { type Excess, watchHiddenMemory } from "./hidden-use.ts";
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
/**
 * What a command uses after the last look is not counted, as nothing is left of it then to be looked at: so that this is a small
 * part of the whole, a young one is looked at more often, after this share of the time that it has run.
 */
const YOUNG_SHARE = 0.1;

/** Starts measuring the tree below `pid`; what it used before this moment is not charged. */
export function watch(pid: number, options: WatchOptions): Watchdog {
  const startedAt = performance.now();
  const cpu = createCpuMeter();
  const cpuBefore = cpu(processTree(pid));
  const disk = options.workFolder === undefined ? undefined : watchDisk(options.workFolder, options);
  // A module maps nothing by itself.
  const hidden = options.workFolder === undefined ? undefined : watchHiddenMemory(options.limits.memoryBytes);
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
  const isPaced = process.platform === "linux" && options.workFolder !== undefined;
  const intervalMs = () => {
    const longestMs = memoryBytes > options.limits.memoryBytes / 2 ? CLOSE_INTERVAL_MS : INTERVAL_MS;
    const paceMs = Math.max(FRESH_MS, YOUNG_SHARE * (performance.now() - startedAt));
    return isPaced ? Math.min(longestMs, paceMs) : longestMs;
  };
  const look = () => {
    const tree = measure();
    const excess =
      memoryExcess(memoryBytes, options.limits) ?? processExcess(tree, options) ?? disk?.(tree) ?? hidden?.(tree);
    if (excess !== undefined) options.onExceeded(...excess);
    timer = setTimeout(look, intervalMs());
  };
  timer = setTimeout(look, Math.min(CLOSE_INTERVAL_MS, intervalMs()));
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
