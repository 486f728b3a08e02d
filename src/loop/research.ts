/**
 * The research loop (autoresearch-rl Alg. 1): propose, run under the budget, keep or revert, until a stop condition.
 * It holds no state of its own: everything is read from and written to the journal, in this order, so that a run that
 * is killed at any point goes on as if it had not been.
 */
import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import type { Outcome, TrialRecord } from "../core/trial.ts";
import type { Executor } from "../executor/types.ts";
import { failure } from "../executor/outcome.ts";
import type { RunState } from "../journal/state.ts";
import type { KeepRule } from "../judge/keep-rule.ts";
import type { Proposer } from "../propose/types.ts";
import { recordChampion } from "./champion.ts";
import { curveRecorder } from "./curve-recorder.ts";
import { judgeOutcome } from "./judge-outcome.ts";
import type { RunObserver } from "./observer.ts";
import type { OpenRun } from "./open-run.ts";
import { baselineTrial, settleProposal } from "./propose-trial.ts";
import { proposerContext } from "./proposer-context.ts";
import { stopReason } from "./stop.ts";

export interface ResearchOptions {
  readonly run: OpenRun;
  readonly executor: Executor;
  readonly proposer: Proposer;
  readonly rule: KeepRule;
  readonly agenda: string;
  readonly inScope: (path: string) => boolean;
  readonly observer: RunObserver;
  /** Ends the run: current trials are recorded as interrupted and run again on resume. */
  readonly signal: AbortSignal;
  /** Starts no further trial after this many milliseconds of this session. */
  readonly sessionMs: number;
  /** Wall clock in milliseconds, for people and for time limits only. */
  readonly now: () => number;
}

/** Runs until a stop condition; returns the final state. Throws when the baseline fails: there is nothing to improve on. */
export async function research(options: ResearchOptions): Promise<RunState> {
  const session = startSession(options);
  await runBaseline(session);
  const reason = await searchUntilStopped(session);
  await recordChampion(session);
  session.journal.append({ type: "run.ended", at: options.now(), reason });
  return session.state();
}

/** What the steps below share: the options, and shorthands over the journal. */
export interface Session extends ResearchOptions {
  readonly journal: OpenRun["journal"];
  /** The state now; fails loudly if the run was never started. */
  state(): RunState;
}

function startSession(options: ResearchOptions): Session {
  const { journal } = options.run;
  const state = () => {
    const folded = journal.state();
    if (folded === null) throw new StropError("journal.empty", "expected a started run, found an empty journal");
    return folded;
  };
  return { ...options, journal, state };
}

async function runBaseline(session: Session): Promise<void> {
  const { journal, state, now } = session;
  if (state().champion !== null) return;
  if (state().nextTrial === 0) journal.append(baselineTrial(state(), now()));
  const open = state().open[0];
  if (open === undefined) return;
  const outcome = await runTrial(session, open);
  if (outcome.status === "scored" || outcome.status === "interrupted") return;
  journal.append({ type: "run.ended", at: now(), reason: `the baseline ${outcome.status}` });
  const tail = outcome.diagnostics.outputTail.trim();
  throw new StropError(
    "baseline.failed",
    `expected the untouched program to score, found: ${outcome.status}: ${outcome.reason}` +
      (tail === "" ? "" : `\n\nIt printed last:\n${tail.split("\n").slice(-12).join("\n")}`),
    { hint: "make the program run and report its metric, then run strop again; `strop doctor` checks the machine" },
  );
}

/** Keeps `parallel` trials running until there is a reason to stop; returns the reason. */
async function searchUntilStopped(session: Session): Promise<string> {
  const running = new Map<number, Promise<unknown>>();
  const startedAt = session.now();
  const failed: unknown[] = [];
  const launch = (trial: TrialRecord) => {
    const done = runTrial(session, trial).catch((thrown: unknown) => failed.push(thrown)).finally(() => running.delete(trial.trial));
    running.set(trial.trial, done);
  };
  let reason: string | undefined;
  while (reason === undefined) {
    const next = failed.length > 0 ? undefined : await nextTrial(session, { running, elapsedMs: session.now() - startedAt });
    if (next !== undefined && "trial" in next) launch(next.trial);
    else if (running.size > 0) await Promise.race(running.values());
    else reason = next?.reason ?? "a trial failed in the harness";
  }
  if (failed.length > 0) throw failed[0];
  return reason;
}

