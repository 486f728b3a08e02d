/**
 * `spawn` for untrusted programs: they get the descriptors that are meant for them and no other. Node marks
 * what it opens, and the first few that it was started with, as closed on exec; higher ones (a shell's, an editor's) not.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { openSync, readFileSync, readdirSync } from "node:fs";

import { StropError } from "../../core/errors.ts";

export interface CleanSpawnOptions extends Omit<SpawnOptions, "stdio"> {
  readonly stdio: readonly ("pipe" | "ignore")[];
}

/**
 * The child leads a session of its own: no signal meant for strop's terminal or group reaches it. Throws StropError
 * `sandbox.too-many-files` where there is no descriptor left for its streams.
 */
export function spawnClean(argv: readonly string[], options: CleanSpawnOptions): ChildProcess {
  const [command = "", ...args] = argv;
  const stdio: ("pipe" | "ignore" | number)[] = [...options.stdio];
  for (const descriptor of inherited()) {
    if (descriptor < options.stdio.length) continue;
    while (stdio.length < descriptor) stdio.push("ignore");
    stdio[descriptor] = nothing();
  }
  const child = spawn(command, args, { ...options, stdio, detached: true });
  // Node leaves a process without streams where it has no descriptor left: nothing that the program did.
  if ((child.stdio as unknown) === undefined) throw outOfDescriptors();
  return child;
}

const outOfDescriptors = (): StropError =>
  new StropError("sandbox.too-many-files", "expected to start a program, found as many files open as strop may have", {
    hint: "Raise the limit in this shell, such as with ulimit -n 1024, or run fewer trials at a time with --parallel.",
  });

const CLOSE_ON_EXEC = 0o2000000;
let cachedInherited: readonly number[] | undefined;
let cachedNothing: number | undefined;

/** Descriptors that this process was started with and would hand on. They do not change. Linux only. */
function inherited(): readonly number[] {
  if (process.platform !== "linux") return [];
  cachedInherited ??= readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isHandedOn(descriptor));
  return cachedInherited;
}

function isHandedOn(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch (error) {
    // The listing's own descriptor is gone by now.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function nothing(): number {
  cachedNothing ??= openSync("/dev/null", "r");
  return cachedNothing;
}
