/** The gym: trains the edit policy by PPO across families of tasks, and measures it on tasks that it never trains on. */
import { createRandom, type Random } from "../../../core/random.ts";
import type { Backend } from "../../../nn/index.ts";
import type { GaeOptions } from "../../../policy/gae.ts";
import { createLearner, type PpoOptions, type UpdateReport } from "../../../policy/learner.ts";
import type { Weights } from "../../../policy/network.ts";
import { editNetwork, freshWeights, policyBackend } from "../actor.ts";
import type { Blinders } from "../features.ts";
import type { GymReward } from "./environment.ts";
import { FAMILIES } from "./families.ts";
import type { Family, GymTask } from "./gym-task.ts";
import { rollOut, type Rollout } from "./rollout.ts";

export interface GymOptions extends GymReward, GaeOptions, Partial<Omit<PpoOptions, "backend">> {
  readonly seed: number;
  /** Updates; each plays `tasks` new tasks for `trials` trials. */
  readonly iterations: number;
  /** Default 24. */
  readonly tasks?: number;
  /** Default 48. */
  readonly trials?: number;
  /** Default: all six of families.ts. */
  readonly families?: readonly Family[];
  /** Default: untrained. */
  readonly weights?: Weights;
  readonly blinders?: Blinders;
  readonly backend?: Backend;
  /** Iterations between two measurements on held-out tasks; default 10. */
  readonly measureEvery?: number;
  /** Contract: not awaited. `weights` are a copy. */
  readonly onProgress?: (progress: GymProgress) => void;
}

export interface GymProgress {
  readonly iteration: number;
  readonly train: Omit<Rollout, "samples">;
  readonly report: UpdateReport;
  /** On tasks of streams that training never uses; only where measured. */
  readonly heldOut: Omit<Rollout, "samples"> | undefined;
  readonly weights: Weights;
}

/** Trained weights; the same for the same seed, options and backend. */
export async function trainPolicy(options: GymOptions): Promise<Weights> {
  const { seed, iterations, tasks = 24, trials = 48, families = FAMILIES, measureEvery = 10 } = options;
  const backend = options.backend ?? (await policyBackend());
  const learner = await createLearner(editNetwork(options.weights ?? freshWeights(seed)), {
    minibatch: 128,
    epochs: 3,
    learningRate: 1e-3,
    ...options,
    backend,
  });
  const random = createRandom(`gym/${seed}`);
  let state = learner.start();
  const play = (some: readonly GymTask[], stream: Random) =>
    rollOut(some, { ...options, learner, state, trials, random: stream });
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const stream = random.fork(`train/${iteration}`);
    const rollout = await play(draw(families, tasks, stream.fork("tasks")), stream.fork("play"));
    const { samples, ...train } = rollout;
    const updated = await learner.update(state, samples, stream.fork("update"));
    ({ state } = updated);
    const isMeasured = iteration % measureEvery === 0 || iteration === iterations;
    const heldOut = isMeasured ? await measure(families, play) : undefined;
    options.onProgress?.({ iteration, train, report: updated.report, heldOut, weights: learner.weights(state) });
  }
  const weights = learner.weights(state);
  await learner.close();
  return weights;
}

/** The same 36 tasks each time, from streams of their own. */
async function measure(
  families: readonly Family[],
  play: (tasks: readonly GymTask[], stream: Random) => Promise<Rollout>,
): Promise<Omit<Rollout, "samples">> {
  const held = createRandom("gym/held out");
  const { samples: _, ...progress } = await play(draw(families, 36, held.fork("tasks")), held.fork("play"));
  return progress;
}

/** Families take turns. */
const draw = (families: readonly Family[], count: number, random: Random): readonly GymTask[] =>
  Array.from({ length: count }, (_, i) => (families[i % families.length] as Family).make(random.fork(i)));
