/**
 * Actor and critic trained by PPO. Pure in its state: `evaluate` and `update` take a state and give the next, so that a run can keep
 * it wherever it keeps everything else. One backend with one thread repeats itself bit by bit.
 */
import type { Random } from "../core/numerics/random.ts";
import { constantRate, float32Of, type Backend, type Values } from "../nn/index.ts";
import { normalized } from "./gae.ts";
import {
  asEpisode,
  placesOf,
  type Decision,
  type Episode,
  type Example,
  type Observation,
  type PolicyNetwork,
  type Sample,
  type Weights,
} from "./network.ts";
import { openPasses, type Evaluation } from "./passes.ts";
import type { PpoCoefficients } from "./ppo-loss.ts";

export interface PpoOptions extends PpoCoefficients {
  readonly backend: Backend;
  /** Samples per step; default 64. */
  readonly minibatch?: number;
  /** Times that every sample is used in an update; default 4. */
  readonly epochs?: number;
  /** Peak learning rate; default 3e-4. */
  readonly learningRate?: number;
  /** Steps of linear growth to it; default 50 (autoresearch-rl §7.3). */
  readonly warmupSteps?: number;
  /** Largest norm of all gradients together; default 0.5. */
  readonly clipNorm?: number;
  /** An update ends after the epoch in which the policy moved by more than this, in nats; default 0.02. */
  readonly maxKl?: number;
}

/** Parameters, the optimiser's moments and the number of steps. */
export interface LearnerState {
  readonly values: Values;
  readonly steps: number;
}

/** What an update did, over all of its decisions. */
export interface UpdateReport {
  readonly epochs: number;
  /** Mean of (ρ − 1) − ln ρ, an estimate of KL(π_old ‖ π) that is never negative. */
  readonly kl: number;
  /** Share of decisions whose ρ is clipped. */
  readonly clipped: number;
  readonly entropy: number;
  /** 1 − Var(target − V) / Var(target), V before the update; 0 for targets that do not differ. */
  readonly explained: number;
}

export interface Learner {
  /** A fresh optimiser around these weights; those left out, or all, are the network's own. */
  start(weights?: Weights): LearnerState;
  weights(state: LearnerState): Weights;
  /** ln π for every action (masked ones far below 0) and V, for each place of each observation in this order. */
  evaluate(state: LearnerState, observations: readonly Observation[]): Promise<readonly Evaluation[]>;
  /** Several epochs of minibatch steps. Contract: `samples` is not empty. `random` orders the samples. */
  update(
    state: LearnerState,
    samples: readonly (Sample | Episode)[],
    random: Random,
  ): Promise<{ readonly state: LearnerState; readonly report: UpdateReport }>;
  /** One epoch of minibatch steps towards what an expert would do. Contract: `examples` is not empty. */
  imitate(
    state: LearnerState,
    examples: readonly Example[],
    how: { readonly random: Random; readonly learningRate: number },
  ): Promise<{ readonly state: LearnerState; readonly report: ImitationReport }>;
  close(): Promise<void>;
}

/** Over the first two minibatches of an update, before it. */
export interface ImitationReport {
  /** Mean of KL(π_E ‖ π), in nats. */
  readonly kl: number;
  /** Of π. */
  readonly entropy: number;
  /** As in `UpdateReport`. */
  readonly explained: number;
}