type Next = { readonly trial: TrialRecord } | { readonly reason: string } | undefined;

/** A trial to launch; or, once nothing is running, the reason to stop; undefined to wait for a running trial. */
async function nextTrial(
  session: Session,
  { running, elapsedMs }: { running: ReadonlyMap<number, unknown>; elapsedMs: number },
): Promise<Next> {
  const { state, signal } = session;
  if (running.size >= state().task.parallel) return undefined;
  if (signal.aborted) return { reason: "interrupted by the user" };
  const left = state().open.find((trial) => !running.has(trial.trial));
  if (left !== undefined) return { trial: left };
  if (elapsedMs >= session.sessionMs) return { reason: "the time of this session is over" };
  const reason = stopReason(state(), state().activeMs);
  if (reason !== undefined) return { reason };
  return (await proposeNext(session)) ?? (running.size > 0 ? undefined : { reason: "the proposer has nothing left to propose" });
}

/** Asks for edits until one is worth running; every invalid one is recorded. Undefined when there is none. */
async function proposeNext(session: Session): Promise<Next> {
  const { journal, state, proposer, signal, now } = session;
  for (;;) {
    const proposal = await proposer.propose(proposerContext(journal, state(), session.agenda), signal);
    if (proposal === null || signal.aborted) return signal.aborted ? { reason: "interrupted by the user" } : undefined;
    const settled = await settleProposal(proposal, {
      state: state(),
      proposerName: proposer.name,
      program: (id) => journal.program(id),
      inScope: session.inScope,
      now,
    });
    const trial = recordProposal(session, settled.event, settled.files);
    if (settled.invalid === undefined) return { trial };
    finish(session, trial, failure("invalid", settled.invalid));
    const reason = stopReason(state(), state().activeMs);
    if (reason !== undefined) return { reason };
  }
}

function recordProposal(session: Session, event: Parameters<Session["journal"]["append"]>[0], files: ProgramFiles | undefined): TrialRecord {
  session.journal.transaction(() => {
    if (files !== undefined) session.journal.saveProgram(files);
    session.journal.append(event);
  });
  const trial = session.state().open.at(-1);
  if (trial === undefined) throw new StropError("journal.inconsistent", "expected the proposed trial to be open, found none");
  return trial;
}

/** One execution of an open trial, from `trial.started` to its verdict. */
async function runTrial(session: Session, trial: TrialRecord): Promise<Outcome> {
  const { journal, observer, executor, signal, now } = session;
  const attempt = trial.attempts + 1;
  journal.append({ type: "trial.started", at: now(), trial: trial.trial, attempt });
  observer.trialStarted?.(trial, session.state());
  const curve = curveRecorder((points) => journal.appendCurve(trial.trial, attempt, points));
  const outcome = await executor.run({
    files: journal.program(trial.candidate ?? session.state().baseline),
    seed: trial.seed,
    label: `${trial.trial}-${attempt}`,
    signal,
    onCurve: (point) => {
      curve.add(point);
      observer.curvePoint?.(trial, point);
    },
  });
  curve.flush();
  finish(session, trial, outcome);
  if (session.state().champion?.trial === trial.trial) await recordChampion(session);
  return outcome;
}

function finish(session: Session, trial: TrialRecord, outcome: Outcome): void {
  const { journal, state, rule, now, observer } = session;
  const verdict = judgeOutcome(trial, outcome, { state: state(), rule, program: (id) => journal.program(id) });
  journal.append({ type: "trial.finished", at: now(), trial: trial.trial, outcome, verdict });
  observer.trialFinished?.({ ...trial, outcome, verdict }, state());
}
