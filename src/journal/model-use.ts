/** What a run knows of its calls of language models: tokens, dollars, and what is still out. */
import type { TokenUsage } from "../core/exchange.ts";

/** What one model has used in a run. */
export interface ModelUse {
  readonly calls: number;
  readonly failures: number;
  readonly usage: TokenUsage;
  /** US dollars, of the calls whose price is known. */
  readonly cost: number;
  readonly unpriced: number;
  /** Calls whose tokens are an estimate. */
  readonly estimated: number;
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

/** A new session: nobody waits for the calls of the one before. */
export const forgetCalls = (models: ModelCalls): ModelCalls => ({
  ...models,
  open: [],
  lost: models.lost + models.open.reduce((sum, { reserved }) => sum + reserved, 0),
});

/** Dollars that count against the limit: what answered calls cost, and what lost ones could have. */
export const spentOnModels = ({ lost, byModel }: ModelCalls): number =>
  Object.values(byModel).reduce((sum, { cost }) => sum + cost, lost);