/** @throws StropError `nn.…` when the network cannot be built or the backend refuses it. */
export async function createLearner(network: PolicyNetwork, options: PpoOptions): Promise<Learner> {
  const { epochs = 4, learningRate = 3e-4, warmupSteps = 50, maxKl = 0.02, clip = 0.2 } = options;
  const passes = await openPasses(network, options);
  const places = placesOf(network);
  const rate = constantRate({ peak: learningRate, warmupSteps });
  const evaluate = (state: LearnerState, observations: readonly Observation[]) =>
    passes.evaluate(state.values, observations);
  return {
    start: (weights = {}) => ({ values: withWeights(passes.initial, passes.names, weights), steps: 0 }),
    weights: ({ values }) =>
      Object.fromEntries([...passes.names].map(([name, path]) => [path, float32Of(values[name]).slice()])),
    evaluate,
    close: passes.close,
    async imitate(state, examples, { random, learningRate: peak }) {
      const shuffled = random.fork("examples").shuffle(examples);
      const some = shuffled.slice(0, 2 * passes.minibatch);
      const seen = some.map(({ observation }) => observation);
      const report = compared(some, await evaluate(state, seen));
      let now = state;
      const warm = constantRate({ peak, warmupSteps });
      for (let at = 0; at < shuffled.length; at += passes.minibatch) {
        const steps = now.steps + 1;
        const batch = shuffled.slice(at, at + passes.minibatch);
        now = { values: await passes.imitate(now.values, batch, { steps, learningRate: warm(steps) }), steps };
      }
      return { state: now, report };
    },
    async update(state, samples, random) {
      const episodes = withNormalizedAdvantages(samples.map(asEpisode));
      const observations = episodes.map(({ observation }) => observation);
      const before = judged(episodes, await evaluate(state, observations), places);
      const order = random.fork("epochs");
      let [now, done] = [state, 0];
      let measured = measure(before, clip);
      while (done < epochs && measured.kl <= maxKl) {
        const shuffled = order.shuffle(episodes);
        for (let at = 0; at < shuffled.length; at += passes.minibatch) {
          const steps = now.steps + 1;
          const values = await passes.step(now.values, shuffled.slice(at, at + passes.minibatch), {
            steps,
            learningRate: rate(steps),
          });
          now = { values, steps };
        }
        done++;
        measured = measure(judged(episodes, await evaluate(now, observations), places), clip);
      }
      return { state: now, report: { epochs: done, ...measured, explained: explainedVariance(before) } };
    },
  };
}

function withNormalizedAdvantages(episodes: readonly Episode[]): Episode[] {
  const made = episodes.flatMap(({ decisions }) => decisions.filter((one) => one !== undefined));
  const advantages = normalized(made.map(({ advantage }) => advantage)).values();
  const withNext = (decision: Decision): Decision => ({ ...decision, advantage: advantages.next().value ?? 0 });
  return episodes.map(({ observation, decisions }) => ({
    observation,
    decisions: decisions.map((decision) => decision && withNext(decision)),
  }));
}

/** A decision, and what the policy says of it now. */
interface Judged extends Decision, Evaluation {}

const judged = (episodes: readonly Episode[], evaluations: readonly Evaluation[], places: number): Judged[] =>
  episodes.flatMap(({ decisions }, i) =>
    decisions.flatMap((decision, place) =>
      decision === undefined ? [] : [{ ...decision, ...(evaluations[i * places + place] as Evaluation) }],
    ),
  );

function withWeights(initial: Values, names: ReadonlyMap<string, string>, weights: Weights): Values {
  const given = (name: string) => weights[names.get(name) ?? ""];
  return Object.fromEntries(
    Object.entries(initial).map(([name, value]) => [name, { ...value, data: (given(name) ?? value.data).slice() }]),
  );
}

function measure(decisions: readonly Judged[], clip: number) {
  let [kl, clipped, entropy] = [0, 0, 0];
  for (const { action, logProbability, logPi } of decisions) {
    const change = (logPi[action] as number) - logProbability;
    kl += Math.exp(change) - 1 - change;
    clipped += Math.abs(Math.exp(change) - 1) > clip ? 1 : 0;
    entropy += entropyIn(logPi);
  }
  const n = decisions.length;
  return { kl: kl / n, clipped: clipped / n, entropy: entropy / n };
}

function compared(examples: readonly Example[], evaluations: readonly Evaluation[]): ImitationReport {
  let [kl, entropy] = [0, 0];
  for (const [i, { expert }] of examples.entries()) {
    const { logPi } = evaluations[i] as Evaluation;
    entropy += entropyIn(logPi);
    for (const [action, p] of expert.entries()) if (p > 0) kl += p * (Math.log(p) - (logPi[action] as number));
  }
  const judgements = examples.map(({ target }, i) => ({ target, value: (evaluations[i] as Evaluation).value }));
  return { kl: kl / examples.length, entropy: entropy / examples.length, explained: explainedVariance(judgements) };
}

const entropyIn = (logPi: Float32Array): number => -logPi.reduce((sum, one) => sum + Math.exp(one) * one, 0);

function explainedVariance(decisions: readonly { readonly target: number; readonly value: number }[]): number {
  const spread = variance(decisions.map(({ target }) => target));
  return spread === 0 ? 0 : 1 - variance(decisions.map(({ target, value }) => target - value)) / spread;
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}
