/**
 * Opens a run of a claimed folder: pins the environment, and either continues the newest run or starts a new one.
 * After this, the journal alone says what happened so far.
 */
import { mkdir } from "node:fs/promises";

import type { ProgramFiles } from "../../core/edit.ts";
import { StropError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { VERSION } from "../../core/version.ts";
import { type Journal, openJournal } from "../../journal/journal.ts";
import { currentRun, journalPath, listRuns, runFolder } from "../../journal/runs.ts";
import type { RunState } from "../../journal/state.ts";
import { environmentChanged } from "../../executor/context.ts";
import { candidateId } from "../../core/candidate.ts";
import { type Environment, scanEnvironment, sinceStart } from "../../workspace/environment.ts";
import { type GitBranch, openGit } from "../../workspace/git/git.ts";
import { pinChanges, pinsOf, startListing } from "../../workspace/pins.ts";
import { changes } from "../changes.ts";
import type { LoadedTask } from "../../workspace/load-task.ts";
import { readProgram } from "../../workspace/program.ts";
import type { ClaimedFolder } from "../folder/claim-folder.ts";
import { hasFailedBaseline } from "../stop.ts";

export interface OpenRun {
  readonly run: string;
  /** The task's, absolute. */
  readonly taskFolder: string;
  /** `.strop/runs/<run>` */
  readonly folder: string;
  /** The caller closes it. */
  readonly journal: Journal;
  readonly environment: Environment;
  /** The program's files as they are on disk. */
  readonly program: ProgramFiles;
  readonly git: GitBranch | null;
  readonly resumed: boolean;
  readonly notes: readonly string[];
}

export interface OpenRunOptions {
  /** Start a new run even if there is one to continue. */
  readonly fresh: boolean;
  /** The sandbox tier of this session. */
  readonly tier: string;
  readonly now: () => number;
}

export async function openRun(loaded: LoadedTask, claimed: ClaimedFolder, options: OpenRunOptions): Promise<OpenRun> {
  const { stropFolder } = claimed;
  const git = await openGit(loaded.folder, claimed.tempFolder);
  const program = await readProgram(loaded.folder, loaded.task);
  const environment = await scanEnvironment(loaded.folder, loaded.task);
  const session = { loaded, options, stropFolder, program, environment, git };
  const opened = (options.fresh ? undefined : resumeNewest(session)) ?? (await startNew(session));
  const notes = git === null || git.note === "" ? opened.notes : [...opened.notes, git.note];
  return { environment, ...opened, taskFolder: loaded.folder, notes, program, git };
}

interface Session {
  readonly loaded: LoadedTask;
  readonly options: OpenRunOptions;
  readonly stropFolder: string;
  readonly program: ProgramFiles;
  readonly environment: Environment;
  readonly git: GitBranch | null;
}

type Opened = Pick<OpenRun, "run" | "folder" | "journal" | "resumed" | "notes"> & {
  readonly environment?: Environment;
};

/**
 * Undefined when there is nothing worth continuing: no run, an imported one, or one whose baseline never worked. One that was
 * killed before its first event is begun.
 */
function resumeNewest(session: Session): Opened | undefined {
  const run = currentRun(session.stropFolder);
  if (run === undefined) return undefined;
  const folder = runFolder(session.stropFolder, run);
  const journal = openJournal(journalPath(session.stropFolder, run));
  try {
    const state = journal.state();
    if (state === null) {
      appendStart(journal, run, session);
      return { run, folder, journal, resumed: false, notes: [] };
    }
    if (!isWorthContinuing(state)) {
      journal.close();
      return undefined;
    }
    refuseChangedTask(state.task, session.loaded.task);
    const environment = requireSameEnvironment(state.environmentHash, session.environment, journal);
    const known = [state.baseline, state.champion?.candidate].includes(candidateId(session.program));
    const { task } = session.loaded;
    const notes = [
      ...(known
        ? []
        : ["the program on disk is neither the baseline nor the champion of this run; `--fresh` starts from it"]),
      ...(task.seed === state.seed
        ? []
        : [`this run keeps its seed ${state.seed}; \`--fresh\` begins one with seed ${task.seed}`]),
    ];
    journal.append({ type: "run.resumed", at: session.options.now(), task, tier: session.options.tier });
    return { run, folder, journal, resumed: true, notes, environment };
  } catch (thrown) {
    journal.close();
    throw thrown;
  }
}

/** Whether the next session goes on with this run rather than start another. */
export const isWorthContinuing = (state: RunState): boolean => state.tier !== "imported" && !hasFailedBaseline(state);

async function startNew(session: Session): Promise<Opened> {
  const run = await freeRunName(session);
  const folder = runFolder(session.stropFolder, run);
  await mkdir(folder, { recursive: true });
  const journal = openJournal(journalPath(session.stropFolder, run), { create: true });
  appendStart(journal, run, session);
  return { run, folder, journal, resumed: false, notes: [] };
}

function appendStart(journal: Journal, run: string, { loaded, options, program, environment }: Session): void {
  journal.transaction(() => {
    const baseline = journal.saveProgram(program);
    journal.append({
      type: "run.started",
      at: options.now(),
      run,
      version: VERSION,
      task: loaded.task,
      seed: loaded.task.seed,
      tier: options.tier,
      environmentHash: environment.hash,
      pins: journal.saveProgram(pinsOf(environment)),
      baseline,
    });
  });
}

/** The first run-NNN after the newest that has no branch either, so that two tasks of a repository never share one. */
async function freeRunName({ stropFolder, git }: Session): Promise<string> {
  const newest = listRuns(stropFolder).at(-1)?.match(/\d+$/)?.[0] ?? "0";
  for (let number = Number(newest) + 1; ; number++) {
    const name = `run-${String(number).padStart(3, "0")}`;
    if (git === null || !(await git.branchExists(`strop/${name}`))) return name;
  }
}

/** What may not change between sessions of one run, because its scores would not be comparable. */
const FIXED = [
  "program",
  "environment",
  "hidden",
  "scratch",
  "run",
  "evaluate",
  "holdout",
  "check",
  "metric",
  "budget",
] as const;

const comparable = (task: Task): Record<string, unknown> => ({
  ...Object.fromEntries(FIXED.map((key) => [key, task[key]])),
  judge: keepSettings(task.judge),
});

/** The error probability is promised for the whole run, so what it rests on stays. */
const keepSettings = (judge: Task["judge"]): unknown =>
  judge && { rule: judge.rule, alpha: judge.alpha, maxRepeats: judge.maxRepeats, margin: judge.margin };

function refuseChangedTask(before: Task, now: Task): void {
  const [old, current] = [comparable(before), comparable(now)];
  const changed = changes(old, current);
  if (changed.length === 0) return;
  throw new StropError(
    "run.task-changed",
    `expected the task to be as it was when the run started, found ${changed.join(", ")}`,
    {
      hint: "undo the change (in the config, or give the same options again) to continue this run, or start a new one with `strop run --fresh`",
    },
  );
}

/** The environment as the run started with it, without what has come since that no trial is shown. */
function requireSameEnvironment(before: string, now: Environment, journal: Journal): Environment {
  const [first] = journal.events();
  const id = first?.event.type === "run.started" ? first.event.pins : undefined;
  const pins = id === undefined ? {} : journal.program(id);
  const environment = sinceStart(now, startListing(pins));
  if (before === environment.hash) return environment;
  throw environmentChanged(pinChanges(pins, environment));
}
