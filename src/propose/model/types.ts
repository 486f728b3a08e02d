/** How a model is asked for one edit: who decides that (one model, weights, a bandit, a learned policy) is a function. */
import type { ProposerContext } from "../types.ts";

export interface Ask {
  /** Name of one of the gateway's models. */
  readonly model: string;
  /** Undefined: the provider's default. */
  readonly temperature: number | undefined;
  /** One sentence that steers this one answer: `Change the structure, not a number.` */
  readonly intent?: string;
}

/** Pure: the same context gives the same ask. Null: no model is worth asking (all are out of service). */
export type ChooseAsk = (context: ProposerContext) => Ask | null;
