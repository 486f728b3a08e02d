/**
 * The research loop (autoresearch-rl Alg. 1): propose, run under the budget, keep or revert, until a stop condition.
 * It holds no state of its own: everything is read from and written to the journal, in this order, so that a run that
 * is killed at any point goes on as if it had not been.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import { allFailures } from "../all-failures.ts";
import { baselineHint } from "../advice/baseline-hint.ts";
import { recordChampions } from "./champion.ts";
import { settleContests } from "./contests.ts";
import { canWait, dueChampionRun, type DueRepeat, dueRepeats } from "./due-repeats.ts";
import { patience, type Patience } from "./patience.ts";
import { baselineTrial } from "./propose-trial.ts";
import { proposeNext } from "./propose-next.ts";
import { recordEnd } from "../record-end.ts";
import { runRepeat } from "./repeats.ts";
import { runTrial, startTrial } from "./run-trial.ts";
import { OVERTIME, SESSION_OVER, abortReason, sessionEnd } from "./session-end.ts";
import { type ResearchOptions, type Session, startSession } from "./session.ts";
import { failuresInARow, requireRunning, suspicion } from "./still-runs.ts";
import { hoursLeft, stopReason, timeReason } from "../stop.ts";

/** Runs until a stop condition; returns the final state. Throws when the baseline fails: there is nothing to improve on. */
export async function research(options: ResearchOptions): Promise<RunState> {
  const session = startSession(options);
  return recordEnd(session, () => improve(session, options));
}

/** Returns why the run ends. */
async function improve(session: Session, options: ResearchOptions): Promise<string> {
  const isNew = session.state().champion === null;
  await (isNew ? runBaseline(session) : recordChampions(session));
  const end = sessionEnd(session.state(), options);
  const reason = await searchUntilStopped(session, { ...session, signal: end.signal }, isNew).finally(end.forget);
  for (const due of options.signal.aborted ? [] : dueChampionRun(session.state(), session.rule))
    await runRepeat(session, due);
  await recordChampions(session);
  return reason;
}

async function runBaseline(session: Session): Promise<void> {
  const { journal, state, now } = session;
  if (state().nextTrial === 0) journal.append(baselineTrial(state(), now()));
  const open = state().open[0];
  if (open === undefined) return;
  const outcome = await runTrial(session, startTrial(session, open));
  if (outcome.status === "scored" || outcome.status === "interrupted") return;
  journal.append({ type: "run.ended", at: now(), reason: `the baseline ${outcome.status}` });
  const tail = outcome.diagnostics.outputTail.trim();
  throw new StropError(
    "baseline.failed",
    `expected the untouched program to score, found: ${outcome.status}: ${outcome.reason}` +
      (tail === "" ? "" : `\n\nIt printed last:\n${tail.split("\n").slice(-12).join("\n")}`),
    { hint: baselineHint({ task: state().task, folder: session.run.taskFolder, outcome, tier: state().tier }) },
  );
}

/**
 * Keeps `parallel` runs going until there is a reason to stop; returns the reason. The session's end cuts off what is
 * `bounded`; the first run of a session that goes on is not, so that each gets further, however short it is.
 */
async function searchUntilStopped(session: Session, bounded: Session, isNew: boolean): Promise<string> {
  const running = new Map<string, Promise<unknown>>();
  const begun = new Set<string>();
  let within = isNew ? bounded : session;
  const startedAt = session.now();
  const failed: unknown[] = [];
  const patient = patience();
  const isSuspicious = suspicion();
  // A proposer that had nothing to propose may get an idea from whatever has ended since it was asked.
  let ended = 0;
  let dryAt: number | undefined;
  const launch = (name: string, work: Promise<unknown>) => {
    if (name !== PROPOSAL) within = bounded;
    const done = work
      .catch((thrown: unknown) => failed.push(thrown))
      .finally(() => {
        running.delete(name);
        if (name !== PROPOSAL) ended += 1;
      });
    running.set(name, done);
  };
  session.journal.transaction(() => settleContests(session));
  const propose = async () => {
    const asked = ended;
    const hasIdeas = await proposeNext(within, {
      isOver: () => session.now() - startedAt >= session.sessionMs,
      begin: (trial) => {
        if (failed.length === 0) launch(nameOf(trial), runTrial(within, trial));
      },
    });
    if (!hasIdeas) dryAt = asked;
  };
  let reason: string | undefined;
  while (reason === undefined) {
    const isFree = failed.length === 0 && running.size < session.state().task.parallel;
    const isDry = dryAt === ended;
    const due = isFree ? dueWork(bounded, { running, begun, isDry, elapsedMs: session.now() - startedAt }) : undefined;
    const mayLook = isFree && !running.has(LOOK) && (due === undefined || !("reason" in due));
    if (mayLook && isSuspicious(failuresInARow(session.state(), session.from))) launch(LOOK, requireRunning(bounded));
    else if (due !== undefined && "trial" in due)
      launch(nameOf(due.trial), runTrial(within, startTrial(within, due.trial)));
    else if (due !== undefined && "repeat" in due) {
      if (due.repeat.of === "champion") begun.add(due.repeat.name);
      launch(due.repeat.name, runRepeat(within, due.repeat));
    }
    // A proposer may take its time: it has the place of the trial to come, and repeats go on in the others.
    else if (isFree && due === undefined && !isDry && !running.has(PROPOSAL)) launch(PROPOSAL, propose());
    else if (running.size > 0) await Promise.race(running.values());
    else if (due === undefined && failed.length === 0 && (await waited(session, patient, startedAt))) dryAt = undefined;
    else reason = due?.reason ?? (failed.length > 0 ? "a trial failed in the harness" : nothingLeft(session));
  }
  if (failed.length > 0) throw allFailures(failed);
  return reason;
}

