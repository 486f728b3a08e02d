/**
 * Starts one process inside bubblewrap, as an ordinary user or, from root, as nobody. All options travel on a file
 * descriptor, so no other user of the machine sees them. The sandbox dies with strop, whatever ends strop.
 */
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { StropError } from "../../core/errors.ts";
import { asNobody, giveToNobody } from "./as-nobody.ts";
import { HOSTS, bubblewrapArguments, type Profile } from "./bubblewrap-arguments.ts";
import { MARK, killIfAlive } from "../processes/orphans.ts";
import { childrenOf, startTimeOf } from "../processes/process-tree.ts";
import { prlimitCommand } from "../limits/resource-limits.ts";
import { seccompFilter } from "./seccomp.ts";
import { spawnClean } from "../processes/spawn-clean.ts";
import type { Launched } from "../limits/supervise.ts";
import type { Limits } from "../types.ts";
import { until } from "../processes/until.ts";

/** Absolute paths. The last two are needed by root only. */
export interface BubblewrapTools {
  readonly bwrap: string;
  readonly prlimit: string;
  readonly setpriv: string | undefined;
  readonly unshare: string | undefined;
}

export interface BubblewrapLaunch extends Pick<Profile, "workFolder" | "knownAs" | "readOnly" | "devices" | "env"> {
  readonly argv: readonly string[];
  readonly stdin: "pipe" | "ignore";
  readonly limits: Limits;
  readonly mark: string;
}

const [SECCOMP_FD, OPTIONS_FD, INFO_FD, HOSTS_FD] = [3, 4, 5, 6];
/** bubblewrap outside of the sandbox, and its init inside. */
const OVERHEAD_PROCESSES = 2;

export function launchBubblewrap(tools: BubblewrapTools, launch: BubblewrapLaunch): Launched {
  const { prefix, path } = dropRoot(tools, launch);
  const filter = seccompFilter(process.arch);
  const options = bubblewrapArguments({
    workFolder: launch.workFolder === undefined ? undefined : path(launch.workFolder),
    knownAs: launch.knownAs,
    readOnly: launch.readOnly.map(({ host, inside }) => ({ host: path(host), inside })),
    devices: launch.devices,
    env: launch.env,
    temporaryBytes: Math.floor(Math.min(launch.limits.diskBytes, launch.limits.memoryBytes / 2)),
    seccompFd: filter === undefined ? undefined : SECCOMP_FD,
    infoFd: INFO_FD,
    hostsFd: HOSTS_FD,
  });
  // A zero byte ends an option: what follows it would be one, too, such as a folder of the host to write to.
  if (options.some((option) => option.includes("\0"))) throw zeroByte();
  const limited = [...prlimitCommand(tools.prlimit, launch.limits, true), ...launch.argv];
  const child = spawnClean([...prefix, tools.bwrap, "--args", String(OPTIONS_FD), "--", ...limited], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", [MARK]: launch.mark },
    stdio: [launch.stdin, "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  feed(child, SECCOMP_FD, filter ?? "");
  feed(child, HOSTS_FD, HOSTS);
  feed(child, OPTIONS_FD, options.map((option) => `${option}\0`).join(""));
  return endable(child);
}

const zeroByte = (): StropError =>
  new StropError("sandbox.zero-byte", "expected variables and paths without zero bytes, found one", {
    hint: "Correct `env` and `mounts` in the config.",
  });

function dropRoot(tools: BubblewrapTools, launch: BubblewrapLaunch): ReturnType<typeof asNobody> {
  const { setpriv, unshare } = tools;
  if (process.getuid?.() !== 0 || setpriv === undefined || unshare === undefined)
    return { prefix: [], path: (host) => host };
  if (launch.workFolder !== undefined) giveToNobody(launch.workFolder);
  const hosts = [launch.workFolder, ...launch.readOnly.map(({ host }) => host)].filter((host) => host !== undefined);
  return asNobody({ setpriv, unshare }, hosts);
}

function feed(child: ChildProcess, descriptor: number, content: Buffer | string): void {
  const pipe = child.stdio[descriptor] as Writable;
  // A bubblewrap that ended before it read its options has said why on stderr.
  pipe.on("error", () => {});
  pipe.end(content);
}

function endable(child: ChildProcess): Launched {
  let init: { pid: number; startTime: string | undefined } | undefined;
  (child.stdio[INFO_FD] as Readable | undefined)?.on("data", (text: Buffer) => {
    const pid = Number(/"child-pid":\s*(\d+)/.exec(text.toString())?.[1] ?? 0);
    if (pid > 0) init = { pid, startTime: startTimeOf(pid) };
  });
  const isInitAlive = () =>
    init !== undefined && init.startTime !== undefined && startTimeOf(init.pid) === init.startTime;
  return {
    child,
    overheadProcesses: OVERHEAD_PROCESSES,
    kill() {
      if (isInitAlive()) killIfAlive(init?.pid ?? 0);
      // With its init gone, the outer bubblewrap reaps it and ends by itself.
      if (init !== undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      // Its init may not have been told yet to die with it: stop it, end its children, then end it.
      child.kill("SIGSTOP");
      for (const pid of childrenOf(child.pid)) killIfAlive(pid);
      child.kill("SIGKILL");
    },
    // The first process of a pid namespace ends after all others in it.
    gone: () => until(() => !isInitAlive()),
  };
}
