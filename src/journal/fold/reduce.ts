/**
 * The one meaning of the events: a pure fold into the bounded state of a run. Every reader (resume, status, report,
 * dashboard) uses this function and no other. It knows no clock and no storage, and an event that cannot follow
 * from the ones before is an error, never a guess. Invariant: the champion changes only by a verdict that keeps, and
 * such a verdict rests on a score no worse or on evidence from repeats (autoresearch-rl Thm 2, for noisy scores too); or
 * back to the one before, where it turns out to fail.
 */
import { scoresOf } from "../../core/contest.ts";
import { isBetter } from "../../core/metric.ts";
import { variance } from "../../core/numerics/stats.ts";
import type { Direction } from "../../core/task.ts";
import type { Outcome, TrialRecord, Verdict } from "../../core/trial.ts";
import { depose } from "./depose.ts";
import { endContest, finishRepeat, noiseAfter, openContest, remeasured, startRepeat, waiting } from "./contests.ts";
import type {
  HoldoutMeasured,
  PartFinished,
  RunEvent,
  RunResumed,
  RunStarted,
  TrialFinished,
  TrialJudged,
  TrialProposed,
  TrialStarted,
} from "../events.ts";
import { inconsistent } from "./inconsistent.ts";
import { answerModel, askModel } from "./model-calls.ts";
import { NO_CALLS, forgetCalls } from "../model-use.ts";
import { type Champion, type RunState, TOP, WINDOW } from "../state.ts";
import { finishedRecord, judgedRecord, proposedRecord, startedRecord } from "./trial-record.ts";

/**
 * The state after `event`. `state` is null before the first event, which must be `run.started`; it is never changed.
 * Throws StropError `journal.inconsistent`, naming the event's sequence and what was expected.
 */
export function reduce(state: RunState | null, event: RunEvent): RunState {
  if (state === null) {
    if (event.type !== "run.started") throw inconsistent(1, event, "run.started as the first event");
    return start(event);
  }
  const next = tick(state, event);
  if (event.type === "run.resumed") return resume(next, event);
  if (state.ended !== null) throw inconsistent(next.sequence, event, `run.resumed after the end (${state.ended})`);
  switch (event.type) {
    case "run.ended":
      return { ...next, ended: event.reason };
    case "trial.proposed":
      return propose(next, event);
    case "trial.started":
      return begin(next, event);
    case "trial.finished":
      return finish(next, event);
    case "trial.judged":
      return judge(next, event);
    case "champion.deposed":
      return depose(next, event);
    case "contest.opened":
      return openContest(next, event);
    case "repeat.started":
      return startRepeat(next, event);
    case "repeat.finished":
      return finishRepeat(next, event);
    case "holdout.measured":
      return measure(next, event);
    case "part.finished":
      openTrial(next, event);
      return next;
    case "model.asked":
      return askModel(next, event);
    case "model.answered":
      return answerModel(next, event);
  }
  throw inconsistent(next.sequence, event, "an event that may follow the ones before, once each");
}

function start(event: RunStarted): RunState {
  const { run, version, task, seed, tier, environmentHash, baseline, at } = event;
  return {
    sequence: 1,
    run,
    version,
    task,
    seed,
    tier,
    tiers: [tier],
    environmentHash,
    baseline,
    baselineScore: null,
    champion: null,
    champions: [],
    noise: { baseline: [], anew: null, pooled: { squares: 0, degrees: 0 } },
    contests: [],
    nextContest: 0,
    spent: { clear: UNSPENT, close: UNSPENT, simpler: UNSPENT },
    repeats: 0,
    holdouts: [],
    nextTrial: 0,
    open: [],
    recent: [],
    best: [],
    counts: {
      scored: 0,
      invalid: 0,
      crashed: 0,
      "timed-out": 0,
      "stopped-early": 0,
      interrupted: 0,
      kept: 0,
      discarded: 0,
    },
    proposers: {},
    models: NO_CALLS,
    sinceImprovement: 0,
    activeMs: 0,
    startedAt: at,
    lastAt: at,
    ended: null,
  };
}

const UNSPENT = { contests: 0, refund: 0 };

/** One more event. A clock that jumps backwards adds no time and takes none away. */
const tick = (state: RunState, event: RunEvent): RunState => ({
  ...state,
  sequence: state.sequence + 1,
  // Nothing ran between the last event and a resumption.
  activeMs: state.activeMs + (event.type === "run.resumed" ? 0 : Math.max(0, event.at - state.lastAt)),
  lastAt: event.at,
});

