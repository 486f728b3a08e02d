/**
 * Algorithm 1 of Self-Programming AI as trials of a run: trial 0 is the initial source, then come n candidates per iteration, each
 * written from the best source before it. The last trial of an iteration stays open while the next one is prepared (training,
 * writing); that work is parts of it, so that a killed run goes on in the middle of any stage.
 */
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles, WholeFile } from "../../core/edit.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { gain } from "../../core/metric.ts";
import { type CandidateId, INTERRUPTED, type Outcome, type TrialRecord, type Verdict } from "../../core/trial.ts";
import type { Journal } from "../../journal/journal.ts";
import { startedState } from "../../journal/started-state.ts";
import type { RunState } from "../../journal/state.ts";
import { curveRecorder } from "../curve-recorder.ts";
import { runOpenTrial, trialSeed } from "../open-trial.ts";
import { trialPruning, type TrialPruning, withAudit } from "../prune-trial.ts";
import { hasFailedBaseline } from "../stop.ts";
import { journalParts } from "../parts.ts";
import { recordEnd } from "../record-end.ts";
import type { Experiment, Stage, Written } from "./experiment.ts";
import { PROPOSERS, SOURCE_FILE } from "./reprogram-task.ts";
import { lastTrial, placeOf, type ReprogramSettings, roundOf } from "./settings.ts";
import { earnedBy } from "./writer/source-reward.ts";
import { twinOf } from "./twins.ts";

export interface ReprogramObserver {
  opened?(state: RunState, notes: readonly string[]): void;
  trialStarted?(trial: TrialRecord, state: RunState): void;
  trialFinished?(trial: TrialRecord, state: RunState): void;
  /** `share` of the activity is done, 0 to 1. */
  progress?(activity: string, share: number): void;
  partFinished?(part: string): void;
}

