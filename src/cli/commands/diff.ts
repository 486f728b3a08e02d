/** `strop diff [TRIAL]`: baseline to champion, or a trial's own edit. Into a pipe or a file a plain unified diff: `git apply` takes it. */
import { diffPrograms } from "../../workspace/diff.ts";
import { StropError } from "../../core/errors.ts";
import { EXIT } from "../exit-code.ts";
import type { TrialName } from "../options.ts";
import { findTrial, readRun } from "../read-run.ts";
import { colourDiff } from "../style.ts";

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
    return EXIT.done;
  } finally {
    run.journal.close();
  }
}