function resume(state: RunState, event: RunResumed): RunState {
  const { task, tier } = event;
  const { name, direction } = state.task.metric;
  if (task.metric.name !== name || task.metric.direction !== direction) {
    throw inconsistent(state.sequence, event, `a task that goes on to ${direction} ${name}`);
  }
  const tiers = state.tiers.includes(tier) ? state.tiers : [...state.tiers, tier];
  return { ...state, task, tier, tiers, models: forgetCalls(state.models), ended: null };
}

function propose(state: RunState, event: TrialProposed): RunState {
  if (event.trial !== state.nextTrial)
    throw inconsistent(state.sequence, event, `trial ${state.nextTrial} to be proposed next`);
  return { ...state, nextTrial: state.nextTrial + 1, open: [...state.open, proposedRecord(event)] };
}

function begin(state: RunState, event: TrialStarted): RunState {
  const [index, record] = openTrial(state, event);
  if (event.attempt !== record.attempts + 1) {
    throw inconsistent(state.sequence, event, `attempt ${record.attempts + 1}, found attempt ${event.attempt}`);
  }
  return { ...state, open: state.open.with(index, startedRecord(record, event)) };
}

function finish(state: RunState, event: TrialFinished): RunState {
  const [index, open] = openTrial(state, event);
  const record = finishedRecord(open, event);
  const { outcome, verdict } = event;
  if ((outcome.status === "scored") !== Number.isFinite(outcome.score)) {
    throw inconsistent(
      state.sequence,
      event,
      `a score with status scored and only then, found ${outcome.status} ${outcome.score}`,
    );
  }
  if (verdict === null && outcome.status === "interrupted") {
    const counts = { ...state.counts, interrupted: state.counts.interrupted + 1 };
    return { ...state, counts, open: state.open.with(index, record) };
  }
  const next = { ...state, open: state.open.toSpliced(index, 1) };
  if (verdict === null && outcome.status === "scored" && state.champion !== null) return wait(next, record);
  if (verdict === null || outcome.status === "interrupted") {
    throw inconsistent(
      state.sequence,
      event,
      `a verdict on every outcome but an interrupted one, found ${outcome.status}`,
    );
  }
  const score = outcome.score;
  const settled = settle(next, record, { outcome, verdict });
  const crowned = verdict.decision === "keep" ? crown(settled, event, { record, score, runs: 1 }) : settled;
  return record.trial === 0 && score !== null ? withFirstRun(crowned, score) : crowned;
}

/** Scored, and undecided. */
function wait(state: RunState, record: TrialRecord): RunState {
  const at = state.contests.findIndex((contest) => contest.record.trial > record.trial);
  return { ...state, contests: state.contests.toSpliced(at < 0 ? state.contests.length : at, 0, waiting(record)) };
}

/** The baseline's first run sets its score; repeats refine it. */
const withFirstRun = (state: RunState, score: number): RunState => ({
  ...state,
  baselineScore: score,
  noise: { ...state.noise, baseline: [{ index: 0, score }] },
});

function judge(state: RunState, event: TrialJudged): RunState {
  const [next, contest] = endContest(state, event);
  const record = judgedRecord(contest.record, event);
  const { outcome, verdict } = record;
  if (outcome === null || verdict === null) throw inconsistent(state.sequence, event, "a verdict on a scored trial");
  if (
    verdict.decision === "keep" &&
    verdict.evidence !== undefined &&
    contest.terms?.opponent !== state.champion?.trial
  ) {
    throw inconsistent(state.sequence, event, `evidence against the champion (trial ${state.champion?.trial})`);
  }
  const settled = settle(next, record, { outcome, verdict });
  return verdict.decision === "keep" ? crown(settled, event, { record, ...remeasured(contest) }) : settled;
}

/** What every verdict adds to the history and the counts. */
function settle(
  state: RunState,
  record: TrialRecord,
  { outcome, verdict }: { outcome: Outcome; verdict: Verdict },
): RunState {
  return {
    ...state,
    recent: insertByTrial(state.recent, record),
    best: insertByScore(state.best, record, state.task.metric.direction),
    counts: count(state.counts, outcome, verdict),
    proposers: credit(state.proposers, record.proposer, verdict),
    sinceImprovement: state.sinceImprovement + 1,
  };
}

interface Crowned {
  readonly record: TrialRecord;
  readonly score: number | null;
  readonly runs: number;
}

