/** Plays the policy, its expert or both on many gym tasks at once, one forward pass for all of them per trial. */
import type { Random } from "../../../core/numerics/random.ts";
import { mean } from "../../../core/numerics/stats.ts";
import { estimateAdvantages, type GaeOptions } from "../../../policy/gae.ts";
import type { Learner, LearnerState } from "../../../policy/learner.ts";
import { MASKED } from "../../../policy/masked-categorical.ts";
import type { Example, Observation, Sample } from "../../../policy/network.ts";
import type { Evaluation } from "../../../policy/passes.ts";
import { chooseAction } from "../choose.ts";
import { type Blinders, observe } from "../features.ts";
import { createEnvironment, type GymReward } from "./environment.ts";
import { expertPolicy } from "./expert.ts";
import type { GymTask } from "./gym-task.ts";

export interface RolloutOptions extends GymReward, GaeOptions {
  readonly learner: Learner;
  readonly state: LearnerState;
  readonly trials: number;
  readonly random: Random;
  readonly blinders?: Blinders;
  /** Share of the tasks that the expert plays; it says at every state what it would do. Default: there is no expert. */
  readonly expert?: number;
  /** Told after each trial which share of them is played. */
  readonly onPlayed?: ((share: number) => void) | undefined;
}

export interface Rollout {
  readonly samples: readonly Sample[];
  /** What the expert would have done. */
  readonly examples: readonly Example[];
  /** Mean over tasks: what of the gap between baseline and minimum was closed in the end, and on average over the trials. */
  readonly closed: number;
  readonly area: number;
  /** −log10 of the share of the gap that was left, at most 4. */
  readonly decades: number;
  readonly improvementsPerTrial: number;
}

interface Step {
  readonly observation: Observation;
  readonly action: number;
  readonly logProbability: number;
  readonly value: number;
  readonly reward: number;
  readonly expert: Float32Array | undefined;
}

/** One episode on every task. */
export async function rollOut(tasks: readonly GymTask[], options: RolloutOptions): Promise<Rollout> {
  const { learner, state, trials, random, blinders, expert, onPlayed } = options;
  const games = tasks.map((task, i) => {
    const stream = random.fork(i);
    const horizon = stream.next() < 0.5 ? trials : undefined;
    const environment = createEnvironment(task, { ...options, random: stream, horizon });
    const isPlayedByExpert = expert !== undefined && stream.next() < expert;
    return { task, environment, random: stream, steps: [] as Step[], isPlayedByExpert };
  });
  const views = () =>
    games.map(({ environment }) => {
      const board = environment.board();
      return { board, seen: observe(board, [], blinders) };
    });
  const judge = async (seen: ReturnType<typeof views>) =>
    learner.evaluate(
      state,
      seen.map((one) => one.seen),
    );
  for (let trial = 0; trial < trials; trial++) {
    const seen = views();
    const evaluations = await judge(seen);
    for (const [i, { environment, random: stream, steps, isPlayedByExpert }] of games.entries()) {
      const { board, seen: unbanned } = seen[i] as (typeof seen)[number];
      const { logPi, value } = evaluations[i] as Evaluation;
      const told = expert === undefined ? undefined : expertPolicy(board);
      const actor = isPlayedByExpert && told !== undefined ? told.map((p) => (p > 0 ? Math.log(p) : MASKED)) : logPi;
      const choice = await chooseAction(actor, stream, (action) => environment.attempt(board, action));
      if (choice === null) continue;
      const { action, logProbability, banned } = choice;
      const observation = banned.length === 0 ? unbanned : observe(board, banned, blinders);
      const reward = environment.play(choice.result);
      steps.push({ observation, action, logProbability, value, reward, expert: told && withoutBanned(told, banned) });
    }
    onPlayed?.((trial + 1) / trials);
  }
  const last = await judge(views());
  const paid = games.flatMap(({ steps }, i) => samplesOf(steps, (last[i] as Evaluation).value, options));
  return {
    samples: paid,
    examples: paid.flatMap(({ observation, target, expert: told }) =>
      told?.some((p) => p > 0) === true ? [{ observation, target, expert: told }] : [],
    ),
    ...progressOf(games.map(({ task, environment }) => ({ minimum: task.minimum, losses: environment.losses }))),
  };
}

/** What the expert would do if it knew that these lead nowhere. */
function withoutBanned(told: Float32Array, banned: readonly number[]): Float32Array {
  const rest = told.map((p, action) => (banned.includes(action) ? 0 : p));
  const total = rest.reduce((sum, p) => sum + p, 0);
  return total > 0 ? rest.map((p) => p / total) : rest;
}

function samplesOf(steps: readonly Step[], last: number, options: GaeOptions): readonly (Sample & Step)[] {
  const [rewards, values] = [steps.map(({ reward }) => reward), steps.map(({ value }) => value)];
  const { advantages, targets } = estimateAdvantages({ rewards, values, last }, options);
  return steps.map((step, i) => ({ ...step, advantage: advantages[i] as number, target: targets[i] as number }));
}

function progressOf(games: readonly { readonly minimum: number; readonly losses: readonly number[] }[]) {
  const shares = games.map(({ minimum, losses }) => {
    const first = losses[0] as number;
    return losses.map((loss) => (first > minimum ? (first - loss) / (first - minimum) : 0));
  });
  const improved = games.map(({ losses }) =>
    mean(losses.slice(1).map((loss, i) => (loss < (losses[i] as number) ? 1 : 0))),
  );
  return {
    closed: mean(shares.map((one) => one.at(-1) as number)),
    area: mean(shares.map(mean)),
    decades: mean(shares.map((one) => -Math.log10(Math.max(1e-4, 1 - (one.at(-1) as number))))),
    improvementsPerTrial: mean(improved),
  };
}
