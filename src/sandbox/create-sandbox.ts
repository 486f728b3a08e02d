/**
 * Puts one tier together from the tools of this machine. Believes that the tools work; whether they do is found out
 * by probe-tiers.ts.
 */
import { randomUUID } from "node:crypto";

import { StropError } from "../core/errors.ts";
import { DENO_ENVIRONMENT, denoCommand, readLoader } from "./deno/deno-command.ts";
import { createDenoPool } from "./deno/deno-pool.ts";
import { findDeno, findProgram } from "./find-program.ts";
import { createGuardian, type Guardian } from "./processes/guardian.ts";
import { type BubblewrapTools, launchBubblewrap } from "./bubblewrap/launch-bubblewrap.ts";
import { launchPlain } from "./launch-plain.ts";
import { reapOrphans, recordOwner } from "./processes/orphans.ts";
import { prlimitCommand } from "./limits/resource-limits.ts";
import { runConfinedCommand, runUnconfinedCommand } from "./run-command.ts";
import { runModule } from "./deno/run-module.ts";
import type { Launched } from "./limits/supervise.ts";
import type { CommandJob, Execution, Limits, ModuleExecution, ModuleJob, Sandbox, Tier } from "./types.ts";

/** What this machine has: absolute paths, and the loader. */
export interface Tools {
  readonly deno: string | undefined;
  /** What Deno runs, see deno-command.ts. */
  readonly loader: string;
  readonly bubblewrap: BubblewrapTools | undefined;
  readonly prlimit: string | undefined;
}

export interface CreateOptions {
  /** Deno loaders kept started and waiting; default 1. */
  readonly spares?: number;
  /** File of this task alone: what a killed strop left running is ended, and this process is recorded in its place. */
  readonly recordFile?: string;
}

export async function findTools(): Promise<Tools> {
  const [bwrap, prlimit, setpriv, unshare] = ["bwrap", "prlimit", "setpriv", "unshare"].map(findProgram);
  const bubblewrap = bwrap === undefined || prlimit === undefined ? undefined : { bwrap, prlimit, setpriv, unshare };
  return { deno: findDeno(), loader: await readLoader(), bubblewrap, prlimit };
}

export function createSandbox(tier: Tier, tools: Tools, options: CreateOptions = {}): Sandbox {
  const mark = randomUUID();
  if (options.recordFile !== undefined) {
    reapOrphans(options.recordFile);
    recordOwner(options.recordFile, mark);
  }
  const guardian = createGuardian(mark);
  const pool = createDenoPool(options.spares ?? 1, (memoryBytes) =>
    launchDeno(memoryBytes, { tier, tools, mark, guardian }),
  );
  const running = new Map<Execution, AbortController>();
  /** Jobs that have returned and whose processes are not gone yet. */
  const leaving = new Set<Promise<unknown>>();

  const track = <E extends Execution>(job: CommandJob | ModuleJob, start: (signal: AbortSignal) => E): E => {
    const closing = new AbortController();
    const execution = start(job.signal === undefined ? closing.signal : AbortSignal.any([job.signal, closing.signal]));
    running.set(execution, closing);
    void execution.result.then(() => running.delete(execution));
    return execution;
  };
  const module = (job: ModuleJob): ModuleExecution => {
    const execution = track(job, (signal) =>
      runModule({ ...job, signal }, pool.take(job.limits.memoryBytes), [...leaving]),
    );
    void execution.returned.then(() => leaving.add(execution.result));
    void execution.returned.then(({ killed }) => killed ?? pool.refill(job.limits.memoryBytes));
    void execution.result.then(() => leaving.delete(execution.result));
    return execution;
  };
  return {
    tier,
    command: (job) => track(job, (signal) => runCommand({ ...job, signal }, { tier, tools, mark, guardian })),
    module,
    async close() {
      for (const closing of running.values()) closing.abort(new Error("the sandbox was closed"));
      await Promise.all([...running.keys()].map(({ result }) => result));
      await pool.close();
      guardian.close();
    },
  };
}

interface Place {
  readonly tier: Tier;
  readonly tools: Tools;
  readonly mark: string;
  readonly guardian: Guardian;
}

function runCommand(job: CommandJob, { tier, tools, mark, guardian }: Place): Execution {
  if (tier === "none") return runUnconfinedCommand(job, guardian, mark);
  if (tier === "deno" || tools.bubblewrap === undefined) {
    throw new StropError("sandbox.command-refused", `expected a tier that confines commands, found ${tier}`, {
      hint: "Install bubblewrap (strop doctor says how), or make the program a TypeScript module.",
    });
  }
  guardian.start();
  return runConfinedCommand(job, tools.bubblewrap, mark);
}

function launchDeno(memoryBytes: number, { tier, tools, mark, guardian }: Place): Launched {
  const { deno, loader, bubblewrap, prlimit } = tools;
  if (deno === undefined) {
    throw new StropError(
      "sandbox.module-refused",
      "expected Deno's binary in node_modules, found none for this machine",
      {
        hint: "Run npm install without --omit=optional.",
      },
    );
  }
  if (tier === "bubblewrap+deno" && bubblewrap !== undefined) {
    const inside = "/deno";
    guardian.start();
    return launchBubblewrap(bubblewrap, {
      argv: denoCommand(inside, loader, memoryBytes),
      env: DENO_ENVIRONMENT,
      stdin: "pipe",
      mark,
      workFolder: undefined,
      readOnly: [{ host: deno, inside }],
      limits: loaderLimits(memoryBytes),
    });
  }
  const limited = prlimit === undefined ? [] : prlimitCommand(prlimit, loaderLimits(memoryBytes), false);
  const argv = [...limited, ...denoCommand(deno, loader, memoryBytes)];
  return launchPlain({ argv, env: DENO_ENVIRONMENT, workFolder: "/", stdin: "pipe", mark, mayFork: false }, guardian);
}

/** What the kernel enforces on a loader, which is started before its job's other limits are known. */
const loaderLimits = (memoryBytes: number): Limits => ({
  wallSeconds: Infinity,
  memoryBytes,
  processes: 1,
  outputBytes: Infinity,
  diskBytes: 1024 * 1024,
});
