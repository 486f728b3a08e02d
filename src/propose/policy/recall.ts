/**
 * Learning within a run as a fold over its history: the newest notes that hold learned parameters, and one PPO update when enough of the
 * policy's own trials have finished since. The boards of those trials are set up again from the history, so nothing else is kept.
 */
import { createRandom } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { estimateAdvantages } from "../../policy/gae.ts";
import type { Learner, LearnerState } from "../../policy/learner.ts";
import type { Sample, Weights } from "../../policy/network.ts";
import { ownTrials, type OwnTrial } from "../../policy/own-trials.ts";
import { packWeights, unpackWeights } from "../../policy/packed-weights.ts";
import type { ProposerContext } from "../types.ts";
import { OPERATORS } from "./board.ts";
import { type Blinders, observe } from "./features.ts";
import { type Learned, type Notes, readNotes } from "./notes.ts";
import { type Delegate, readBoard } from "./read-board.ts";

export interface RecallOptions {
  readonly learner: Learner;
  /** Identifies the weights that learning began with; notes of others are not used. */
  readonly base: string;
  readonly delegates: readonly Delegate[];
  readonly blinders: Blinders;
  /** Own finished trials per update. */
  readonly batch: number;
  readonly isLearning: boolean;
}

export interface Recalled {
  readonly state: LearnerState;
  /** To be noted with the proposal that is made now: what an update has just brought. */
  readonly learned: Learned | undefined;
}

/** The parameters to act with now. */
export async function recall(context: ProposerContext, options: RecallOptions): Promise<Recalled> {
  const { learner, base, batch, isLearning } = options;
  if (!isLearning) return { state: learner.start(), learned: undefined };
  const { learned, fresh, update } = ownTrials([...context.history, ...context.pending], notesOn(base));
  const state = learner.start(learned && decode(learned.weights, learner));
  if (fresh.length < batch) return { state, learned: undefined };
  const samples = await samplesOf(fresh, context, options);
  if (samples.length === 0) return { state, learned: undefined };
  const updated = await learner.update(state, samples, createRandom(`${base}/update ${update.updates}`));
  const weights = learner.weights(updated.state);
  // The optimiser's moments are not kept: every update begins a fresh one, now or after a restart.
  return { state: learner.start(weights), learned: { ...update, weights: packWeights(weights) } };
}

/** The newest parameters that a run has learned; undefined when there are none for this base. */
export function learnedWeights(records: Iterable<TrialRecord>, base: string, learner: Learner): Weights | undefined {
  let learned: Learned | undefined;
  for (const record of records) learned = notesOn(base)(record)?.learned ?? learned;
  return learned && decode(learned.weights, learner);
}

const notesOn =
  (base: string) =>
  (record: TrialRecord): Notes | undefined => {
    const notes = readNotes(record);
    return notes?.base === base ? notes : undefined;
  };

/** The decisions of a whole run on which the policy learned nothing, for learning elsewhere. */
export const decisionsOf = (context: ProposerContext, blinders: Blinders = {}): Promise<readonly Sample[]> => {
  const { own } = ownTrials(context.history, readNotes);
  return samplesOf(own, context, { delegates: [], blinders });
};

async function samplesOf(
  own: readonly OwnTrial<Notes>[],
  context: ProposerContext,
  { delegates, blinders }: Pick<RecallOptions, "delegates" | "blinders">,
): Promise<readonly Sample[]> {
  const values = own.map(({ notes }) => notes.value);
  const { advantages, targets } = estimateAdvantages({ rewards: rewardsOf(own, context), values, last: 0 }, AT_ONCE);
  const samples: Sample[] = [];
  for (const [i, { record, notes }] of own.entries()) {
    const board = await readBoard(earlier(context, record, notes), delegates);
    const { action, logProbability, banned } = notes;
    // Another board than then: the history no longer holds what it showed.
    if (board.sites[Math.floor(action / OPERATORS)]?.key !== notes.site) continue;
    const observation = observe(board, banned, blinders);
    if (observation.mask[action] !== 1) continue;
    samples.push({
      observation,
      action,
      logProbability,
      advantage: advantages[i] as number,
      target: targets[i] as number,
    });
  }
  return samples;
}

/** What an edit brings, it brings now: to be paid for the next ones as well is noise in the few samples of a run. */
const AT_ONCE = { discount: 0, lambda: 0 };

/**
 * An edit that was kept earns half of `LARGEST`, and up to all of it by its verdict's reward (judge/reward.ts) beside those of the last
 * few that were kept: gains shrink as a run goes on, and by its first and largest nothing later would be worth learning. An edit without a score
 * costs a tenth, a worse one nothing, or never to explore would be best.
 */
function rewardsOf(own: readonly OwnTrial<Notes>[], { history }: ProposerContext): readonly number[] {
  const kept = history.filter(isKept).toSorted((a, b) => a.trial - b.trial);
  return own.map(({ record }) => {
    if (!isKept(record)) return record.outcome?.status === "scored" ? 0 : -0.1 * LARGEST;
    const lately = kept.filter(({ trial }) => trial <= record.trial).slice(-LATELY);
    const largest = Math.max(0, ...lately.map(({ verdict }) => verdict?.reward ?? 0)) || 1;
    const share = Math.max(0, record.verdict?.reward ?? 0) / largest;
    return (LARGEST * (1 + share)) / 2;
  });
}

const isKept = ({ trial, verdict }: TrialRecord): boolean => trial > 0 && verdict?.decision === "keep";

const LATELY = 4;

/** What the best edit of late is worth, in the gym's decades. */
const LARGEST = 0.3;

/** The context in which a trial was proposed. */
function earlier(context: ProposerContext, { trial, parent }: TrialRecord, notes: Notes): ProposerContext {
  const running = new Set(notes.pending);
  // A slow one may run even now.
  const pending = [...context.history, ...context.pending].filter((record) => running.has(record.trial));
  const candidate = parent ?? context.baseline.candidate;
  return {
    ...context,
    trial,
    champion: { candidate, score: notes.best, trial: 0 },
    history: context.history.filter((record) => record.trial < trial && !running.has(record.trial)),
    pending,
  };
}

/** Undefined parameters, and so the network's own, where the text is not of this network. */
const decode = (text: string, learner: Learner): Weights => unpackWeights(text, learner.weights(learner.start())) ?? {};