/** Waits until a model or an agent may answer again; false where none will, or has not for long. */
async function waited(
  { state, signal, observer, ...session }: Session,
  patient: Patience,
  from: number,
): Promise<boolean> {
  const leastMs = session.recoversInMs();
  if (leastMs === undefined) return false;
  const leftMs = Math.min(session.sessionMs - (session.now() - from), 3_600_000 * hoursLeft(state()));
  const patientMs = patient(state().nextTrial, leftMs);
  if (patientMs === undefined) return false;
  const ms = Math.min(leftMs, Math.max(patientMs, leastMs));
  observer.note?.(`nobody answers; asking again in ${Math.ceil(ms / 1000)} s`);
  // An abort ends the waiting, and then the run, with its reason.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return true;
}

/** The name under which a proposal in the making is running. */
const PROPOSAL = "proposal";
/** The name under which the best program is run again after many failures. */
const LOOK = "look";

const nameOf = ({ trial }: TrialRecord): string => `trial-${trial}`;

type Due = { readonly trial: TrialRecord } | { readonly repeat: DueRepeat } | { readonly reason: string } | undefined;

interface Now {
  readonly running: ReadonlyMap<string, unknown>;
  /** Names of the champions' runs that this session has begun. Not of all runs: a month has millions. */
  readonly begun: ReadonlySet<string>;
  /** The proposer has nothing to propose. */
  readonly isDry: boolean;
  readonly elapsedMs: number;
}

/** How the reason begins with which a run ends that has no edit left to try. */
export const NOTHING_LEFT = "the proposer has nothing left to propose";

function nothingLeft({ proposer, troubles }: Session): string {
  const why = troubles();
  return `${proposer.dryReason ?? NOTHING_LEFT}${why.length === 0 ? "" : ` (${why.join("; ")})`}`;
}

/** What looks better when the time of a session is over is decided in its overtime, so that nobody is left with "undecided". */
const isWorthDeciding = ({ contests }: RunState, elapsed: number): boolean => contests.length > 0 && elapsed < OVERTIME;

/** What needs no proposal: trials that a kill cut off, repeats, or the reason to stop. */
function dueWork(
  { state, from, signal, rule, sessionMs, moneyReason }: Session,
  { running, begun, isDry, elapsedMs }: Now,
): Due {
  if (signal.aborted) return { reason: abortReason(signal) };
  const left = state().open.find((trial) => !running.has(nameOf(trial)));
  if (left !== undefined) return { trial: left };
  const over = timeReason(state());
  if (over !== undefined) return { reason: over };
  const isOver = elapsedMs >= sessionMs;
  const reason = isOver ? SESSION_OVER : (stopReason(state(), from) ?? moneyReason());
  const isLast = reason !== undefined || isDry;
  // Before the end, and once: what reached the target in the pairs that it was selected by may miss it now.
  const last = reason === undefined || running.size > 0 ? [] : dueChampionRun(state(), rule);
  const repeat = [...dueRepeats(state(), rule), ...last.filter(({ name }) => !begun.has(name))].find(
    (due) => !running.has(due.name) && (isLast || !canWait(due, state())),
  );
  if (repeat !== undefined && (!isOver || isWorthDeciding(state(), elapsedMs / sessionMs))) return { repeat };
  return reason === undefined ? undefined : { reason };
}
