/**
 * What a run has learned about its models from asking them. Only exchanges for trials before the one at hand count: a run
 * that is killed between an answer and the trial it leads to then asks exactly the same question again, and is not charged.
 */
import type { Exchange } from "../../core/exchange.ts";
import type { ModelGateway } from "../../models/types.ts";

export interface TrialExchange {
  readonly trial: number;
  readonly exchange: Exchange;
}

/** A model's exchanges among the gateway's newest that were for trials before `trial`, oldest first. */
export const exchangesBefore = (gateway: ModelGateway, model: string, trial: number): readonly TrialExchange[] =>
  gateway
    .recent()
    .map((exchange) => ({ trial: trialOf(exchange.purpose), exchange }))
    .filter((one) => one.exchange.model === model && one.trial < trial);

/** NaN for an exchange that was for something else. */
const trialOf = (purpose: string): number => Number(/^trial-(\d+)/.exec(purpose)?.[1] ?? Number.NaN);
