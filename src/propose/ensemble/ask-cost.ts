/**
 * What asking a model costs, in dollars and in waiting, put into one unit: seconds of the machine that runs the trials.
 * Learned from the run's own exchanges with its models.
 */
import type { Exchange } from "../../core/exchange.ts";
import type { ModelGateway, Price } from "../../models/types.ts";
import { trialOf } from "../model/service.ts";
import type { ProposerContext } from "../types.ts";

/** What one proposal of a model is expected to cost. */
export interface AskCost {
  /** US dollars. */
  readonly dollars: number;
  /** Wall seconds until the answer is there. */
  readonly seconds: number;
}

export type AskCosts = (context: ProposerContext, model: string) => AskCost;

/** An hour of the machine that runs the trials counts as one US dollar: about what a rented GPU costs. */
const SECONDS_PER_DOLLAR = 3600;
/** Believed of a model before its first answer: tokens of one prompt and answer, and the wait. */
const FIRST = { input: 8_000, output: 1_000, seconds: 15 };
/** For a model whose price nobody knows: that of a middling hosted one. US dollars per million tokens. */
const UNKNOWN: Price = { input: 3, output: 15 };
/** Exchanges of a model that the expectation is the mean of. */
const WINDOW = 16;

/** In seconds of machine time. */
export const inSeconds = ({ dollars, seconds }: AskCost): number => seconds + dollars * SECONDS_PER_DOLLAR;

/**
 * Mean per answer over a model's last exchanges, with what its price leads to expect counted as one more. Those for the trial
 * at hand do not count: a run that was killed after one of them then asks the same question again, and is not charged.
 */
export const askCosts =
  (gateway: ModelGateway): AskCosts =>
  (context, model) => {
    const first = firstGuess(gateway.models.find(({ name }) => name === model)?.price ?? UNKNOWN);
    const seen = gateway
      .recent()
      .filter((one) => one.model === model && one.reply.failure === null && trialOf(one) < context.trial)
      .slice(-WINDOW);
    // One exchange may hold several answers, each of which is a proposal.
    const proposals = seen.reduce((sum, { reply }) => sum + reply.answers.length, 1);
    const mean = (guess: number, of: (exchange: Exchange) => number) =>
      seen.reduce((sum, exchange) => sum + of(exchange), guess) / proposals;
    return {
      dollars: mean(first.dollars, ({ cost, reply }) => cost ?? first.dollars * reply.answers.length),
      seconds: mean(first.seconds, ({ reply }) => reply.wallSeconds),
    };
  };

const firstGuess = ({ input, output }: Price): AskCost => ({
  dollars: (FIRST.input * input + FIRST.output * output) / 1e6,
  seconds: FIRST.seconds,
});

/** Mean wall seconds of the finished trials; at least a second, so that trials which cost nothing do not make waiting infinitely dear. */
export function trialSeconds({ history }: Pick<ProposerContext, "history">): number {
  const finished = history.flatMap(({ outcome }) => (outcome === null ? [] : [outcome.diagnostics.wallSeconds]));
  return Math.max(1, finished.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, finished.length));
}
