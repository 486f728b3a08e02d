/**
 * One command job: inside bubblewrap, or unconfined in tier `none`.
 */
import { lstatSync, mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, sep } from "node:path";

import { StropError, messageOf } from "../core/errors.ts";
import type { Guardian } from "./processes/guardian.ts";
import { type BubblewrapTools, launchBubblewrap } from "./bubblewrap/launch-bubblewrap.ts";
import { launchPlain } from "./launch-plain.ts";
import { neverRan } from "./never-ran.ts";
import { type Ending, describeExit, supervise } from "./limits/supervise.ts";
import type { CommandJob, Execution } from "./types.ts";

export function runConfinedCommand(job: CommandJob, tools: BubblewrapTools, mark: string): Execution {
  const workFolder = realpathSync(job.workFolder);
  const readOnly = job.readOnly.map(({ host, inside }) => ({ host: present(host), inside }));
  for (const { host, inside } of readOnly) {
    const obstacle = prepareMountPoint(workFolder, inside, statSync(host).isDirectory());
    if (obstacle !== undefined) return refused(obstacle);
  }
  const launched = launchBubblewrap(tools, { ...job, workFolder, readOnly, stdin: "ignore", mark });
  return supervise(launched, { job, workFolder, onExit: endOfShell });
}

/** Tier `none`. Read-only paths become links: nothing protects what they lead to. */
export function runUnconfinedCommand(job: CommandJob, guardian: Guardian, mark: string): Execution {
  const workFolder = realpathSync(job.workFolder);
  for (const { host, inside } of job.readOnly) {
    const target = join(workFolder, inside);
    if (inside === host) continue;
    if (inside.startsWith(sep)) return refused(`${inside} cannot be shown without bubblewrap`);
    mkdirSync(dirname(target), { recursive: true });
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) symlinkSync(present(host), target);
  }
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: workFolder,
    TMPDIR: workFolder,
    LANG: "C.UTF-8",
    ...job.env,
  };
  const launched = launchPlain({ argv: job.argv, env, workFolder, stdin: "ignore", mark, mayFork: true }, guardian);
  return supervise(launched, { job, workFolder });
}

/** A disk may have been unmounted since the config was read. */
function present(host: string): string {
  try {
    return realpathSync(host);
  } catch (cause) {
    throw new StropError(
      "sandbox.missing-mount",
      `expected ${host}, which a command is to be shown, found: ${messageOf(cause)}`,
      {
        hint: "Bring it back, or take it out of `mounts`; then run strop again.",
        cause,
      },
    );
  }
}

/**
 * Makes the place inside the work folder where a read-only path will appear. bubblewrap would follow a link that an
 * earlier program planted there. Returns what stands in the way, if anything.
 */
function prepareMountPoint(workFolder: string, inside: string, isFolder: boolean): string | undefined {
  if (inside.startsWith("/")) return undefined;
  const parts = inside.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return `${inside} leads out of the work folder`;
  let path = workFolder;
  for (const [i, part] of parts.entries()) {
    path = join(path, part);
    const needsFolder = isFolder || i < parts.length - 1;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined && needsFolder) mkdirSync(path);
    else if (stat === undefined) writeFileSync(path, "", { flag: "wx" });
    else if (needsFolder ? !stat.isDirectory() : !stat.isFile()) return `${inside} is occupied in the work folder`;
  }
  return undefined;
}

/** bubblewrap reports a program that ended by signal n as exit code 128 + n. */
function endOfShell(exitCode: number | null, signal: string | null): Ending {
  const signals = Object.entries(constants.signals);
  const inside = signals.find(([, number]) => exitCode === 128 + number)?.[0];
  return inside === undefined ? describeExit(exitCode, signal) : describeExit(null, inside);
}

function refused(reason: string): Execution {
  return {
    result: Promise.resolve(neverRan(126, reason)),
    usage: () => ({ wallSeconds: 0, cpuSeconds: 0, memoryBytes: 0 }),
  };
}
