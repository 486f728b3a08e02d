/** `strop run`: improve the program of a task until a stop condition, Ctrl-C or the end of the session's time. */
import type { RunState } from "../../journal/state.ts";
import { runTask } from "../../loop/run-task.ts";
import type { Tier } from "../../sandbox/types.ts";
import { loadTask } from "../../workspace/load-task.ts";
import type { TaskOverrides } from "../../workspace/load-task.ts";
import { printClosing } from "../closing.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { createProgress } from "../progress.ts";

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
  readonly tier?: Tier | "auto";
  readonly unsafeNoSandbox?: boolean;
  readonly json?: boolean;
}

export async function runCommand(folder: string, options: RunOptions): Promise<number> {
  const loaded = await loadTask(folder, overridesOf(options));
  const interrupt = listenForInterrupt();
  const sessionMs = options.for ?? Number.POSITIVE_INFINITY;
  const progress = createProgress({ out: process.stderr, sessionMs, now: () => performance.now() });
  try {
    const result = await runTask(loaded, {
      fresh: options.fresh === true,
      tier: options.unsafeNoSandbox === true ? "none" : (options.tier ?? "auto"),
      sessionMs,
      observer: progress,
      signal: interrupt.signal,
    });
    progress.stop();
    printClosing({ ...result, taskFolder: loaded.folder, json: options.json === true });
    return exitCode(result.state, interrupt.signal.aborted);
  } finally {
    progress.stop();
    interrupt.stop();
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
