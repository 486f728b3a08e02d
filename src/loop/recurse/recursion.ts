/**
 * The recursion of STOP (Alg. 1) as trials of a run: trial t measures improver I_t on the downstream tasks (what it makes
 * of them is scored on test instances too, which nobody is shown) and then lets it improve itself; what it returns is trial t + 1. Every downstream run
 * is a part of its trial in the journal, so a run that is killed goes on in the middle of a round.
 */
import { candidateId } from "../../core/candidate.ts";
import { isBetter } from "../../core/metric.ts";
import { mean, meanInterval, standardError } from "../../core/numerics/stats.ts";
import type { JsonObject } from "../../core/json.ts";
import { INTERRUPTED, type Outcome, type TrialRecord, type Verdict } from "../../core/trial.ts";
import { NO_DIAGNOSTICS } from "../../executor/outcome.ts";
import type { Journal } from "../../journal/journal.ts";
import { startedState } from "../../journal/started-state.ts";
import type { RunState } from "../../journal/state.ts";
import { isMoneySpent } from "./gateway-model.ts";
import { type DownstreamPart, settledAll, summary } from "./meta-utility.ts";
import { runOpenTrial, trialSeed } from "../open-trial.ts";
import { journalParts, type Parts } from "../parts.ts";
import { recordEnd } from "../record-end.ts";
import { choosePair } from "./next-improver.ts";
import type { RecursionSettings } from "./settings.ts";

/** The improver's file in the program of every trial. */
export const IMPROVER_FILE = "improver.ts";

export interface RecursionObserver {
  opened?(state: RunState, notes: readonly string[]): void;
  trialStarted?(trial: TrialRecord, state: RunState): void;
  /** `improve/3f2a…/parity-noise-2` */
  partFinished?(part: string): void;
  trialFinished?(trial: TrialRecord, state: RunState): void;
  note?(text: string): void;
}

/** What an improver made of another. */
export interface ImprovementStep {
  readonly solution: string;
  /** Why there is none; "" when there is. */
  readonly failure: string;
  readonly flags: readonly string[];
  /** Meta-utility calls and model calls that it used. */
  readonly utilityCalls: number;
  readonly modelCalls: number;
}

