/**
 * The part of the fold that knows contests: scored trials that are run again beside the champion, and the baseline's
 * repeats. Pure, as reduce.ts. A repeat counts only if it was due, so none can count twice.
 */
import { type NoiseRun, noiseRuns, scoresOf, type Spread } from "../../core/contest.ts";
import { comparedGain, type Comparison, comparisonOf } from "../../core/metric.ts";
import { mean, variance } from "../../core/numerics/stats.ts";
import type { Outcome, TrialRecord } from "../../core/trial.ts";
import type { ContestOpened, RepeatFinished, RepeatStarted, TrialJudged } from "../events.ts";
import { inconsistent } from "./inconsistent.ts";
import type { Champion, NoiseState, OpenContest, RunState } from "../state.ts";

/** A scored trial without a verdict. */
export const waiting = (record: TrialRecord): OpenContest => ({ record, terms: null, candidate: [], champion: [] });

/** Terms once the noise is known, and new ones whenever the champion is another than before; old pairs are void then. */
export function openContest(state: RunState, event: ContestOpened): RunState {
  const { opponent, purse, level } = event;
  const [index, contest] = contestOf(state, event);
  if (opponent !== state.champion?.trial) {
    throw inconsistent(
      state.sequence,
      event,
      `the champion (trial ${state.champion?.trial}) as opponent, found trial ${opponent}`,
    );
  }
  if (contest.terms?.opponent === opponent) throw inconsistent(state.sequence, event, "one contest with each champion");
  if (!(level > 0 && level < 1))
    throw inconsistent(state.sequence, event, `a level above 0 and below 1, found ${level}`);
  const spent = spentWithout(state, contest);
  const { contests, refund } = spent[purse];
  const terms = { contest: state.nextContest, opponent, purse, level, refund };
  return {
    ...state,
    nextContest: state.nextContest + 1,
    contests: state.contests.with(index, { ...waiting(contest.record), terms }),
    spent: { ...spent, [purse]: { contests: contests + 1, refund: 0 } },
  };
}

/** What the purses hold when a contest is over: one of which nothing was seen gives back what it was opened for. */
export function spentWithout({ spent }: RunState, { terms, candidate, champion }: OpenContest): RunState["spent"] {
  if (terms === null || candidate.length + champion.length > 0) return spent;
  const { contests, refund } = spent[terms.purse];
  return { ...spent, [terms.purse]: { contests: contests - 1, refund: refund + terms.refund } };
}

/** Changes nothing: a repeat that starts and never finishes did not happen. */
export function startRepeat(state: RunState, event: RepeatStarted): RunState {
  requireDue(state, event);
  return state;
}

export function finishRepeat(state: RunState, event: RepeatFinished): RunState {
  requireDue(state, event);
  const { repeat, outcome } = event;
  if (outcome.status === "interrupted" || (outcome.status === "scored") !== Number.isFinite(outcome.score)) {
    throw inconsistent(
      state.sequence,
      event,
      `a score with status scored and only then, found ${outcome.status} ${outcome.score}`,
    );
  }
  const next = { ...state, repeats: state.repeats + 1 };
  if (repeat.of === "baseline") return withBaselineRun(next, repeat.index, outcome);
  if (repeat.of === "noise") return withChampionRun(withNoiseRun(next, repeat.index, outcome.score), outcome);
  if (repeat.of === "champion") return withChampionRun(next, outcome);
  const contests = next.contests.map((contest) =>
    contest.terms?.contest !== repeat.of
      ? contest
      : { ...contest, [repeat.side]: [...contest[repeat.side], outcome.score] },
  );
  return repeat.side === "champion" ? withChampionRun({ ...next, contests }, outcome) : { ...next, contests };
}

/** A run of the baseline. Its mean is the baseline's score, and the champion's as long as nothing was kept. */
function withBaselineRun(state: RunState, index: number, outcome: Outcome): RunState {
  const noise: NoiseState = { ...state.noise, baseline: [...state.noise.baseline, { index, score: outcome.score }] };
  return state.champion?.trial === 0 ? withChampionRun({ ...state, noise }, outcome) : { ...state, noise };
}

/** A score so many times as large, or as small, may well have another noise: times have less the shorter they are. */
const FAR = 1.5;

/** What is known of the noise once `champion` is crowned: nothing yet where scores vary and its own is far from those that told. */
export function noiseAfter({ noise }: RunState, champion: Champion): NoiseState {
  const scores = scoresOf(noiseRuns(noise));
  if (scores.length < 2 || variance(scores) === 0) return noise;
  const factor = champion.score / mean(scores);
  const isFar = factor > 0 && (factor >= FAR || factor <= 1 / FAR);
  return isFar ? { ...noise, anew: { trial: champion.trial, runs: [] }, pooled: { squares: 0, degrees: 0 } } : noise;
}

