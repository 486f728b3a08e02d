/**
 * A code model as actor and critic: it writes texts from a text and learns from their rewards, by the same PPO as every policy
 * (policy/learner.ts). Pure in its state, as the learner is; what its texts are for it does not know.
 */
import { sha256 } from "../../core/candidate.ts";
import { mean } from "../../core/numerics/stats.ts";
import type { Random } from "../../core/numerics/random.ts";
import { parametersOf, type Backend, type LoraOptions, type Shape } from "../../nn/index.ts";
import { estimateAdvantages } from "../../policy/gae.ts";
import { createLearner, type LearnerState, type PpoOptions, type UpdateReport } from "../../policy/learner.ts";
import type { Episode, Weights } from "../../policy/network.ts";
import type { Evaluation } from "../../policy/passes.ts";
import { readForm, type CodeModelForm } from "../code-model/load.ts";
import { createWriter } from "../code-model/writer.ts";
import { actorNetwork } from "./actor-network.ts";
import { episodeOf, observationOf, rolloutOf, type Rollout } from "./rollout.ts";

export interface SequenceActorOptions extends Omit<PpoOptions, "backend"> {
  readonly backend: Backend;
  /** Default r = 32, and α = 2·r (autoresearch-rl §7.3). */
  readonly lora?: LoraOptions;
  /** Above 0; default 1. π is softmax(logits / temperature) over the nucleus. */
  readonly temperature?: number;
  /** Default 1. */
  readonly topP?: number;
  /** Of the adapters' first values; default 0. */
  readonly seed?: number | string;
}

/** A text with how it came about. */
export interface WrittenText {
  readonly text: string;
  readonly rollout: Rollout;
}

export interface RewardedRollout {
  readonly rollout: Rollout;
  /** Of the whole text. */
  readonly reward: number;
}

export interface SequenceReport extends UpdateReport {
  /** Symbols that had an alternative. */
  readonly decisions: number;
  readonly meanReward: number;
}

/** Contract: one call at a time. */
export interface SequenceActor extends CodeModelForm {
  /** Hash of the base and of what adapts it: what was learned on one is of no use on another. */
  readonly base: string;
  readonly lora: Required<LoraOptions>;
  /** Shapes of what is learned, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  start(weights?: Weights): LearnerState;
  weights(state: LearnerState): Weights;
  /** Whether a text is short enough to be read. */
  fits(text: string): boolean;
  /** `n` texts from one, each with a random stream of its own. */
  write(
    state: LearnerState,
    text: string,
    options: { readonly n: number; readonly seed: number | string },
  ): Promise<WrittenText[]>;
  /**
   * One PPO update; undefined when there is nothing to learn: no text held a decision, or all earned the same. `random` orders the texts.
   */
  learn(
    state: LearnerState,
    rewarded: readonly RewardedRollout[],
    random: Random,
  ): Promise<{ readonly state: LearnerState; readonly report: SequenceReport } | undefined>;
  close(): Promise<void>;
}

/** Steps of a text bring nothing by themselves and end soon, and a young critic is not to be trusted: Â = r − V(s). */
const GAE = { discount: 1, lambda: 1 };

/**
 * @param model what `CodeModel.save` wrote
 * @throws StropError `reprogram.bad-model` or `nn.bad-checkpoint` when it is no such file.
 */
export async function openSequenceActor(model: Uint8Array, options: SequenceActorOptions): Promise<SequenceActor> {
  const { backend, temperature = 1, topP = 1, seed = 0 } = options;
  const { rank = 32, alpha = 2 * rank } = options.lora ?? {};
  const lora = { rank, alpha };
  const form = readForm(model);
  const { policy, network } = actorNetwork(form, model, { lora, temperature, seed });
  const learner = await createLearner(policy, options);
  const writer = createWriter(network, form.tokenizer, { backend, length: form.length });
  const parameters = parametersOf(policy.model);
  let present: LearnerState | undefined;
  /** The network's parameters get a state's values, for writing. */
  const take = async (state: LearnerState): Promise<void> => {
    if (state === present) return;
    await writer.forget();
    for (const [path, values] of Object.entries(learner.weights(state))) parameters.get(path)?.data.set(values);
    present = state;
  };
  return {
    ...form,
    base: sha256(`${sha256(model)} ${JSON.stringify([lora, temperature, topP, seed])}`).slice(0, 16),
    lora,
    shapes: new Map([...parameters].filter(([, one]) => !one.isFrozen).map(([path, { shape }]) => [path, shape])),
    start: learner.start,
    weights: learner.weights,
    fits: (text) => form.tokenizer.encode(text).length < form.length,
    async write(state, text, { n, seed: draws }) {
      await take(state);
      const [written = []] = await writer.write([text], { n, seed: draws, temperature, topP });
      return written.map((one) => ({ text: one.text, rollout: rolloutOf(text, one) }));
    },
    async learn(state, rewarded, random) {
      const deciding = rewarded.filter(({ rollout }) => rollout.decisions.length > 0);
      if (new Set(deciding.map(({ reward }) => reward)).size < 2) return undefined;
      const observations = deciding.map(({ rollout }) => observationOf(rollout, form));
      const evaluations = await learner.evaluate(state, observations);
      const episodes = deciding.map((one, i) =>
        episodeFrom(one, evaluations.slice(i * form.length, (i + 1) * form.length), observations[i]!),
      );
      const updated = await learner.update(state, episodes, random);
      const decisions = deciding.reduce((sum, { rollout }) => sum + rollout.decisions.length, 0);
      const meanReward = mean(rewarded.map(({ reward }) => reward));
      return { state: updated.state, report: { ...updated.report, decisions, meanReward } };
    },
    async close() {
      await Promise.all([learner.close(), writer.forget()]);
    },
  };
}

/** The reward comes with the last decision. */
function episodeFrom(
  { rollout, reward }: RewardedRollout,
  evaluations: readonly Evaluation[],
  observation: Episode["observation"],
): Episode {
  const values = rollout.decisions.map(({ at }) => evaluations[at]!.value);
  const rewards = values.map((_, n) => (n === values.length - 1 ? reward : 0));
  const { advantages, targets } = estimateAdvantages({ rewards, values, last: 0 }, GAE);
  return episodeOf(rollout, observation, (n) => ({ advantage: advantages[n]!, target: targets[n]! }));
}
