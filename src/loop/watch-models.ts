/** A gateway that remembers how its models fared, for the words with which a run goes on or ends. */
import type { ModelFailure } from "../core/exchange.ts";
import type { ModelGateway } from "../models/types.ts";

/** How the reason begins with which a run ends that may ask no model any more. */
export const MONEY_SPENT = "the models' money is used up";

export interface WatchedModels {
  readonly gateway: ModelGateway;
  /** Set once a call was refused because it could exceed the limit on money. */
  moneyReason(): string | undefined;
  /** What the newest call of each model failed with, if it did. */
  troubles(): readonly string[];
  /** Whether a model that answered in this session, and does not now, may do so later. */
  mayRecover(): boolean;
}

/** `onTrouble` is told when a model that answered before, or was never asked, fails. */
export function watchModels(gateway: ModelGateway, onTrouble: (sentence: string) => void): WatchedModels {
  const failing = new Map<string, { readonly sentence: string; readonly isPassing: boolean }>();
  const answered = new Set<string>();
  let refusal: ModelFailure | undefined;
  const ask: ModelGateway["ask"] = async (question, signal) => {
    const exchange = await gateway.ask(question, signal);
    const { failure } = exchange.reply;
    if (failure === null) {
      failing.delete(question.model);
      answered.add(question.model);
    } else if (failure.kind === "over-budget") {
      if (refusal === undefined && !failure.isPassing) onTrouble(`${MONEY_SPENT}: ${failure.message}`);
      refusal = failure.isPassing ? refusal : failure;
    } else if (failure.kind !== "aborted") {
      const isNamed = failure.message.includes(question.model);
      const sentence = isNamed ? failure.message : `${question.model}: ${failure.message}`;
      if (!failing.has(question.model)) onTrouble(sentence);
      failing.set(question.model, {
        sentence,
        isPassing: failure.isPassing && failure.kind !== "context-overflow",
      });
    }
    return exchange;
  };
  return {
    gateway: { ...gateway, ask },
    moneyReason: () => refusal && `${MONEY_SPENT}: ${refusal.message}`,
    troubles: () => [...[...failing.values()].map(({ sentence }) => sentence), ...(refusal ? [refusal.message] : [])],
    mayRecover: () => [...failing].some(([model, { isPassing }]) => isPassing && answered.has(model)),
  };
}