export interface RecursionOptions {
  readonly journal: Journal;
  readonly settings: RecursionSettings;
  /** The downstream runs of an improver, which û is the mean of. They go to `parts`. */
  readonly measure: (
    improver: string,
    run: { readonly parts: Parts; readonly trial: number; readonly signal: AbortSignal },
  ) => Promise<readonly DownstreamPart[]>;
  /**
   * As `measure`, in runs of their own: the champion was chosen by its, so that they flatter it. Asked once, when the last
   * round is measured, of the champion and the first improver; left out, neither is measured again.
   */
  readonly measureAgain?: RecursionOptions["measure"] | undefined;
  /** I(û, S, L). */
  readonly improve: (
    pair: { readonly worker: string; readonly target: string },
    run: { readonly parts: Parts; readonly trial: number; readonly signal: AbortSignal },
  ) => Promise<ImprovementStep>;
  readonly observer: RecursionObserver;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export const noRoundIsLeft = ({ open, nextTrial }: RunState, { rounds }: RecursionSettings): boolean =>
  open.length === 0 && nextTrial > rounds;

/** Runs until all rounds are done or the signal aborts; returns the final state. */
export const recursion = (options: RecursionOptions): Promise<RunState> => recordEnd(options, () => runRounds(options));

/** Returns why the run ends. */
async function runRounds(options: RecursionOptions): Promise<string> {
  const { journal, settings, signal } = options;
  const state = (): RunState => startedState(journal);
  try {
    while (!noRoundIsLeft(state(), settings)) {
      if (state().open.length === 0) proposeNext(options, state());
      if (!(await runRound(options, state().open[0] as TrialRecord))) break;
    }
  } catch (thrown) {
    if (isMoneySpent(thrown)) return thrown.message;
    throw thrown;
  }
  if (signal.aborted) return INTERRUPTED;
  return settings.rounds === 1 ? "its one round is done" : `all ${settings.rounds} rounds done`;
}

interface NextImprover extends JsonObject {
  readonly candidate: string;
  readonly worker: number;
  readonly target: number;
  readonly failure: string;
  readonly flags: readonly string[];
}

function proposeNext({ journal, now }: RecursionOptions, state: RunState): void {
  const trial = state.nextTrial;
  const next = trial === 0 ? undefined : (journal.parts(trial - 1).get("next") as NextImprover | undefined);
  const targetCandidate = next === undefined ? undefined : journal.trial(next.target)?.candidate;
  journal.append({
    type: "trial.proposed",
    at: now(),
    trial,
    proposer: next === undefined ? "seed" : `improver ${next.worker}`,
    description: next === undefined ? "the improver as it is" : describe(next),
    parent: targetCandidate ?? null,
    candidate: next?.candidate ?? state.baseline,
    edit: null,
    detail: next === undefined ? null : { worker: next.worker, target: next.target, flags: [...next.flags] },
    seed: trialSeed(state.seed, trial),
  });
}

const describe = ({ worker, target, failure: why }: NextImprover): string =>
  why === "" ? `improver ${target}, improved by ${worker === target ? "itself" : worker}` : `unchanged: ${why}`;

/** False when it was interrupted. */
async function runRound(options: RecursionOptions, trial: TrialRecord): Promise<boolean> {
  const { journal, settings, observer, signal, now } = options;
  const state = (): RunState => startedState(journal);
  const work = async () => {
    const startedAt = now();
    observer.trialStarted?.(trial, state());
    const parts = journalParts(journal, { trial: trial.trial, now, observer });
    const outcome = await measureImprover(options, trial, parts);
    const verdict = verdictOn(trial, outcome, state());
    const isLast = trial.trial === settings.rounds;
    if (!isLast) await makeNext(options, { ...trial, outcome, verdict }, parts);
    const champion = verdict.decision === "keep" ? trial.candidate : state().champion?.candidate;
    const again = isLast ? await measuredAgain(options, { trial, champion: champion ?? state().baseline }, parts) : {};
    const told = { ...outcome, metrics: { ...outcome.metrics, ...again } };
    return { outcome: withTime(told, (now() - startedAt) / 1000), verdict };
  };
  const finished = await runOpenTrial(trial, { journal, signal, now, work });
  if (finished !== null) observer.trialFinished?.(finished, state());
  return finished !== null;
}

async function measureImprover(
  { journal, settings, measure, signal }: RecursionOptions,
  trial: TrialRecord,
  parts: Parts,
): Promise<Outcome> {
  const improver = sourceOf(journal, trial.candidate ?? "");
  const runs = await measure(improver, { parts, trial: trial.trial, signal });
  const validation = summary(runs);
  const test = settings.test ? runs.map((run) => run.test ?? 0) : null;
  return {
    status: "scored",
    score: validation.score,
    reason: "",
    selfReported: false,
    metrics: {
      ...(runs.length < 2 ? {} : { validation_standard_error: standardError(validation.parts) }),
      failed_runs: runs.filter(({ failure: why }) => why !== "").length / runs.length,
      ...(test === null ? {} : { test_meta_utility: mean(test) }),
      ...(test === null || test.length < 2 ? {} : { test_standard_error: standardError(test) }),
    },
    diagnostics: { ...NO_DIAGNOSTICS, outputTail: [validation.reason, ...validation.flags].filter(Boolean).join("\n") },
  };
}

/** What the champion and the first improver are worth in runs that chose neither: test scores, and the 95 % interval of their difference (Student), cut off where no difference can be. */
async function measuredAgain(
  { journal, measureAgain, signal }: RecursionOptions,
  { trial, champion }: { readonly trial: TrialRecord; readonly champion: string },
  parts: Parts,
): Promise<Outcome["metrics"]> {
  const first = startedState(journal).baseline;
  if (measureAgain === undefined || champion === first) return {};
  const testsOf = async (candidate: string): Promise<number[]> =>
    (await measureAgain(sourceOf(journal, candidate), { parts, trial: trial.trial, signal })).map(
      (run) => run.test ?? 0,
    );
  const [before, after] = await settledAll([first, champion].map(testsOf));
  if (before === undefined || after === undefined) return {};
  const { low, high } = meanInterval(after.map((test, i) => test - (before[i] as number)));
  return {
    again_first: mean(before),
    again_champion: mean(after),
    again_gain_low: Math.max(-1, low),
    again_gain_high: Math.min(1, high),
  };
}

/** The improver of the next trial, as the part `next` of this one. */
async function makeNext(
  { journal, settings, improve, signal }: RecursionOptions,
  judged: TrialRecord,
  parts: Parts,
): Promise<void> {
  await parts.once<NextImprover>("next", async () => {
    const trials = [...journal.trials()].filter(({ trial }) => trial < judged.trial);
    const pair = choosePair([...trials, judged], settings);
    const candidate = (trial: number): string =>
      (trial === judged.trial ? judged : (journal.trial(trial) as TrialRecord)).candidate ?? "";
    const [worker, target] = [candidate(pair.worker), candidate(pair.target)].map((id) => sourceOf(journal, id));
    const step = await improve(
      { worker: worker as string, target: target as string },
      { parts, trial: judged.trial, signal },
    );
    const files = { [IMPROVER_FILE]: step.solution };
    const changed = candidateId(files) !== candidate(pair.target);
    if (changed) journal.saveProgram(files);
    return {
      candidate: changed ? candidateId(files) : candidate(pair.target),
      ...pair,
      failure: step.failure !== "" ? step.failure : changed ? "" : nothingBetter(step),
      flags: [...step.flags],
      utilityCalls: step.utilityCalls,
      modelCalls: step.modelCalls,
    };
  });
}

/** How many it measured tells a model whose answers were no programs from one whose programs were no better. */
const nothingBetter = ({ utilityCalls }: ImprovementStep): string =>
  `nothing better found, in ${utilityCalls} meta-utility call${utilityCalls === 1 ? "" : "s"}`;

const sourceOf = (journal: Journal, candidate: string): string => journal.program(candidate)[IMPROVER_FILE] ?? "";

/** The champion is the improver with the best validation meta-utility; which one works next is choosePair's business. */
function verdictOn({ candidate }: TrialRecord, { score }: Outcome, { champion }: RunState): Verdict {
  const of = (decision: Verdict["decision"], reason: string): Verdict => ({
    decision,
    rule: "strict",
    reason,
    reward: score === null || champion === null ? 0 : score - champion.score,
  });
  if (champion === null || score === null) return of("keep", "the seed");
  // The same program again has only been lucky.
  if (candidate === champion.candidate) return of("discard", "the best improver so far, measured again");
  return isBetter("maximize", score, champion.score)
    ? of("keep", `meta-utility ${score.toFixed(4)} against ${champion.score.toFixed(4)}`)
    : of("discard", `meta-utility ${score.toFixed(4)}, no better than ${champion.score.toFixed(4)}`);
}

const withTime = (outcome: Outcome, wallSeconds: number): Outcome => ({
  ...outcome,
  diagnostics: { ...outcome.diagnostics, wallSeconds },
});
