/** `strop run`: improve the program of a task until a stop condition, Ctrl-C or the end of the session's time. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Task } from "../../core/task.ts";
import { pinEnvironment } from "../../executor/context.ts";
import { localExecutor } from "../../executor/local.ts";
import type { RunState } from "../../journal/state.ts";
import { strictRule } from "../../judge/strict-rule.ts";
import { claimFolder } from "../../loop/claim-folder.ts";
import type { ClaimedFolder } from "../../loop/claim-folder.ts";
import { openRun } from "../../loop/open-run.ts";
import { research } from "../../loop/research.ts";
import { createProposer } from "../../propose/registry.ts";
import { openSandbox } from "../../sandbox/open.ts";
import type { Sandbox, Tier } from "../../sandbox/types.ts";
import { loadTask } from "../../workspace/load-task.ts";
import type { LoadedTask, TaskOverrides } from "../../workspace/load-task.ts";
import { programScope } from "../../workspace/program.ts";
import { createTypeChecker } from "../../workspace/type-check.ts";
import { printClosing } from "../closing.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { createProgress } from "../progress.ts";
import { bold, dim } from "../style.ts";
import { writeReport } from "../write-report.ts";

export interface RunOptions {
  readonly fresh?: boolean;
  /** Milliseconds. */
  readonly for?: number;
  readonly trials?: number;
  readonly target?: number;
  readonly hours?: number;
  readonly budget?: number;
  readonly parallel?: number;
  readonly seed?: number;
  readonly proposer?: string;
  readonly tier?: Tier;
  readonly unsafeNoSandbox?: boolean;
  readonly json?: boolean;
}

export async function runCommand(folder: string, options: RunOptions): Promise<number> {
  const loaded = await loadTask(folder, overridesOf(options));
  const claimed = await claimFolder(loaded.folder);
  try {
    const sandbox = await openSandbox({
      tier: options.unsafeNoSandbox === true ? "none" : (options.tier ?? "auto"),
      allowUnsafe: options.unsafeNoSandbox === true,
      needsCommands: needsCommands(loaded.task),
      tempFolder: claimed.tempFolder,
    });
    try {
      return await runIn(loaded, claimed, { sandbox, options });
    } finally {
      await sandbox.close();
    }
  } finally {
    await claimed.release();
  }
}

async function runIn(
  loaded: LoadedTask,
  claimed: ClaimedFolder,
  { sandbox, options }: { sandbox: Sandbox; options: RunOptions },
): Promise<number> {
  const now = () => Date.now();
  const run = await openRun(loaded, claimed, { fresh: options.fresh === true, tier: sandbox.tier, now });
  const interrupt = listenForInterrupt();
  const sessionMs = options.for ?? Number.POSITIVE_INFINITY;
  const progress = createProgress({ out: process.stderr, sessionMs, now: () => performance.now() });
  try {
    const opened = run.journal.state();
    if (opened !== null) greet(opened, run.resumed, loaded);
    if (opened !== null) progress.opened?.(opened, [...loaded.notes, ...run.notes]);
    const environment = pinEnvironment(loaded.folder, run.environment);
    const executor = localExecutor({ task: loaded.task, folder: loaded.folder, tempFolder: claimed.tempFolder, sandbox, environment });
    const state = await research({
      run,
      executor,
      proposer: createProposer(loaded.task.proposer),
      rule: strictRule,
      agenda: await readAgenda(loaded),
      inScope: programScope(loaded.task),
      types: await createTypeChecker(loaded.folder, claimed.tempFolder, run.program),
      observer: progress,
      signal: interrupt.signal,
      sessionMs,
      now,
    });
    progress.stop();
    const files = await writeReport(claimed.stropFolder, run.journal, state);
    printClosing({ state, files, taskFolder: loaded.folder, branch: run.git === null ? null : `strop/${run.run}`, json: options.json === true });
    return exitCode(state, interrupt.signal.aborted);
  } finally {
    progress.stop();
    interrupt.stop();
    run.journal.close();
  }
}

function exitCode(state: RunState, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  return state.champion !== null && state.champion.trial > 0 ? EXIT.done : EXIT.nothingImproved;
}

function overridesOf(options: RunOptions): TaskOverrides {
  const { trials, target, hours, budget, parallel, seed, proposer } = options;
  const stop = definedOnly({ trials, target, hours });
  return {
    ...definedOnly({ parallel, seed, proposer }),
    ...(Object.keys(stop).length > 0 ? { stop } : {}),
    ...(budget === undefined ? {} : { budget: { trainSeconds: budget } }),
  };
}

const definedOnly = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

const needsCommands = (task: Task): boolean =>
  [task.run, task.evaluate, task.holdout, task.check].some((action) => action?.kind === "command");

const readAgenda = async ({ folder, task }: LoadedTask): Promise<string> =>
  task.agenda === undefined ? "" : readFile(join(folder, task.agenda), "utf8");

function greet(state: RunState, resumed: boolean, { task }: LoadedTask): void {
  const how = resumed ? `continuing ${state.run} at trial ${state.nextTrial}` : `new ${state.run}`;
  const budget = `${task.budget.trainSeconds} s a trial (${task.budget.clock} clock), ${task.parallel} at a time`;
  process.stderr.write(`${bold(`strop ${task.name}`)}  ${how}\n`);
  process.stderr.write(dim(`${task.metric.direction} ${task.metric.name} · ${budget} · proposer ${task.proposer} · sandbox ${state.tier}\n`));
  process.stderr.write(dim(`Ctrl-C ends the run cleanly; the same command continues it.\n\n`));
}
