/**
 * Kernel limits around one process, by `prlimit`: the second line behind the watchdog. RLIMIT_AS is left alone, because
 * V8 and WebAssembly reserve far more address space than they use.
 */
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";

import type { Limits } from "../types.ts";

/** Private memory that one process may reserve beyond the job's memory limit; V8 needs about 0.7 GB to start. */
const RESERVE_BYTES = 1024 ** 3;
/** Threads count as processes here (setrlimit(2)); numerical libraries start one per core and more. */
const TASKS_PER_PROCESS = 16;
const SPARE_TASKS = 64;
const OPEN_FILES = 512;

/** Arguments that put `prlimit` before a command. `inNamespace`: tasks are counted for the sandbox alone. */
export function prlimitCommand(prlimit: string, limits: Limits, inNamespace: boolean): string[] {
  const tasks = SPARE_TASKS + TASKS_PER_PROCESS * limits.processes;
  return [
    prlimit,
    "--core=0",
    `--data=${atMost("data size", Math.ceil(limits.memoryBytes) + RESERVE_BYTES)}`,
    `--nofile=${atMost("open files", OPEN_FILES)}`,
    `--fsize=${atMost("file size", Math.ceil(limits.diskBytes))}`,
    ...(inNamespace && countsTasksPerNamespace() ? [`--nproc=${atMost("processes", tasks)}`] : []),
    "--",
  ];
}

/** Nobody may raise what `ulimit` has lowered: a limit that strop itself has stays where it is. */
const atMost = (limit: string, wanted: number): number => Math.min(wanted, ownLimits().get(limit) ?? Infinity);

let cachedLimits: ReadonlyMap<string, number> | undefined;

/** The hard limits of this process by the kernel's names for them; none known outside of Linux. */
function ownLimits(): ReadonlyMap<string, number> {
  const file = "/proc/self/limits";
  const text = cachedLimits === undefined && existsSync(file) ? readFileSync(file, "latin1") : "";
  const rows = [...text.matchAll(/^Max (.+?) {2,}\S+ +(\d+)/gm)];
  cachedLimits ??= new Map(rows.map(([, name = "", hard]) => [name, Number(hard)]));
  return cachedLimits;
}

/** Before Linux 5.14 RLIMIT_NPROC counted the user's processes on the whole machine. */
function countsTasksPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}
