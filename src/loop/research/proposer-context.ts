/** What a proposer may know, built from the journal alone, so that a resumed run asks exactly the same question. */
import { StropError } from "../../core/errors.ts";
import { createRandom } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { Journal } from "../../journal/journal.ts";
import type { RunState } from "../../journal/state.ts";
import type { ProposerContext } from "../../propose/types.ts";

/** Requires a finished baseline. `agenda` is the text of the task's agenda. */
export function proposerContext(journal: Journal, state: RunState, agenda: string): ProposerContext {
  if (state.champion === null || state.baselineScore === null) {
    throw new StropError("run.no-baseline", "expected a scored baseline before the first proposal, found none", {
      hint: "`strop run` measures the program as it is first; when that has a score, ask again",
    });
  }
  return {
    direction: state.task.metric.direction,
    task: state.task,
    trial: state.nextTrial,
    agenda,
    champion: state.champion,
    baseline: { candidate: state.baseline, score: state.baselineScore },
    history: mergeByTrial(state.best, state.recent),
    pending: [...state.open, ...state.contests.map(({ record }) => record)],
    program: (candidate) => journal.program(candidate),
    random: createRandom(state.seed).fork(`propose/${state.nextTrial}`),
  };
}

/** The best and the most recent trials, each once, in order of their numbers. */
function mergeByTrial(best: readonly TrialRecord[], recent: readonly TrialRecord[]): TrialRecord[] {
  const first = recent[0]?.trial ?? Number.POSITIVE_INFINITY;
  return [...best.filter((record) => record.trial < first).sort((a, b) => a.trial - b.trial), ...recent];
}
