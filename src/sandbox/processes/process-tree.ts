/**
 * What a tree of processes uses, read from outside: /proc on Linux, `ps` elsewhere. Memory is all that belongs to the
 * processes and is not a file's: shared mappings count and mapped files do not. Nothing the processes say is asked for.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

export interface ProcessUse {
  readonly pid: number;
  /** Distinguishes two processes that had the same pid one after the other. */
  readonly startTime: string;
  readonly memoryBytes: number;
  /** Its own seconds, and those of its children that ended and were waited for. */
  readonly cpuSeconds: number;
  readonly childrenCpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

/** Every live process of the tree below and including `root`; empty when it is gone. */
export const processTree = (root: number): ProcessUse[] =>
  process.platform === "linux" ? linuxTree(root) : psTree(root);

function linuxTree(root: number): ProcessUse[] {
  const found: ProcessUse[] = [];
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    const threads = threadsOf(pid);
    const use = linuxProcess(pid, threads);
    if (use === undefined) continue;
    found.push(use);
    queue.push(...childrenOfThreads(threads));
  }
  return found;
}

/** Pids of the direct children, of all threads. */
export const childrenOf = (pid: number): number[] => childrenOfThreads(threadsOf(pid));

const threadsOf = (pid: number): string[] => ifAlive(() => readdirSync(`/proc/${pid}/task`)) ?? [];

const childrenOfThreads = (threads: readonly string[]): number[] =>
  threads.flatMap((thread) => (ofThread(thread, "children") ?? "").split(" ").filter(Boolean).map(Number));

/**
 * A thread is looked at by its own name in /proc, not below its process: there, whoever reaps the process on a busy machine
 * spins until the last of its threads has been given a turn to forget what was looked at, which was 0.1 s of strop's time
 * after each trial (bench/engine).
 */
const ofThread = (thread: string, file: string): string | undefined =>
  ifAlive(() => readFileSync(`/proc/${thread}/task/${thread}/${file}`, "utf8"));

function linuxProcess(pid: number, threads: readonly string[]): ProcessUse | undefined {
  const fields = statFields(pid);
  const status = ifAlive(() => readFileSync(`/proc/${pid}/status`, "utf8"));
  if (fields === undefined || status === undefined) return undefined;
  return {
    pid,
    startTime: fields[19] ?? "",
    memoryBytes: memoryOf(status),
    cpuSeconds: Math.max((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, threadSeconds(threads)),
    childrenCpuSeconds: (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND,
  };
}

/**
 * Bytes by the text of /proc/PID/status. Page tables count, as a program that only reads has one for every 2 MB of zeros
 * that it has looked at; and what it has pushed out to the disk.
 */
export function memoryOf(status: string): number {
  const kilobytes = [...status.matchAll(/^(?:RssAnon|RssShmem|VmPTE|VmSwap):\s+(\d+) kB$/gm)];
  return 1024 * kilobytes.reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * The living threads' time, to the nanosecond; 0 where the kernel does not tell. The process's own account has the threads
 * that ended, too, but loses up to two ticks of 10 ms, which is 4 % of a program that takes half a second.
 */
const threadSeconds = (threads: readonly string[]): number =>
  threads.reduce((sum, thread) => sum + Number(ofThread(thread, "schedstat")?.split(" ", 1)[0] ?? 0), 0) / 1e9;

/** Fields of /proc/PID/stat from the state on (proc(5) field 3); the name before it may contain anything. */
function statFields(pid: number): string[] | undefined {
  const stat = ifAlive(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** When the process started, in the kernel's ticks since boot; undefined when it is gone or a zombie. */
export function startTimeOf(pid: number): string | undefined {
  const fields = statFields(pid);
  return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** As `processTree`, from what `ps` prints; only `pid`, memory and CPU are known. */
export function psTree(root: number): ProcessUse[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,time="], { encoding: "latin1" });
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const inTree = new Set([String(root)]);
  // A child may be listed before its parent, so repeat until nothing is added.
  for (let before = 0; before !== inTree.size;) {
    before = inTree.size;
    for (const [pid, parent] of rows) if (pid !== undefined && inTree.has(parent ?? "")) inTree.add(pid);
  }
  return rows
    .filter(([pid]) => inTree.has(pid ?? ""))
    .map(([pid, , rss, time]) => ({
      pid: Number(pid),
      startTime: "",
      memoryBytes: 1024 * Number(rss),
      cpuSeconds: psSeconds(time ?? ""),
      childrenCpuSeconds: 0,
    }));
}

/** `[[days-]hours:]minutes:seconds` as ps prints it. */
function psSeconds(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  return (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + 86_400 * Number(days);
}

/** Undefined when the process ended while it was being read: that is what its absence means. */
function ifAlive<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw error;
  }
}
