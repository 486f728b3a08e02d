/**
 * Language models put together with what this folder knows of asking them: which one, how warmly, with what steer, and
 * not for what was tried before.
 */
import { StropError } from "../../core/errors.ts";
import type { ModelChoice, PromptSettings } from "../../core/task.ts";
import type { ModelGateway } from "../../models/types.ts";
import { greedily, greedyModel, type GreedyOptions } from "../model/greedy.ts";
import { modelProposer } from "../model/model-proposer.ts";
import type { ModelOptions } from "../model/plan.ts";
import type { Arm } from "../portfolio.ts";
import type { Proposer } from "../types.ts";
import { modelArmCost } from "./arm-cost.ts";
import { askCosts } from "./ask-cost.ts";
import { chooserFor } from "./choosers.ts";
import { type Intent, INTENTS, numbers, withIntents } from "./intents.ts";
import { noveltyFilter } from "./novelty-filter.ts";
import { scheduledTemperature } from "./temperature.ts";

export interface ModelTools {
  readonly gateway?: ModelGateway | undefined;
  /** Default: every model of the gateway. */
  readonly models?: readonly ModelChoice[] | undefined;
  readonly settings?: PromptSettings | undefined;
}

const SETTINGS: PromptSettings = { tokens: 64_000, samples: 1, resamples: 2, edit: "search-replace" };

/** The models, chosen and steered by what paid in this run. Throws StropError `config.no-model`. */
export const learningModel = (tools: ModelTools, intents: readonly Intent[] = INTENTS): Proposer =>
  noveltyFilter(modelProposer({ name: "model", ...modelOptions(tools, intents) }));

/** How `learningModel` asks. Throws StropError `config.no-model`. */
export function modelOptions(tools: ModelTools, intents: readonly Intent[] = INTENTS): ModelOptions {
  const { gateway, choices, settings } = complete(tools);
  const choose = chooserFor(choices, { costs: askCosts(gateway), temperature: scheduledTemperature });
  return { gateway, settings, choose: withIntents(choose, intents) };
}

/** The first model, always asked the same way. Throws StropError `config.no-model`. */
export const greedy = (tools: ModelTools): Proposer => greedyModel(greedyChoice(tools));

/** How `greedy` asks. Throws StropError `config.no-model`. */
export const greedyOptions = (tools: ModelTools): ModelOptions => greedily(greedyChoice(tools));

function greedyChoice(tools: ModelTools): GreedyOptions {
  const { gateway, choices, settings } = complete(tools);
  const { model, temperature } = choices[0];
  return { gateway, model, temperature, settings };
}

/** What a model is steered to beside searches that tune the numbers. */
export const BESIDE_SEARCHES: readonly Intent[] = INTENTS.filter((intent) => intent !== numbers);

/** The models beside searches that tune the numbers: worth an early try, and then what they bring for what they cost. */
export function modelArm(tools: ModelTools): Arm {
  const { gateway, choices } = complete(tools);
  return {
    proposer: learningModel(tools, BESIDE_SEARCHES),
    prior: [2, 2],
    cost: modelArmCost(
      choices.map(({ model }) => model),
      askCosts(gateway),
    ),
  };
}

interface Complete {
  readonly gateway: ModelGateway;
  readonly choices: readonly [ModelChoice, ...ModelChoice[]];
  readonly settings: PromptSettings;
}

function complete({ gateway, models, settings = SETTINGS }: ModelTools): Complete {
  const all =
    models !== undefined && models.length > 0 ? models : (gateway?.models ?? []).map(({ name }) => ({ model: name }));
  const [first, ...others] = all;
  if (gateway === undefined || first === undefined)
    throw new StropError("config.no-model", "expected a language model, found none", {
      hint: "Name one with --model.",
    });
  return { gateway, choices: [first, ...others], settings };
}
