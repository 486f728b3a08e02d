/** `strop log`: the trials of a run, one line each. */
import type { TrialRecord } from "../../core/trial.ts";
import { EXIT } from "../exit-code.ts";
import { trialLine } from "../progress.ts";
import { readRun } from "../read-run.ts";
import { dim } from "../style.ts";

export interface LogOptions {
  readonly run?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly kept?: boolean;
  readonly json?: boolean;
}

export function logCommand(folder: string, options: LogOptions): number {
  const { journal, state } = readRun(folder, options.run);
  try {
    const shown: TrialRecord[] = [];
    for (const trial of journal.trials({ order: "descending" })) {
      if (options.kept === true && trial.verdict?.decision !== "keep") continue;
      if (options.all !== true && shown.length >= options.limit) break;
      shown.push(trial);
    }
    shown.reverse();
    const lines = shown.map((trial) => (options.json === true ? JSON.stringify(trial) : trialLine(trial, state)));
    if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
    const hidden = state.nextTrial - shown.length;
    if (options.json !== true && options.kept !== true && hidden > 0)
      process.stdout.write(dim(`${hidden} earlier: strop log --all\n`));
    return EXIT.done;
  } finally {
    journal.close();
  }
}
