/**
 * One session of `strop recurse`, from a folder and settings to a report. The folder holds `improver.ts`, which is the
 * seed, and `.strop`; the journal, the exports and the report are those of every run.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { sha256 } from "../../core/candidate.ts";
import { StropError } from "../../core/errors.ts";
import { VERSION } from "../../core/version.ts";
import { calibrate } from "../../downstream/calibrate.ts";
import type { Calibration } from "../../downstream/calibrate.ts";
import { createDownstreamTask } from "../../downstream/registry.ts";
import { taskUtility } from "../../downstream/task-utility.ts";
import type { Split } from "../../downstream/types.ts";
import { openJournal } from "../../journal/journal.ts";
import type { Journal } from "../../journal/journal.ts";
import { listRuns, nextRunName, runFolder } from "../../journal/runs.ts";
import type { RunState } from "../../journal/state.ts";
import { createGateway } from "../../models/gateway.ts";
import type { LanguageModel } from "../../models/types.ts";
import { writeReport } from "../../report/write-report.ts";
import type { RunFiles } from "../../report/write-report.ts";
import { openSandbox } from "../../sandbox/open-sandbox.ts";
import type { Sandbox, Tier } from "../../sandbox/types.ts";
import { claimFolder } from "../claim-folder.ts";
import { journalBook } from "../exchange-book.ts";
import { improverRuns } from "./improver-runs.ts";
import type { DownstreamProblem } from "./meta-utility.ts";
import { IMPROVER_FILE, recursion } from "./recursion.ts";
import type { RecursionObserver } from "./recursion.ts";
import { recursionTask } from "./recursion-task.ts";
import type { RecursionSettings } from "./settings.ts";

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
  readonly scrub?: ((text: string) => string) | undefined;
  readonly observer?: RecursionObserver;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export interface RecursionResult {
  readonly state: RunState;
  readonly files: RunFiles;
  /** How this machine compares with the one that time limits are written for. */
  readonly calibration: Calibration;
}

/**
 * Runs all rounds, or goes on with those of the folder's newest run. Throws StropError `recurse.changed` when that run had
 * other settings or another seed, `journal.locked`, and what the sandbox and the models throw.
 */
export async function runRecursion(folder: string, options: RunRecursionOptions): Promise<RecursionResult> {
  const { settings, now = Date.now, observer = {}, parallel = 2 } = options;
  await mkdir(folder, { recursive: true });
  const seed = await seedImprover(folder, options.seedImprover);
  const claimed = await claimFolder(folder);
  try {
    const sandbox = await openSandbox({
      tier: options.tier ?? "auto",
      allowUnsafe: false,
      needs: ["module"],
      recordFile: claimed.processesFile,
      spares: parallel + 1,
    });
    try {
      const calibration = await calibrate(sandbox);
      const session = { stropFolder: claimed.stropFolder, seed, tier: sandbox.tier, now };
      const { journal, notes } = openRecursion(options, session);
      try {
        observer.opened?.(journal.state() as RunState, notes);
        const { models, maxCost: limit, scrub } = options;
        const gateway = createGateway({ models, book: journalBook(journal, now), limit, scrub });
        const problems = downstreamProblems(settings, { sandbox, calibration });
        const state = await recursion({
          journal,
          settings,
          ...improverRuns({ settings, problems, gateway, sandbox, parallel }),
          observer,
          signal: options.signal ?? new AbortController().signal,
          now,
        });
        return { state, files: await writeReport(claimed.stropFolder, journal, state), calibration };
      } finally {
        journal.close();
      }
    } finally {
      await sandbox.close();
    }
  } finally {
    await claimed.release();
  }
}

/** The folder's own improver, which a user may have written; the given one where there is none. */
async function seedImprover(folder: string, text: string): Promise<string> {
  const path = join(folder, IMPROVER_FILE);
  await writeFile(path, text, { flag: "wx" }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "EEXIST") throw thrown;
  });
  return readFile(path, "utf8");
}

interface RecursionSession {
  readonly stropFolder: string;
  readonly seed: string;
  readonly tier: Tier;
  readonly now: () => number;
}

function openRecursion(
  options: RunRecursionOptions,
  session: RecursionSession,
): { readonly journal: Journal; readonly notes: readonly string[] } {
  const newest = options.fresh === true ? undefined : listRuns(session.stropFolder).at(-1);
  return newest === undefined ? startRecursion(options, session) : resumeRecursion(options, session, newest);
}

function startRecursion({ settings }: RunRecursionOptions, { stropFolder, seed, tier, now }: RecursionSession) {
  const run = nextRunName(stropFolder);
  const journal = openJournal(join(runFolder(stropFolder, run), "journal.db"), { create: true });
  journal.transaction(() => {
    const baseline = journal.saveProgram({ [IMPROVER_FILE]: seed });
    const task = recursionTask(settings);
    const environmentHash = sha256(JSON.stringify(settings));
    const fixed = { run, version: VERSION, task, seed: settings.seed, tier, environmentHash, baseline };
    journal.append({ type: "run.started", at: now(), ...fixed });
  });
  return { journal, notes: [] };
}

function resumeRecursion(
  { settings }: RunRecursionOptions,
  { stropFolder, seed, tier, now }: RecursionSession,
  run: string,
) {
  const journal = openJournal(join(runFolder(stropFolder, run), "journal.db"));
  try {
    const state = journal.state();
    const before = state === null ? "" : JSON.stringify(state.task.recursion);
    const task = recursionTask(settings);
    if (state === null || before !== JSON.stringify(task.recursion)) throw changed(run, "settings");
    if (journal.program(state.baseline)[IMPROVER_FILE] !== seed) throw changed(run, IMPROVER_FILE);
    journal.append({ type: "run.resumed", at: now(), task, tier });
    return { journal, notes: [] };
  } catch (thrown) {
    journal.close();
    throw thrown;
  }
}

const changed = (run: string, what: string): StropError =>
  new StropError("recurse.changed", `expected the ${what} that ${run} began with, found others`, {
    hint: "give the same options to go on with it, or --fresh to begin another",
  });

function downstreamProblems(
  settings: RecursionSettings,
  { sandbox, calibration }: { readonly sandbox: Sandbox; readonly calibration: Calibration },
): Record<Split, readonly DownstreamProblem[]> {
  const of = (split: Split): DownstreamProblem[] =>
    settings.tasks.map(({ name, options }) => {
      const task = createDownstreamTask(name, options);
      const utility = taskUtility({ task, split, seed: settings.seed, sandbox, calibration });
      return { name: task.name, seedSolution: task.seedSolution, utility };
    });
  return { validation: of("validation"), test: of("test") };
}
