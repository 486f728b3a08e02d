/**
 * Further runs of programs that are known already: those that measure the noise, and the two of each pair of a
 * contest. What is due follows from the state alone; only what finished is in the state, so after a kill the rest is due again.
 */
import { noiseRuns, type Purse } from "../../core/contest.ts";
import { gain } from "../../core/metric.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import type { Repeat } from "../../journal/events.ts";
import type { OpenContest, RunState } from "../../journal/state.ts";
import type { KeepRule } from "../../judge/keep-rule.ts";
import { missingNoiseRuns } from "./judge-outcome.ts";

export interface DueRepeat extends Repeat {
  /** Unique in the run: `baseline-1`, `noise-6-0`, `contest-4-0-champion`. */
  readonly name: string;
  readonly candidate: CandidateId;
  /** For people: the trial that is being measured. */
  readonly trial: number;
}

/**
 * Every repeat that is due now, the most urgent first: the noise, then pairs of which one half is done (the halves belong
 * close together, because machines drift), then the most promising contests. Pure; repeats that run already are among them.
 */
export function dueRepeats(state: RunState, rule: KeepRule): DueRepeat[] {
  const urgency = ({ candidate, champion, terms }: OpenContest) =>
    candidate.length !== champion.length ? -1 : PURSES.indexOf(terms?.purse ?? "simpler");
  // The best look first: where it is kept, the others begin anew, or are discarded for nothing.
  const lead = (a: OpenContest, b: OpenContest) =>
    gain(state.task.metric.direction, lookOf(b.record), lookOf(a.record));
  const contests = state.contests.toSorted((a, b) => urgency(a) - urgency(b) || lead(a, b));
  return [
    ...dueNoiseRuns(state, missingNoiseRuns(state, rule)),
    ...contests.flatMap((contest) => duePair(state, contest)),
  ];
}

/** Trials without an improvement, those that wait included, after which no contest waits any longer. */
const PATIENCE = 16;

/**
 * Whether new edits are the better use of the time: a contest about little, not begun yet, waits as long as the run goes from one improvement to
 * the next. Most of what it would show is then overtaken, and discarded for nothing when the champion is another.
 */
export function canWait({ of }: DueRepeat, { contests, sinceImprovement }: RunState): boolean {
  const contest = contests.find(({ terms }) => terms?.contest === of);
  if (contest === undefined || contest.terms?.purse === "clear") return false;
  return sinceImprovement + contests.length < PATIENCE && contest.candidate.length + contest.champion.length === 0;
}

/** Whoever is contested has scored. */
const lookOf = ({ outcome }: TrialRecord): number => outcome?.score ?? 0;

const PURSES: readonly Purse[] = ["clear", "close", "simpler"];

/** Of the baseline, whose first run is trial 0, or of the champion that is too far from it. */
function dueNoiseRuns({ baseline, champion, noise }: RunState, missing: number): DueRepeat[] {
  const done = new Set(noiseRuns(noise).map((run) => run.index));
  const run = (index: number): DueRepeat => {
    if (noise.anew === null || champion === null)
      return { of: "baseline", side: "champion", index, name: `baseline-${index}`, candidate: baseline, trial: 0 };
    const { candidate, trial } = champion;
    return { of: "noise", side: "champion", index, name: `noise-${trial}-${index}`, candidate, trial };
  };
  const due: DueRepeat[] = [];
  for (let index = 0; due.length < missing; index++) if (!done.has(index)) due.push(run(index));
  return due;
}

/** Both halves of the next pair, or the half that is missing. The sides take turns in being first. */
function duePair(state: RunState, { record, terms, candidate, champion }: OpenContest): DueRepeat[] {
  const current = state.champion;
  if (terms === null || current === null || terms.opponent !== current.trial) return [];
  const index = Math.min(candidate.length, champion.length);
  const half = (side: "candidate" | "champion"): DueRepeat => ({
    of: terms.contest,
    side,
    index,
    name: `contest-${terms.contest}-${index}-${side}`,
    candidate: side === "candidate" ? (record.candidate ?? "") : current.candidate,
    trial: side === "candidate" ? record.trial : current.trial,
  });
  const halves = [
    ...(candidate.length === index ? [half("candidate")] : []),
    ...(champion.length === index ? [half("champion")] : []),
  ];
  return index % 2 === 0 ? halves : halves.reverse();
}

/** The champion's run that nothing selected, if it has none yet: what its score is reported by. At most one. */
export function dueChampionRun({ champion }: RunState, rule: KeepRule): DueRepeat[] {
  if (!rule.needsNoise || champion === null || champion.fresh > 0) return [];
  const { candidate, trial } = champion;
  return [{ of: "champion", side: "champion", index: 0, name: `champion-${trial}`, candidate, trial }];
}
