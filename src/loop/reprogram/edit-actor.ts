/**
 * The code model as actor within a run of any task: what its texts earned so far is folded from the history, as the learned policy does
 * (propose/policy/recall.ts), so that it keeps no state. Its notes hold what it drew, and now and then what it learned.
 */
import { z } from "zod";

import type { Json, JsonObject } from "../../core/json.ts";
import { createRandom } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { Backend } from "../../nn/index.ts";
import type { LearnerState } from "../../policy/learner.ts";
import { ownTrials, type OwnTrial } from "../../policy/own-trials.ts";
import { packWeights, unpackWeights } from "../../policy/packed-weights.ts";
import type { ProposerContext } from "../../propose/types.ts";
import { readRollout } from "../../reprogram/sequence-policy/rollout.ts";
import {
  openSequenceActor,
  type RewardedRollout,
  type SequenceActor,
  type WrittenText,
} from "../../reprogram/sequence-policy/sequence-actor.ts";
import { sourceReward, USELESS } from "./writer/source-reward.ts";

export interface EditActorOptions {
  readonly backend: Backend;
  readonly temperature: number;
  readonly topP: number;
  /** Own finished trials per update; default 8. */
  readonly batch?: number;
}

export interface EditActor {
  fits(text: string): boolean;
  /** `n` texts from one, and the notes for the first of them that differs from it, or for all. */
  write(
    context: ProposerContext,
    text: string,
    n: number,
  ): Promise<{ readonly texts: string[]; readonly detail: Json }>;
}

/** Adapters of rank 4: what is learned goes into the journal with each update. */
const PPO = { lora: { rank: 4 }, minibatch: 8, epochs: 6, learningRate: 1e-3, warmupSteps: 4, maxKl: 0.05 };

const notesSchema = z.looseObject({
  base: z.string(),
  /** Texts that changed nothing, and last the one that was proposed, if any was. */
  rollouts: z.array(z.unknown()),
  isProposed: z.boolean(),
  learned: z
    .object({ updates: z.int(), upTo: z.int(), undecided: z.array(z.int()).readonly().optional(), weights: z.string() })
    .optional(),
});
type Notes = z.infer<typeof notesSchema>;

const KEY = "reprogrammer";

export async function openEditActor(model: Uint8Array, options: EditActorOptions): Promise<EditActor> {
  const { backend, temperature, topP, batch = 8 } = options;
  const actor = await openSequenceActor(model, { ...PPO, backend, temperature, topP });
  const stateOf = states(actor);
  return {
    fits: actor.fits,
    async write(context, text, n) {
      const { state, learned } = await recall(context, { actor, batch, stateOf });
      const seed = context.random.integer(2 ** 31);
      const written = await actor.write(state, text, { n, seed });
      const first = written.findIndex((one) => one.text !== text);
      const tried: readonly WrittenText[] = first === -1 ? written : written.slice(0, first + 1);
      const notes = {
        base: actor.base,
        rollouts: tried.map(({ rollout }) => rollout),
        isProposed: first !== -1,
        ...(learned && { learned }),
      };
      return { texts: written.map((one) => one.text), detail: { [KEY]: notes } };
    },
  };
}

type StateOf = (weights: string | undefined) => LearnerState;

/** The state of noted weights. The newest stays the same object, so that the actor need not be set up again for equal ones. */
function states(actor: SequenceActor): StateOf {
  let newest: { readonly weights: string | undefined; readonly state: LearnerState } | undefined;
  return (weights) => {
    if (newest === undefined || newest.weights !== weights)
      newest = { weights, state: actor.start(unpacked(weights, actor)) };
    return newest.state;
  };
}

const unpacked = (weights: string | undefined, actor: SequenceActor) =>
  weights === undefined ? undefined : unpackWeights(weights, actor.weights(actor.start()));

/** Undefined for a trial of somebody else, or of another model. */
const notesOn =
  ({ base }: SequenceActor) =>
  (record: TrialRecord): Notes | undefined => {
    const notes = notesSchema.safeParse((record.detail as JsonObject | null)?.[KEY]).data;
    return notes?.base === base ? notes : undefined;
  };

/** The state to write with now, and what an update has just brought, to be noted. */
async function recall(
  context: ProposerContext,
  { actor, batch, stateOf }: { readonly actor: SequenceActor; readonly batch: number; readonly stateOf: StateOf },
): Promise<{ readonly state: LearnerState; readonly learned?: Notes["learned"] }> {
  const { learned, fresh, update } = ownTrials([...context.history, ...context.pending], notesOn(actor));
  const state = stateOf(learned?.weights);
  if (fresh.length < batch) return { state };
  const random = createRandom(`${actor.base}/update ${update.updates}`);
  const rewarded = fresh.flatMap((one) => rewardedOf(one, context, actor));
  const updated = await actor.learn(state, rewarded, random);
  const weights = packWeights(actor.weights(updated?.state ?? state));
  // The optimiser's moments are not kept: every update begins a fresh one, now or after a restart.
  return { state: stateOf(weights), learned: { ...update, weights } };
}

/** Texts that changed nothing were useless; the one that was tried earned what came of it. */
function rewardedOf(
  { record, notes }: OwnTrial<Notes>,
  context: ProposerContext,
  actor: SequenceActor,
): RewardedRollout[] {
  const { history, direction, baseline } = context;
  const parent = history.find(({ candidate, outcome }) => candidate === record.parent && outcome?.score != null);
  const score = parent?.outcome?.score ?? baseline.score;
  return notes.rollouts.flatMap((value, i) => {
    const rollout = readRollout(value, actor);
    const isTried = notes.isProposed && i === notes.rollouts.length - 1 && record.outcome !== null;
    const reward = isTried ? sourceReward(record.outcome, { direction, parent: score }) : USELESS;
    return rollout === undefined ? [] : [{ rollout, reward }];
  });
}
