/** `strop log`: the trials of a run, one line each. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { TrialRecord } from "../../core/trial.ts";
import type { Journal } from "../../journal/journal.ts";
import type { RunState } from "../../journal/state.ts";
import { grouped } from "../../report/format.ts";
import { EXIT } from "../exit-code.ts";
import { trialLine } from "../screen/progress.ts";
import { readRun } from "../read-run.ts";
import { sameCommand } from "../same-command.ts";
import { dim } from "../screen/style.ts";

export interface LogOptions {
  readonly run?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly kept?: boolean;
  readonly json?: boolean;
}

export async function logCommand(folder: string, options: LogOptions): Promise<number> {
  const { journal, state } = readRun(folder, options.run);
  try {
    const shown = options.kept === true ? keptTrials(journal, state, options) : every(journal, options);
    await pipeline(Readable.from(lines(shown, state, options)), process.stdout, { end: false });
    return EXIT.done;
  } finally {
    journal.close();
  }
}

const every = (journal: Journal, { all = false, limit }: LogOptions): Iterable<TrialRecord> =>
  all ? journal.trials() : [...journal.trials({ order: "descending", limit })].reverse();

/** The champions there were, however far between. */
function* keptTrials(
  journal: Journal,
  { champions }: RunState,
  { all = false, limit }: LogOptions,
): Generator<TrialRecord> {
  const numbers = champions.map(({ trial }) => trial).sort((a, b) => a - b);
  for (const number of all ? numbers : numbers.slice(Math.max(0, numbers.length - limit))) {
    const trial = journal.trial(number);
    if (trial !== null) yield trial;
  }
}

function* lines(
  trials: Iterable<TrialRecord>,
  state: RunState,
  { json = false, kept = false }: LogOptions,
): Generator<string> {
  let shown = 0;
  for (const trial of trials) {
    shown += 1;
    yield `${json ? JSON.stringify(trial) : trialLine(trial, state)}\n`;
  }
  const hidden = (kept ? state.counts.kept : state.nextTrial) - shown;
  if (!json && hidden > 0) yield dim(`${grouped(hidden)} earlier: ${sameCommand(["--limit <n>", "-n <n>"])} --all\n`);
}
