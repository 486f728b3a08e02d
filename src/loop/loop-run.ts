/** A folder made ours, a sandbox, and the journal of its newest run: what the loops beside research begin with. */
import { candidateId, sha256 } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { VERSION } from "../core/version.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { currentRun, journalPath, nextRunName } from "../journal/runs.ts";
import type { RunState } from "../journal/state.ts";
import { openSandbox } from "../sandbox/open-sandbox.ts";
import type { Sandbox, Tier } from "../sandbox/types.ts";
import { changes } from "./changes.ts";
import { claimFolder } from "./folder/claim-folder.ts";

export interface Session {
  readonly stropFolder: string;
  readonly sandbox: Sandbox;
}

/** Throws `journal.locked`, and what the sandbox throws. The folder is released and the sandbox closed whatever happens. */
export async function inSession<T>(
  folder: string,
  { tier = "auto", spares }: { readonly tier?: Tier | "auto" | undefined; readonly spares: number },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { stropFolder, processesFile, release } = await claimFolder(folder);
  try {
    const sandbox = await openSandbox({
      tier,
      allowUnsafe: false,
      needs: ["module"],
      recordFile: processesFile,
      spares,
    });
    try {
      return await work({ stropFolder, sandbox });
    } finally {
      await sandbox.close();
    }
  } finally {
    await release();
  }
}

export interface RunToOpen {
  readonly stropFolder: string;
  /** `task.settings` is what the run's numbers depend on. */
  readonly task: Task;
  /** What it begins with. */
  readonly program: ProgramFiles;
  readonly tier: Tier;
  /** Begin a new run, even if there is one. */
  readonly fresh: boolean;
  readonly now: () => number;
}

/** Throws StropError `run.changed` when the folder's newest run began with other settings or another program. */
export function openLoopRun(run: RunToOpen): Journal {
  const newest = run.fresh ? undefined : currentRun(run.stropFolder);
  return newest === undefined ? begin(run) : resume(run, newest);
}

function begin(run: RunToOpen): Journal {
  const name = nextRunName(run.stropFolder);
  const journal = openJournal(journalPath(run.stropFolder, name), { create: true });
  appendStart(journal, name, run);
  return journal;
}

function appendStart(journal: Journal, run: string, { task, program, tier, now }: RunToOpen): void {
  journal.transaction(() => {
    const baseline = journal.saveProgram(program);
    const environmentHash = sha256(JSON.stringify(task.settings));
    const fixed = { run, version: VERSION, task, seed: task.seed, tier, environmentHash, baseline };
    journal.append({ type: "run.started", at: now(), ...fixed });
  });
}

function resume(run: RunToOpen, name: string): Journal {
  const { task, program, tier, now } = run;
  const path = journalPath(run.stropFolder, name);
  const journal = openJournal(path);
  try {
    if (journal.state() === null) {
      // Killed before its first event.
      appendStart(journal, name, run);
      return journal;
    }
    requireSame(journal, { task, program, path });
    journal.append({ type: "run.resumed", at: now(), task, tier });
    return journal;
  } catch (thrown) {
    journal.close();
    throw thrown;
  }
}

/** Throws StropError `run.changed` unless the run began with these settings and this program. */
export function requireSame(
  journal: Journal,
  { task, program, path }: Pick<RunToOpen, "task" | "program"> & { readonly path: string },
): void {
  const state = journal.state();
  if (state !== null && state.task.metric.name !== task.metric.name) throw anotherKind(state, { task, path });
  const others = changes(state?.task.settings, task.settings);
  if (others.length > 0) throw changed("settings", { path, found: others.join(", ") });
  if (state?.baseline !== candidateId(program))
    throw changed(Object.keys(program).join(", "), { path, found: "others" });
}

const anotherKind = (
  state: RunState,
  { task, path }: Pick<RunToOpen, "task"> & { readonly path: string },
): StropError =>
  new StropError(
    "run.changed",
    `expected a run that measures ${task.metric.name} at ${path}, found ${state.task.name}, which measures ${state.task.metric.name}`,
    { hint: "name another folder with -C, or say --fresh to begin a run beside it" },
  );

const changed = (what: string, { path, found }: { readonly path: string; readonly found: string }): StropError =>
  new StropError("run.changed", `expected the ${what} that the run of ${path} began with, found ${found}`, {
    hint: "give the same options to go on with it, or --fresh to begin another",
  });