function withNoiseRun(state: RunState, index: number, score: number | null): RunState {
  const { anew } = state.noise;
  if (anew === null) return state;
  return { ...state, noise: { ...state.noise, anew: { ...anew, runs: [...anew.runs, { index, score }] } } };
}

function withChampionRun(state: RunState, { status, score, reason }: Outcome): RunState {
  const { champion } = state;
  if (champion === null) return state;
  // A crash or a lack of time may be the machine's doing.
  if (score === null) return status === "invalid" ? withChampion(state, failedOnce(champion, reason)) : state;
  const runs = champion.fresh === 0 ? 1 : champion.runs + 1;
  const better: Champion = {
    ...champion,
    score: runs === 1 ? score : champion.score + (score - champion.score) / runs,
    runs,
    fresh: champion.fresh + 1,
  };
  const baselineScore = champion.trial === 0 ? better.score : state.baselineScore;
  return withChampion({ ...state, baselineScore }, better);
}

const withChampion = (state: RunState, champion: Champion): RunState => ({
  ...state,
  champion,
  champions: [...state.champions.slice(0, -1), champion],
});

const failedOnce = (champion: Champion, failure: string): Champion => ({
  ...champion,
  failed: (champion.failed ?? 0) + 1,
  failure,
});

/** The contest that a verdict ends, taken out of the state; what it taught of the noise stays. */
export function endContest(state: RunState, event: TrialJudged): [RunState, OpenContest] {
  const [index, contest] = contestOf(state, event);
  const { terms } = contest;
  // Without evidence it was kept at a look, and not by what the contest was opened for.
  const isKept = event.verdict.decision === "keep" && event.verdict.evidence !== undefined && terms !== null;
  const before = spentWithout(state, contest);
  const { contests = 0, refund = 0 } = terms === null ? {} : before[terms.purse];
  const spent = isKept ? { ...before, [terms.purse]: { contests, refund: refund + terms.level } } : before;
  const noise = { ...state.noise, pooled: pooled(state.noise.pooled, differences(contest, comparisonIn(state))) };
  return [{ ...state, contests: state.contests.toSpliced(index, 1), spent, noise }, contest];
}

/** What a kept contest is worth at first: the mean of its repeats, never the look it was selected for. */
export function remeasured({ candidate, record }: OpenContest): Pick<Champion, "score" | "runs"> {
  const scores = candidate.filter((score) => score !== null);
  return scores.length === 0
    ? { score: record.outcome?.score ?? Number.NaN, runs: 1 }
    : { score: mean(scores), runs: scores.length };
}

/** What the run's scores are compared by. */
export const comparisonIn = ({ task, noise }: Pick<RunState, "task" | "noise">): Comparison =>
  comparisonOf(task.metric.name, scoresOf(noise.baseline));

function differences({ candidate, champion }: OpenContest, comparison: Comparison): number[] {
  const scale = { direction: "minimize", comparison, unit: 1 } as const;
  return candidate.flatMap((score, i) => {
    const other = champion[i];
    return score === null || other === null || other === undefined ? [] : [comparedGain(scale, score, other)];
  });
}

/** A difference varies twice as much as a single score. */
function pooled(before: Spread, gains: readonly number[]): Spread {
  if (gains.length < 2) return before;
  const degrees = gains.length - 1;
  return { squares: before.squares + (variance(gains) * degrees) / 2, degrees: before.degrees + degrees };
}

function contestOf(state: RunState, event: ContestOpened | TrialJudged): [number, OpenContest] {
  const index = state.contests.findIndex(({ record }) => record.trial === event.trial);
  const contest = state.contests[index];
  if (contest === undefined) throw inconsistent(state.sequence, event, "a scored trial that waits for its verdict");
  return [index, contest];
}

function isDue({ noise, champion }: RunState, of: "baseline" | "noise" | "champion", index: number): boolean {
  const { baseline, anew } = noise;
  const isNew = (runs: readonly NoiseRun[]) => runs.every((run) => run.index !== index);
  if (of === "baseline") return index > 0 && baseline.length > 0 && isNew(baseline);
  return of === "champion" ? index === champion?.fresh : anew?.trial === champion?.trial && isNew(anew?.runs ?? []);
}

function requireDue(state: RunState, event: RepeatStarted | RepeatFinished): void {
  const { of: number, side, index } = event.repeat;
  if (typeof number === "string") {
    if (!isDue(state, number, index) || side !== "champion")
      throw inconsistent(state.sequence, event, `a repeat of the ${number} that is not done, found ${side} ${index}`);
    return;
  }
  const contest = state.contests.find(({ terms }) => terms?.contest === number);
  if (contest === undefined) throw inconsistent(state.sequence, event, `a repeat of an open contest, found ${number}`);
  const other = contest[side === "candidate" ? "champion" : "candidate"];
  if (contest[side].length !== index || other.length < index) {
    throw inconsistent(state.sequence, event, `pair ${contest[side].length} of the ${side}, found pair ${index}`);
  }
}
