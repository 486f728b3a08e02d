/** The part of the fold that counts calls of language models: tokens, dollars, and what is still out. */
import { NO_TOKENS, addTokens } from "../core/exchange.ts";
import type { TokenUsage } from "../core/exchange.ts";
import type { ModelAnswered, ModelAsked } from "./events.ts";
import { inconsistent } from "./inconsistent.ts";
import type { RunState } from "./state.ts";

/** What one model has used in a run. */
export interface ModelUse {
  readonly calls: number;
  readonly failures: number;
  readonly usage: TokenUsage;
  /** US dollars, of the calls whose price is known. */
  readonly cost: number;
  readonly unpriced: number;
  readonly wallSeconds: number;
}

/** What the run knows of its calls. */
export interface ModelCalls {
  /** Number the next exchange gets. */
  readonly next: number;
  /** Under way, by number. */
  readonly open: readonly { readonly exchange: number; readonly model: string; readonly reserved: number }[];
  /** Dollars reserved for calls that a kill cut off: nobody knows what they cost, so they count in full. */
  readonly lost: number;
  readonly byModel: Readonly<Record<string, ModelUse>>;
}

export const NO_CALLS: ModelCalls = Object.freeze({ next: 0, open: [], lost: 0, byModel: {} });

const UNUSED: ModelUse = { calls: 0, failures: 0, usage: NO_TOKENS, cost: 0, unpriced: 0, wallSeconds: 0 };

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
    wallSeconds: before.wallSeconds + event.wallSeconds,
  };
  const open = models.open.filter((other) => other !== call);
  return { ...state, models: { ...models, open, byModel: { ...models.byModel, [call.model]: use } } };
}

/** A new session: nobody waits for the calls of the one before. */
export const forgetCalls = (models: ModelCalls): ModelCalls => ({
  ...models,
  open: [],
  lost: models.lost + models.open.reduce((sum, { reserved }) => sum + reserved, 0),
});

/** Dollars that count against the limit: what answered calls cost, and what lost ones could have. */
export const spentOnModels = ({ lost, byModel }: ModelCalls): number =>
  Object.values(byModel).reduce((sum, { cost }) => sum + cost, lost);
