/** What the steps of one session of a run share: how to run, judge and propose, and the journal they all write to. */
import type { Executor } from "../../executor/types.ts";
import type { RunState } from "../../journal/state.ts";
import type { KeepRule } from "../../judge/keep-rule.ts";
import type { Proposer } from "../../propose/types.ts";
import type { TypeChecker } from "../../workspace/type-check.ts";
import type { RunObserver } from "./observer.ts";
import type { OpenRun } from "./open-run.ts";
import { trialPruning, type TrialPruning } from "../prune-trial.ts";
import { startedState } from "../../journal/started-state.ts";

export interface ResearchOptions {
  readonly run: OpenRun;
  readonly executor: Executor;
  readonly proposer: Proposer;
  /** Why no model may be asked any more, if so. */
  readonly moneyReason: () => string | undefined;
  /** Why models are not answering, one sentence each. */
  readonly troubles: () => readonly string[];
  /** Milliseconds until a model or an agent that worked in this session, and does not now, may do so again; undefined for none. */
  readonly recoversInMs: () => number | undefined;
  readonly rule: KeepRule;
  readonly agenda: string;
  readonly inScope: (path: string) => boolean;
  readonly types: TypeChecker | null;
  readonly observer: RunObserver;
  /** Ends the run: current trials are recorded as interrupted and run again on resume. */
  readonly signal: AbortSignal;
  /** Starts no further trial after this many milliseconds of this session; what runs then may end (session-end.ts). */
  readonly sessionMs: number;
  /** Wall clock in milliseconds, for people and for time limits only. */
  readonly now: () => number;
}

/** What the steps below share: the options, and shorthands over the journal. */
export interface Session extends ResearchOptions {
  readonly journal: OpenRun["journal"];
  /** Stops hopeless trials. */
  readonly pruning: TrialPruning;
  /** Number of the first trial that this session can propose. */
  readonly from: number;
  /** Work on the run's branch, one after the other: of two commits at a time one would be refused. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  /** The state now; fails loudly if the run was never started. */
  state(): RunState;
}

export function startSession(options: ResearchOptions): Session {
  const { journal } = options.run;
  const state = () => startedState(journal);
  return { ...options, journal, state, from: state().nextTrial, inTurn: turns(), pruning: trialPruning(journal) };
}

function turns(): Session["inTurn"] {
  let last = Promise.resolve();
  return (work) => (last = last.then(work, work));
}
