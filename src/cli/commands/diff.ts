/** `strop diff [TRIAL]`: baseline to champion, or a trial's own edit. Into a pipe or a file a plain unified diff: `git apply` takes it. */
import { diffPrograms } from "../../workspace/diff.ts";
import { StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import { EXIT } from "../exit-code.ts";
import type { TrialName } from "../options.ts";
import { findTrial, readRun } from "../read-run.ts";
import { colourDiff } from "../screen/style.ts";

export interface DiffOptions {
  readonly folder: string;
  readonly run?: string;
  readonly json?: boolean;
}

export function diffCommand(name: TrialName | undefined, options: DiffOptions): number {
  const run = readRun(options.folder, options.run);
  try {
    const { journal, state } = run;
    const trial = name === undefined ? undefined : findTrial(run, name);
    if (trial !== undefined && trial.candidate === null) {
      throw new StropError(
        "trial.no-candidate",
        `expected trial ${trial.trial} to have a program, found an edit that did not apply`,
        {
          hint: `\`strop show ${trial.trial}\` says why`,
        },
      );
    }
    const before = trial?.parent ?? state.baseline;
    const after = trial?.candidate ?? state.champion?.candidate ?? state.baseline;
    const diff = diffPrograms(journal.program(before), journal.program(after));
    const text = process.stdout.isTTY ? colourDiff(diff) : diff;
    process.stdout.write(options.json === true ? `${JSON.stringify({ before, after, diff })}\n` : text);
    // Beside the patch, so that a file or a pipe gets an empty one.
    if (diff === "" && options.json !== true) process.stderr.write(`${emptiness(trial, state)}\n`);
    return EXIT.done;
  } finally {
    run.journal.close();
  }
}

function emptiness(trial: TrialRecord | undefined, { champion, run }: RunState): string {
  if (trial?.trial === 0) return "trial 0 is the program as it was: no edit";
  if (trial !== undefined) return `trial ${trial.trial} changes nothing`;
  return (champion?.trial ?? 0) > 0
    ? "the champion is the baseline, edited back"
    : `no edit of ${run} was kept: the best program is the baseline`;
}
