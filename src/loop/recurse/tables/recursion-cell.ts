/** A recursion as one run of a table: from its settings to what its journal says of every round. */
import type { TrialRecord } from "../../../core/trial.ts";
import type { Journal } from "../../../journal/journal.ts";
import { startedState } from "../../../journal/started-state.ts";
import type { DownstreamPart } from "../meta-utility.ts";
import { requireSame } from "../../loop-run.ts";
import { IMPROVER_FILE, noRoundIsLeft } from "../recursion.ts";
import { recursionTask } from "../recursion-task.ts";
import { runRecursion } from "../run-recursion.ts";
import { mostDownstreamRuns, type RecursionSettings } from "../settings.ts";
import type { SubRun } from "./sub-runs.ts";

export interface CellRound {
  readonly trial: TrialRecord;
  /** The downstream runs behind its meta-utility. */
  readonly runs: readonly DownstreamPart[];
}

export interface CellResult {
  readonly settings: RecursionSettings;
  /** Text of I_0. */
  readonly first: string;
  readonly rounds: readonly CellRound[];
  /** Text of the improver with the best validation meta-utility, and its round. */
  readonly champion: { readonly improver: string; readonly round: number };
  /** Text of the last round's. */
  readonly last: { readonly improver: string; readonly round: number };
}

export interface Cell {
  readonly name: string;
  readonly label: string;
  readonly settings: RecursionSettings;
  /** Text of the improver to begin with. */
  readonly improver: string;
}

export const recursionCell = ({ name, label, settings, improver }: Cell): SubRun<CellResult> => ({
  name,
  label,
  work: mostDownstreamRuns(settings),
  read(journal) {
    requireSame(journal, { task: recursionTask(settings), program: { [IMPROVER_FILE]: improver }, path: journal.path });
    return noRoundIsLeft(startedState(journal), settings) ? resultOf(journal) : null;
  },
  async run(folder, { createModels, onPart, onNote, machine, ...options }) {
    const { calibration } = await runRecursion(folder, {
      ...options,
      models: createModels(settings),
      settings,
      seedImprover: improver,
      calibration: machine.calibration,
      // A table measures in many runs.
      again: false,
      observer: { partFinished: onPart, note: onNote },
    });
    if (calibration !== null) machine.calibration = calibration;
  },
});

/** Of a finished recursion, or one under way. */
export function resultOf(journal: Journal): CellResult {
  const { champion, baseline, task } = startedState(journal);
  const rounds = [...journal.trials()].map((trial) => ({ trial, runs: validationRuns(journal, trial.trial) }));
  const textOf = (candidate: string) => journal.program(candidate)[IMPROVER_FILE] ?? "";
  const last = rounds.at(-1)?.trial;
  return {
    settings: task.settings as unknown as RecursionSettings,
    first: textOf(baseline),
    rounds,
    champion: { improver: textOf(champion?.candidate ?? baseline), round: champion?.trial ?? 0 },
    last: { improver: textOf(last?.candidate ?? baseline), round: last?.trial ?? 0 },
  };
}

const validationRuns = (journal: Journal, trial: number): DownstreamPart[] =>
  [...journal.parts(trial)].flatMap(([part, value]) =>
    part.startsWith("validation/") ? [value as unknown as DownstreamPart] : [],
  );
