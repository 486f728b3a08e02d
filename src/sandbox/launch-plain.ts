/**
 * Starts a process in its own session without confining it: Deno confines its program itself, and tier `none` does
 * not confine. The whole process group dies at the end, and so does every process that carries its mark.
 */
import type { Guardian } from "./processes/guardian.ts";
import { MARK, killIfAlive, killMarked } from "./processes/orphans.ts";
import { spawnClean } from "./processes/spawn-clean.ts";
import type { Launched } from "./limits/supervise.ts";
import { until } from "./processes/until.ts";

export interface PlainLaunch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workFolder: string;
  readonly stdin: "pipe" | "ignore";
  /** Marks its processes, see orphans.ts. */
  readonly mark: string;
  /** Also hunt for descendants that left the process group; costs a look at every process of the machine. */
  readonly mayFork: boolean;
}

let launches = 0;

export function launchPlain(launch: PlainLaunch, guardian: Guardian): Launched {
  // Begins with the mark, by which all of a strop's are found; with an end of its own, as others run beside it.
  const mark = `${launch.mark}/${launches++}/`;
  guardian.start();
  const child = spawnClean(launch.argv, {
    cwd: launch.workFolder,
    env: { ...launch.env, [MARK]: mark },
    stdio: [launch.stdin, "pipe", "pipe"],
  });
  const group = child.pid;
  if (group !== undefined) guardian.add(group);
  const kill = () => {
    if (group !== undefined) killIfAlive(-group);
    if (launch.mayFork) killMarked(mark);
  };
  return {
    child,
    overheadProcesses: 0,
    kill,
    async gone() {
      if (group === undefined) return;
      await until(() => !isAlive(-group));
      guardian.remove(group);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