/** A kept trial becomes the champion. */
function crown(state: RunState, event: TrialFinished | TrialJudged, { record, score, runs }: Crowned): RunState {
  if (score === null)
    throw inconsistent(state.sequence, event, `only scored trials to be kept, found ${record.outcome?.status}`);
  const { champion } = state;
  const evidence = record.verdict?.evidence;
  if (champion !== null && evidence === undefined && isBetter(state.task.metric.direction, champion.score, score)) {
    throw inconsistent(
      state.sequence,
      event,
      `a champion no worse than ${champion.score} (trial ${champion.trial}), found ${score}`,
    );
  }
  const fresh = record.trial === 0 ? 1 : 0;
  const gained = evidence === undefined ? {} : { gained: evidence.gain };
  const next: Champion = { candidate: record.candidate ?? "", trial: record.trial, score, runs, fresh, ...gained };
  const noise = noiseAfter(state, next);
  return { ...state, noise, champion: next, champions: [...state.champions, next], sinceImprovement: 0 };
}

function measure(state: RunState, event: HoldoutMeasured): RunState {
  const { trial, score } = event;
  const index = state.champions.findIndex((champion) => champion.trial === trial);
  if (index < 0) throw inconsistent(state.sequence, event, "a holdout of a trial that is or was champion");
  const measured = { trial, score, isOverfit: isOverfit(state, index, score) };
  const of = state.champions.map((champion) => champion.trial);
  const holdouts = [...state.holdouts, measured].sort((a, b) => of.indexOf(a.trial) - of.indexOf(b.trial));
  return { ...state, holdouts };
}

/** Compared with the newest earlier champion that has a holdout score; the metric's noise stands in for the holdout's. */
function isOverfit({ champions, holdouts, noise, task }: RunState, index: number, score: number | null): boolean {
  const { direction } = task.metric;
  const earlier = champions.slice(0, index).map(({ trial }) => trial);
  const before = holdouts.findLast((holdout) => holdout.score !== null && earlier.includes(holdout.trial));
  const champion = champions[index];
  const previous = champions.findLast(({ trial }) => trial === before?.trial);
  if (score === null || before?.score == null || champion === undefined || previous === undefined) return false;
  if (!isBetter(direction, champion.score, previous.score)) return false;
  const scores = scoresOf(noise.baseline);
  const spread = scores.length < 2 ? 0 : 2 * Math.sqrt(2 * variance(scores));
  return isBetter(direction, before.score, score) && Math.abs(score - before.score) > spread;
}

function openTrial(state: RunState, event: TrialStarted | TrialFinished | PartFinished): [number, TrialRecord] {
  const index = state.open.findIndex((record) => record.trial === event.trial);
  const record = state.open[index];
  if (record !== undefined) return [index, record];
  const found = event.trial < state.nextTrial ? "one that had finished" : "one that was never proposed";
  throw inconsistent(state.sequence, event, `an open trial, found ${found}`);
}

function insertByTrial(list: readonly TrialRecord[], record: TrialRecord): readonly TrialRecord[] {
  let index = list.length;
  while (index > 0 && list[index - 1]!.trial > record.trial) index--;
  const longer = list.toSpliced(index, 0, record);
  if (longer.length > WINDOW) longer.shift();
  return longer;
}

function insertByScore(
  list: readonly TrialRecord[],
  record: TrialRecord,
  direction: Direction,
): readonly TrialRecord[] {
  const score = record.outcome?.score ?? null;
  if (score === null) return list;
  const precedes = (other: TrialRecord) => {
    const theirs = other.outcome!.score!;
    return theirs === score ? other.trial < record.trial : isBetter(direction, theirs, score);
  };
  let index = list.length;
  while (index > 0 && !precedes(list[index - 1]!)) index--;
  return index === TOP ? list : list.toSpliced(index, 0, record).slice(0, TOP);
}

function count(counts: RunState["counts"], outcome: Outcome, verdict: Verdict): RunState["counts"] {
  const decision = verdict.decision === "keep" ? "kept" : "discarded";
  return { ...counts, [outcome.status]: counts[outcome.status] + 1, [decision]: counts[decision] + 1 };
}

function credit(proposers: RunState["proposers"], name: string, verdict: Verdict): RunState["proposers"] {
  const { trials, kept, reward } = Object.hasOwn(proposers, name)
    ? proposers[name]!
    : { trials: 0, kept: 0, reward: 0 };
  return {
    ...proposers,
    [name]: {
      trials: trials + 1,
      kept: kept + (verdict.decision === "keep" ? 1 : 0),
      reward: reward + verdict.reward,
    },
  };
}
