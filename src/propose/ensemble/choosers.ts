/**
 * Which model is asked: always the same one, by weights, or by a bandit on what each brings for what it costs. Pure
 * functions of what the run has seen. A model that is out of service is passed over by who asks (model/plan.ts).
 */
import type { ModelChoice } from "../../core/task.ts";
import type { Ask, ChooseAsk } from "../model/types.ts";
import type { ProposerContext } from "../types.ts";
import { type AskCosts, inSeconds, trialSeconds } from "./ask-cost.ts";
import { modelOf } from "./notes.ts";
import type { Temperature } from "./temperature.ts";
import { type Belief, DISCOUNT, payoffs, sampleBeta } from "./thompson.ts";

export interface ChooserOptions {
  /** For choices that do not fix theirs; default: the provider's own. */
  readonly temperature?: Temperature;
}

/** What is believed of a model before its first trial. */
const PRIOR: Belief = [1, 2];

/** The way to choose that the choices ask for: the one there is, the weights if any is given, or else the bandit. */
export function chooserFor(choices: readonly ModelChoice[], options: BanditOptions): ChooseAsk {
  const [only, ...others] = choices;
  if (only !== undefined && others.length === 0)
    return singleModel(only.model, only.temperature ?? options.temperature);
  const isWeighted = choices.some(({ weight }) => weight !== undefined);
  return isWeighted ? weightedModels(choices, options) : modelBandit(choices, options);
}

/** Always this model. `temperature` undefined: the provider's default. */
export const singleModel =
  (model: string, temperature?: number | Temperature): ChooseAsk =>
  (context) => ({ model, temperature: typeof temperature === "function" ? temperature(context) : temperature });

/** Each model as often as its weight says, relative to the others; a choice without a weight counts as 1. */
export const weightedModels =
  (choices: readonly ModelChoice[], options: ChooserOptions = {}): ChooseAsk =>
  (context) => {
    const total = choices.reduce((sum, { weight = 1 }) => sum + weight, 0);
    let at = context.random.fork("model").next() * total;
    return askOf(choices.find(({ weight = 1 }) => (at -= weight) < 0) ?? choices.at(-1), context, options);
  };

export interface BanditOptions extends ChooserOptions {
  /** What one proposal of a model is expected to cost. */
  readonly costs: AskCosts;
  /** Per trial; default 0.98. 1 forgets nothing. */
  readonly discount?: number;
}

/**
 * The model with the largest draw of what a trial of it pays, over what such a trial is expected to cost: call and trial,
 * dollars and seconds (budgeted Thompson sampling, Xia et al. 2015, with the mean cost instead of a draw, and discounted).
 * Models that cost nothing therefore compete by the time they take.
 */
export const modelBandit =
  (choices: readonly ModelChoice[], options: BanditOptions): ChooseAsk =>
  (context) => {
    const { costs, discount = DISCOUNT } = options;
    const random = context.random.fork("model");
    const paid = payoffs(context, discount);
    const perTrial = trialSeconds(context);
    const drawn = choices.map((choice) => {
      const belief = paid.belief((record) => modelOf(record) === choice.model, PRIOR);
      return { choice, value: sampleBeta(belief, random) / (perTrial + inSeconds(costs(context, choice.model))) };
    });
    const best = drawn.reduce<(typeof drawn)[number] | undefined>(
      (top, one) => (top === undefined || one.value > top.value ? one : top),
      undefined,
    );
    return askOf(best?.choice, context, options);
  };

const askOf = (choice: ModelChoice | undefined, context: ProposerContext, options: ChooserOptions): Ask | null =>
  choice === undefined
    ? null
    : { model: choice.model, temperature: choice.temperature ?? options.temperature?.(context) };
