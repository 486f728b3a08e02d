/**
 * Which models are in service, judged by their exchanges of the run so far. A model that cannot be asked any more (wrong
 * key, unknown name) is out; one that failed for the moment rests for a while, longer with every failure in a row.
 */
import type { ModelFailureKind } from "../../core/exchange.ts";
import type { ModelGateway } from "../../models/types.ts";
import type { ProposerContext } from "../types.ts";
import { exchangesBefore } from "./exchanges.ts";

export type Standing = "ready" | "resting" | "out";

export type StandingOf = (context: ProposerContext, model: string) => Standing;

/** A prompt that was too long says nothing against a model, nor does a call that the user interrupted. */
const SAYS_NOTHING: ReadonlySet<ModelFailureKind | undefined> = new Set(["context-overflow", "aborted"]);
/** Trials that a model rests at most. */
const LONGEST_REST = 64;

/** Every model, always. */
export const alwaysReady: StandingOf = () => "ready";

/** After k failures in a row a model rests for 2^(k−1) trials. */
export const standingOf =
  (gateway: ModelGateway): StandingOf =>
  (context, model) => {
    const told = exchangesBefore(gateway, model, context.trial).filter(
      ({ exchange }) => !SAYS_NOTHING.has(exchange.reply.failure?.kind),
    );
    const failures = told.map(({ exchange }) => exchange.reply.failure);
    if (failures.some((failure) => failure?.isPassing === false)) return "out";
    const inARow = failures.length - 1 - failures.lastIndexOf(null);
    const last = told.at(-1);
    if (inARow === 0 || last === undefined) return "ready";
    return context.trial <= last.trial + Math.min(LONGEST_REST, 2 ** (inARow - 1)) ? "resting" : "ready";
  };
