/** `strop apply`: write the champion (or any trial's program) into the task's files. */
import { confirm, isCancel } from "@clack/prompts";

import { StropError } from "../../core/errors.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import { applyProgram } from "../../workspace/apply.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import { openGit } from "../../workspace/git/git.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { readProgram } from "../../workspace/program.ts";
import { EXIT } from "../exit-code.ts";
import type { TrialName } from "../options.ts";
import { findTrial, readRun } from "../read-run.ts";
import { sameCommand } from "../same-command.ts";
import { colourDiff, dim, green } from "../screen/style.ts";

export interface ApplyOptions {
  readonly run?: string;
  readonly trial?: TrialName;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export async function applyCommand(folder: string, options: ApplyOptions): Promise<number> {
  const loaded = await loadTask(folder);
  const run = readRun(folder, options.run);
  try {
    const chosen =
      options.trial === undefined ? run.state.champion?.candidate : findTrial(run, options.trial).candidate;
    if (chosen === undefined || chosen === null) {
      throw new StropError("apply.nothing", "expected a program to write, found none", {
        hint: "`strop log` lists the trials that have one",
      });
    }
    const target = run.journal.program(chosen);
    const current = await readProgram(loaded.folder, loaded.task);
    const id = candidateId(current);
    if (id === chosen) return say(options, [], "the files are that program already");
    const safe = isOfRun(run.journal.trials(), id);
    await confirmOverwrite(loaded.folder, { current, target, safe, options });
    const { changed } = await applyProgram(loaded.folder, loaded.task, target);
    const over = safe
      ? ""
      : ", over a version that this run does not know; in git, `git diff` shows what of it is undone";
    return say(options, changed, `wrote ${changed.join(", ")}${over}`);
  } finally {
    run.journal.close();
  }
}

function isOfRun(trials: Iterable<TrialRecord>, id: CandidateId): boolean {
  for (const { candidate } of trials) if (candidate === id) return true;
  return false;
}

interface Overwrite {
  readonly current: ProgramFiles;
  readonly target: ProgramFiles;
  /** The files are those of one of the run's trials, so nothing of the user's is lost: the journal has it. */
  readonly safe: boolean;
  readonly options: ApplyOptions;
}

/** Asks before it overwrites work that is neither in this run nor committed. */
async function confirmOverwrite(folder: string, { current, target, safe, options }: Overwrite): Promise<void> {
  const git = await openGit(folder);
  const dirty = git === null || (await git.isDirty(Object.keys({ ...current, ...target })));
  if (safe || !dirty || options.yes === true) return;
  if (!process.stdin.isTTY || options.json === true) {
    throw new StropError(
      "apply.dirty",
      "expected the program's files to be committed or to be those of a trial of this run, found other changes in them",
      {
        hint: `commit them, or overwrite them: ${sameCommand([])} --yes`,
      },
    );
  }
  process.stdout.write(`${colourDiff(diffPrograms(current, target))}\n`);
  const answer = await confirm({
    message: "These files have changes that strop does not know. Overwrite them?",
    initialValue: false,
  });
  if (isCancel(answer) || !answer) throw new StropError("apply.declined", "nothing was written");
}

function say(options: ApplyOptions, changed: readonly string[], text: string): number {
  process.stdout.write(options.json === true ? `${JSON.stringify({ changed })}\n` : `${green(text)}\n`);
  if (changed.length > 0 && options.json !== true)
    process.stdout.write(
      dim(
        `next: look at it, then commit it; a run with --fresh starts from here, \`${sameCommand(["--trial <n>", "--yes", "-y"])} --trial 0\` takes it back\n`,
      ),
    );
  return EXIT.done;
}
