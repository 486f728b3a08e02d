/**
 * One session of `strop recurse`, from a folder and settings to a report. The folder holds `improver.ts`, which is the
 * seed, and `.strop`; the journal, the exports and the report are those of every run.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { calibrate, type Calibration } from "../../downstream/calibrate.ts";
import { createDownstreamTask } from "../../downstream/registry.ts";
import { taskUtility } from "../../downstream/task-utility.ts";
import type { DownstreamTask, Split } from "../../downstream/types.ts";
import type { RunState } from "../../journal/state.ts";
import { createGateway } from "../../models/gateway.ts";
import type { LanguageModel } from "../../models/types.ts";
import { type RunFiles, writeReport } from "../../report/write-report.ts";
import type { Sandbox, Tier } from "../../sandbox/types.ts";
import { journalBook } from "../exchange-book.ts";
import { makeNamedFolder } from "../folder/make-folder.ts";
import { watchModels } from "../watch-models.ts";
import { writeUnlessThere } from "../folder/write-whole.ts";
import { improverRuns, type TestedProblem } from "./improver-runs.ts";
import { inSession, openLoopRun } from "../loop-run.ts";
import { IMPROVER_FILE, noRoundIsLeft, recursion, type RecursionObserver } from "./recursion.ts";
import { recursionNotes } from "./recursion-notes.ts";
import { recursionTask } from "./recursion-task.ts";
import { rememberedScores } from "./remembered-scores.ts";
import { copiesAgain, type RecursionSettings } from "./settings.ts";
import { startedState } from "../../journal/started-state.ts";

export interface RunRecursionOptions {
  readonly settings: RecursionSettings;
  /** By the names in `settings.models`. */
  readonly models: readonly LanguageModel[];
  /** Text of the improver that the folder gets when it has none. */
  readonly seedImprover: string;
  readonly fresh?: boolean;
  readonly tier?: Tier | "auto";
  /** US dollars that the run may cost in all. */
  readonly maxCost?: number | undefined;
  /** Downstream runs at a time; default 2. */
  readonly parallel?: number;
  /** Whether the champion and the first improver are measured again in the end, by runs that did not choose it; default true. */
  readonly again?: boolean;
  readonly scrub?: ((text: string) => string) | undefined;
  /** Of this machine, when it is known already. */
  readonly calibration?: Calibration | undefined;
  readonly observer?: RecursionObserver;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export interface RecursionResult {
  readonly state: RunState;
  readonly files: RunFiles;
  /** How this machine compares with the one that time limits are written for; null when no round was left to run. */
  readonly calibration: Calibration | null;
}

/**
 * Runs all rounds, or goes on with those of the folder's newest run. Throws StropError `run.changed` when that run had
 * other settings or another seed, `downstream.unknown-task`, `journal.locked`, and what the sandbox and the models throw.
 */
export async function runRecursion(folder: string, options: RunRecursionOptions): Promise<RecursionResult> {
  const { settings, models, now = Date.now, observer = {}, parallel = 2 } = options;
  // Before anything is written: a task that does not exist leaves no run behind.
  const tasks = settings.tasks.map(({ name, options: chosen }) => createDownstreamTask(name, chosen));
  makeNamedFolder(folder);
  const seed = await seedImprover(folder, options.seedImprover);
  const notes = seed === options.seedImprover ? [] : [`begins with ${join(folder, IMPROVER_FILE)}, as it is there`];
  return inSession(folder, { tier: options.tier, spares: parallel + 1 }, async ({ stropFolder, sandbox }) => {
    const task = recursionTask(settings);
    const program = { [IMPROVER_FILE]: seed };
    const fresh = options.fresh === true;
    const journal = openLoopRun({ stropFolder, task, program, tier: sandbox.tier, fresh, now });
    try {
      observer.opened?.(startedState(journal), notes);
      const isDone = noRoundIsLeft(startedState(journal), settings);
      const calibration = isDone ? null : (options.calibration ?? (await calibrate(sandbox)));
      const { maxCost: limit, scrub } = options;
      const { gateway } = watchModels(
        createGateway({ models, book: journalBook(journal, now), limit, scrub }),
        (sentence) => observer.note?.(sentence),
      );
      const problems =
        calibration === null ? [] : downstreamProblems(tasks, { seed: settings.seed, sandbox, calibration });
      const { measureAgain, ...runs } = improverRuns({ settings, problems, gateway, sandbox, parallel });
      const state = await recursion({
        journal,
        settings,
        ...runs,
        measureAgain: options.again !== false && copiesAgain(settings) > 0 ? measureAgain : undefined,
        observer,
        signal: options.signal ?? new AbortController().signal,
        now,
      });
      return {
        state,
        files: await writeReport(journal, { stropFolder, state, notes: recursionNotes(state) }),
        calibration,
      };
    } finally {
      journal.close();
    }
  });
}

/** The folder's own improver, which a user may have written; the given one where there is none. */
async function seedImprover(folder: string, text: string): Promise<string> {
  const path = join(folder, IMPROVER_FILE);
  await writeUnlessThere(path, text);
  return readFile(path, "utf8");
}

/** The instances of a task differ by split; both are drawn from the run's seed. */
function downstreamProblems(
  tasks: readonly DownstreamTask[],
  on: { readonly seed: number; readonly sandbox: Sandbox; readonly calibration: Calibration },
): TestedProblem[] {
  return tasks.map((task) => {
    const scored = (split: Split) => rememberedScores(taskUtility({ task, split, ...on }));
    return { name: task.name, seedSolution: task.seedSolution, utility: scored("validation"), test: scored("test") };
  });
}
