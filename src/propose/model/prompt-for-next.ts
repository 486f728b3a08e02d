/** The very question that the next proposal would ask, for `strop prompt`. Asks nothing. */
import type { ProposerContext } from "../types.ts";
import { type Call, type ModelOptions, planCall, spareAnswer } from "./plan.ts";

export interface NextPrompt extends Call {
  /** Set when the next proposal is an answer that was already paid for; the question is the one that would follow. */
  readonly spare: { readonly exchange: number; readonly answer: number } | null;
}

/** Null when no model is in service; `modelTroubles` says why. */
export function promptForNext(context: ProposerContext, options: ModelOptions): NextPrompt | null {
  const call = planCall(context, options, []);
  const spare = spareAnswer(context, options);
  return call && { ...call, spare: spare && { exchange: spare.exchange.exchange, answer: spare.answer } };
}