export interface ReprogramOptions {
  readonly journal: Journal;
  readonly settings: ReprogramSettings;
  readonly experiment: Experiment;
  readonly observer: ReprogramObserver;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

interface Session extends ReprogramOptions {
  readonly pruning: TrialPruning;
  state(): RunState;
}

/** Runs until all iterations are done or the signal aborts; returns the final state. */
export const reprogram = (options: ReprogramOptions): Promise<RunState> =>
  recordEnd(options, () => runIterations(options));

/** Returns why the run ends. */
async function runIterations(options: ReprogramOptions): Promise<string> {
  const { journal, settings, signal } = options;
  const state = (): RunState => startedState(journal);
  const session: Session = { ...options, pruning: trialPruning(journal), state };
  // Nothing is written from a source that does not work, however often the command is given.
  const isBroken = (): boolean => hasFailedBaseline(state());
  while (!isBroken() && (state().open.length > 0 || state().nextTrial <= lastTrial(settings))) {
    if (state().open.length === 0) proposeNext(session);
    const trial = state().open[0] as TrialRecord;
    if (!(await runTrial(session, trial))) break;
  }
  if (signal.aborted) return INTERRUPTED;
  return isBroken()
    ? `the initial source does not work: ${journal.trial(0)?.outcome?.reason ?? ""}`
    : whatIsDone(settings);
}

function whatIsDone({ arm, iterations }: ReprogramSettings): string {
  if (arm === "none") return "the first source is trained";
  return iterations === 1 ? "its one iteration is done" : `all ${iterations} iterations done`;
}

/** The sources of one round, as the part `next` of the trial before it. */
interface Prepared extends JsonObject {
  readonly parent: CandidateId;
  readonly written: { readonly candidate: CandidateId; readonly description: string; readonly notes?: Json }[];
}

/** The round that a trial is of, and its place there; undefined for the initial source. */
function roundAround(trial: number, { journal, settings }: Session) {
  if (trial === 0) return undefined;
  const at = (trial - 1) % roundOf(settings);
  const first = trial - at;
  return { at, first, ...(journal.parts(first - 1).get("next") as Prepared) };
}

function proposeNext(session: Session): void {
  const { journal, settings, now, state } = session;
  const { nextTrial: trial, baseline, seed } = state();
  const { iteration, index } = placeOf(trial, settings);
  const prepared = roundAround(trial, session);
  const written = prepared?.written[prepared.at];
  const candidate = written?.candidate ?? baseline;
  journal.append({
    type: "trial.proposed",
    at: now(),
    trial,
    proposer: trial === 0 ? "initial" : PROPOSERS[settings.arm],
    description: written?.description ?? "the initial source",
    parent: prepared?.parent ?? null,
    candidate,
    edit: prepared === undefined ? null : { kind: "whole-files", files: wholeFiles(journal.program(candidate)) },
    detail: { iteration, index },
    seed: trialSeed(seed, trial),
  });
}

const wholeFiles = (files: ProgramFiles): WholeFile[] => Object.entries(files).map(([path, text]) => ({ path, text }));

/** False when it was interrupted. */
async function runTrial(session: Session, trial: TrialRecord): Promise<boolean> {
  const { journal, observer, signal, now, state } = session;
  const work = async () => {
    observer.trialStarted?.(trial, state());
    const stage = stageOf(session, trial);
    const outcome = await measureOnce(session, trial, stage);
    const verdict = verdictOn(outcome, state());
    const winner = verdict.decision === "keep" ? trial.candidate : (state().champion?.candidate ?? null);
    if (winner !== null) await goOn(session, { trial: trial.trial, winner, outcome, stage });
    return { outcome, verdict };
  };
  const finished = await runOpenTrial(trial, { journal, signal, now, work });
  if (finished !== null) observer.trialFinished?.(finished, state());
  return finished !== null;
}

function stageOf({ journal, observer, signal, now }: Session, { trial }: TrialRecord): Stage {
  const parts = journalParts(journal, { trial, now, observer });
  const earlier = (part: string) => partBefore(journal, trial, part);
  return { trial, parts, earlier, signal, report: (activity, share) => observer.progress?.(activity, share) };
}

function partBefore(journal: Journal, trial: number, part: string): Json | undefined {
  for (let before = trial - 1; before >= 0; before--) {
    const value = journal.parts(before).get(part);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A source that was measured before is not measured again: candidates are compared on equal terms, so nothing would change. */
async function measureOnce(session: Session, trial: TrialRecord, stage: Stage): Promise<Outcome> {
  const { journal, experiment, state } = session;
  const twin = [...journal.trials()].find(
    (other) => other.trial < trial.trial && other.candidate === trial.candidate && !isUnfinished(other),
  );
  if (twin !== undefined) return twinOf(twin.trial);
  const recorder = curveRecorder((points) => journal.appendCurve(trial.trial, trial.attempts + 1, points));
  const watch = session.pruning.watch(trial, state());
  const curve: Parameters<typeof recorder.add>[0][] = [];
  const measured = stage.parts.once("measured", async () => {
    const outcome = await experiment.measure(sourceOf(journal, trial.candidate), {
      ...stage,
      observe(point) {
        recorder.add(point);
        curve.push(point);
        return watch.observe(curve);
      },
    });
    recorder.flush();
    return { ...withAudit(outcome, watch) } as unknown as JsonObject;
  });
  return (await measured) as unknown as Outcome;
}

const isUnfinished = ({ outcome }: TrialRecord): boolean => outcome === null || outcome.status === "interrupted";

interface Finished {
  readonly trial: number;
  readonly winner: CandidateId;
  readonly outcome: Outcome;
  readonly stage: Stage;
}

/** After the last trial of a round: the sources of the next one, or the end. Within an iteration they are written from the same source. */
async function goOn(session: Session, { trial, winner, outcome, stage }: Finished): Promise<void> {
  const { journal, settings, experiment } = session;
  const count = roundOf(settings);
  if (trial % count !== 0) return;
  if (trial >= lastTrial(settings)) return experiment.conclude(sourceOf(journal, winner), stage);
  const round = roundAround(trial, session);
  const next = placeOf(trial + 1, settings);
  const parent = round === undefined || next.index === 1 ? winner : round.parent;
  await stage.parts.once<Prepared>("next", async () => {
    const before = round === undefined ? [] : earnedBy(journal, { ...round, trial, outcome });
    const known = [...journal.trials()].map(({ candidate }) => sourceOf(journal, candidate));
    const written = await experiment.write(sourceOf(journal, parent), { ...next, count, known, before }, stage);
    return { parent, written: written.map((one) => saved(journal, one)) };
  });
}

function saved(journal: Journal, { text, description, notes }: Written): Prepared["written"][number] {
  const files = { [SOURCE_FILE]: text };
  journal.saveProgram(files);
  return { candidate: candidateId(files), description, ...(notes !== undefined && { notes }) };
}

const sourceOf = (journal: Journal, candidate: CandidateId | null): string =>
  journal.program(candidate ?? "")[SOURCE_FILE] ?? "";

/** Lowest loss, or highest accuracy, wins; if none beats the original, the original stays (§4.1). */
function verdictOn({ status, score, reason }: Outcome, { champion, task }: RunState): Verdict {
  const of = (decision: Verdict["decision"], why: string, reward = 0): Verdict => ({
    decision,
    rule: "strict",
    reason: why,
    reward,
  });
  if (score === null) return of("discard", `${status}: ${reason}`);
  if (champion === null) return of("keep", "the initial source");
  const { direction } = task.metric;
  const gained = gain(direction, score, champion.score);
  const figures = `${score.toFixed(4)} against ${champion.score.toFixed(4)} of trial ${champion.trial}`;
  return gained > 0 ? of("keep", figures, gained) : of("discard", `${figures}, no better`, gained);
}
