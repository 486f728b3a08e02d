/**
 * The gym: trains the edit policy across families of tasks, first by imitation of an expert (expert.ts), then by PPO, and measures it on tasks that
 * it never trains on.
 */
import { createRandom, type Random } from "../../../core/numerics/random.ts";
import { type Backend, requireSameShapes } from "../../../nn/index.ts";
import type { GaeOptions } from "../../../policy/gae.ts";
import {
  createLearner,
  type ImitationReport,
  type Learner,
  type LearnerState,
  type PpoOptions,
  type UpdateReport,
} from "../../../policy/learner.ts";
import type { Sample, Weights } from "../../../policy/network.ts";
import { editNetwork, freshWeights, policyBackend } from "../actor.ts";
import type { Blinders } from "../features.ts";
import type { GymReward } from "./environment.ts";
import { SHAPES } from "./families.ts";
import type { Family, GymTask } from "./gym-task.ts";
import { rollOut, type Rollout } from "./rollout.ts";

/** Peak learning rate of imitation, of which a tenth is left at its end. */
const IMITATION_RATE = 2e-3;

export interface GymOptions extends GymReward, GaeOptions, Partial<Omit<PpoOptions, "backend">> {
  readonly seed: number;
  /** Updates in all; each plays `tasks` new tasks for `trials` trials. */
  readonly iterations: number;
  /** The first of them that imitate; default 0. */
  readonly imitations?: number;
  /** Default 20. */
  readonly tasks?: number;
  /** Default 72. */
  readonly trials?: number;
  /** Take turns. Default: those of families.ts. */
  readonly families?: readonly Family[];
  /** Default: untrained. */
  readonly weights?: Weights;
  /** Where an earlier call with the same options has got to, instead of beginning. */
  readonly resume?: GymState;
  readonly blinders?: Blinders;
  readonly backend?: Backend;
  /** Updates between two measurements on held-out tasks; default 20. */
  readonly measureEvery?: number;
  /** More decisions for an update, from elsewhere, such as runs of real programs; undefined if they were cut short, and so is the update. */
  readonly more?: (iteration: number, weights: Weights) => Promise<readonly Sample[] | undefined>;
  /** Ends the training after the update that is under way, or before it where its decisions from elsewhere are not complete. */
  readonly signal?: AbortSignal;
  /** Awaited before the next update; the measurement before the first is update 0. */
  readonly onUpdate?: (update: GymUpdate) => Promise<void> | void;
  /** For people: the share of the trials that are played on so many tasks, for an update or to measure. */
  readonly onPlayed?: ((tasks: number, share: number) => void) | undefined;
}

/** All there is to go on from: every draw follows from the seed and the number of the update. */
export interface GymState {
  /** Updates made. */
  readonly iteration: number;
  readonly learner: LearnerState;
}

export type Progress = Omit<Rollout, "samples" | "examples">;

export interface GymUpdate {
  readonly state: GymState;
  /** A copy. */
  readonly weights: Weights;
  /** Undefined for update 0. */
  readonly train: Progress | undefined;
  readonly report: UpdateReport | ImitationReport | undefined;
  /** On tasks of streams that training never uses; only where measured. */
  readonly heldOut: Progress | undefined;
}

/** Trained weights; the same for the same seed, options and backend, however often it was cut short and resumed. */
export async function trainPolicy(options: GymOptions): Promise<Weights> {
  const { seed, iterations, signal, resume } = options;
  const backend = options.backend ?? (await policyBackend());
  const learner = await createLearner(editNetwork(options.weights ?? freshWeights(seed)), {
    minibatch: 64,
    epochs: 3,
    learningRate: 3e-4,
    ...options,
    backend,
  });
  const gym = openGym(learner, options);
  const fresh = learner.start();
  if (resume !== undefined) requireSameShapes(resume.learner.values, fresh.values);
  let state = resume ?? { iteration: 0, learner: fresh };
  if (resume === undefined) await gym.announce({ state, train: undefined, report: undefined });
  while (state.iteration < iterations && signal?.aborted !== true) {
    const made = await gym.update(state);
    if (made === undefined) break;
    const { next, ...update } = made;
    state = next;
    await gym.announce({ state, ...update });
  }
  const weights = learner.weights(state.learner);
  await learner.close();
  return weights;
}

function openGym(learner: Learner, options: GymOptions) {
  const { seed, iterations, families = SHAPES, measureEvery = 20, imitations = 0 } = options;
  const random = createRandom(`gym/${seed}`);
  const play = (state: LearnerState, { count, stream, expert }: Play): Promise<Rollout> =>
    rollOut(draw(families, count, stream.fork("tasks")), {
      ...options,
      learner,
      state,
      trials: options.trials ?? 72,
      random: stream.fork("play"),
      ...(expert !== undefined && { expert }),
      onPlayed: (share) => options.onPlayed?.(count, share),
    });
  return {
    async update({ iteration: before, learner: state }: GymState) {
      const iteration = before + 1;
      const stream = random.fork(`train/${iteration}`);
      const isImitation = iteration <= imitations;
      const expert = Math.max(LEAST_SHOWN, 1 - iteration / (SHOWN * imitations));
      const { samples, examples, ...train } = await play(state, {
        count: options.tasks ?? 20,
        stream,
        ...(isImitation && { expert }),
      });
      const elsewhere = isImitation ? [] : await more(iteration, state);
      if (elsewhere === undefined) return undefined;
      const updated = isImitation
        ? await learner.imitate(state, examples, {
            random: stream.fork("update"),
            learningRate: IMITATION_RATE * (1 - 0.9 * (iteration / imitations)),
          })
        : await learner.update(state, [...samples, ...elsewhere], stream.fork("update"));
      return { next: { iteration, learner: updated.state }, train, report: updated.report };
    },
    async announce(update: Omit<GymUpdate, "weights" | "heldOut">): Promise<void> {
      const { iteration, learner: state } = update.state;
      const isMeasured = iteration % measureEvery === 0 || iteration === iterations;
      const stream = createRandom("gym/held out");
      const heldOut = isMeasured ? progressIn(await play(state, { count: HELD_OUT, stream })) : undefined;
      await options.onUpdate?.({ ...update, weights: learner.weights(state), heldOut });
    },
  };

  async function more(iteration: number, state: LearnerState): Promise<readonly Sample[] | undefined> {
    return options.more === undefined ? [] : options.more(iteration, learner.weights(state));
  }
}

interface Play {
  readonly count: number;
  readonly stream: Random;
  /** Share that the expert plays. */
  readonly expert?: number;
}

/** The expert plays all tasks at first and ever fewer in this share of the imitation, and at least so many to the end. */
const SHOWN = 0.3;
const LEAST_SHOWN = 0.1;

/** Tasks that are measured on: the same each time, from streams of their own. */
const HELD_OUT = 100;

const progressIn = ({ samples: _, examples: _examples, ...progress }: Rollout): Progress => progress;

/** Families take turns. */
const draw = (families: readonly Family[], count: number, random: Random): readonly GymTask[] =>
  Array.from({ length: count }, (_, i) => (families[i % families.length] as Family).make(random.fork(i)));
