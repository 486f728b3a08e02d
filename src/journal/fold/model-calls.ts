/** The part of the fold that counts calls of language models. */
import { NO_TOKENS, addTokens } from "../../core/exchange.ts";
import type { ModelAnswered, ModelAsked } from "../events.ts";
import { inconsistent } from "./inconsistent.ts";
import type { ModelUse } from "../model-use.ts";
import type { RunState } from "../state.ts";

const UNUSED: ModelUse = {
  calls: 0,
  failures: 0,
  usage: NO_TOKENS,
  cost: 0,
  unpriced: 0,
  estimated: 0,
  wallSeconds: 0,
};

export function askModel(state: RunState, event: ModelAsked): RunState {
  const { models } = state;
  if (event.exchange !== models.next)
    throw inconsistent(state.sequence, event, `exchange ${models.next} to be asked next`);
  const { exchange, model, reserved } = event;
  return { ...state, models: { ...models, next: exchange + 1, open: [...models.open, { exchange, model, reserved }] } };
}

export function answerModel(state: RunState, event: ModelAnswered): RunState {
  const { models } = state;
  const call = models.open.find(({ exchange }) => exchange === event.exchange);
  if (call === undefined) throw inconsistent(state.sequence, event, "an answer to a call that is under way");
  const before = Object.hasOwn(models.byModel, call.model) ? models.byModel[call.model]! : UNUSED;
  const use: ModelUse = {
    calls: before.calls + 1,
    failures: before.failures + (event.failure === null ? 0 : 1),
    usage: addTokens(before.usage, event.usage),
    cost: before.cost + (event.cost ?? 0),
    unpriced: before.unpriced + (event.cost === null ? 1 : 0),
    estimated: before.estimated + (event.isEstimated === true ? 1 : 0),
    wallSeconds: before.wallSeconds + event.wallSeconds,
  };
  const open = models.open.filter((other) => other !== call);
  return { ...state, models: { ...models, open, byModel: { ...models.byModel, [call.model]: use } } };
}
