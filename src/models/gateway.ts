/**
 * The one door through which every call of a model goes. Money first: the most that a call can cost is reserved before
 * it leaves, so calls that run side by side cannot exceed the limit together. A question is paid for once in a run.
 */
import { StropError } from "../core/errors.ts";
import type { Exchange, ModelFailure } from "../core/exchange.ts";
import { formatDollars } from "../core/figures.ts";
import { slots } from "../core/slots.ts";
import { costOf, mostCost, requireKnownPrices } from "./cost.ts";
import { exchangeKey } from "./recording/exchange-key.ts";
import { aborted, failedReply, failure } from "./failures.ts";
import { type Scrubber, scrubReply, scrubRequest } from "./recording/scrub.ts";
import type { ExchangeBook, LanguageModel, ModelGateway, Question, Spending } from "./types.ts";

/** Number of an exchange that was refused here: no call was made and the record does not hold it. */
export const NOT_MADE = -1;

export interface GatewayOptions {
  readonly models: readonly LanguageModel[];
  readonly book: ExchangeBook;
  /** US dollars, for all that the book knows of; undefined: no limit. */
  readonly limit?: number | undefined;
  /** Calls at a time, all models together; default 8. */
  readonly concurrency?: number | undefined;
  /** Takes secrets out of what is kept and handed on; default: nothing is taken out. */
  readonly scrub?: Scrubber | undefined;
}

/** Throws `models.unknown-price` when there is a limit and a model without a price. */
export function createGateway(options: GatewayOptions): ModelGateway {
  const { models, book, limit, concurrency = 8, scrub = (text) => text } = options;
  requireKnownPrices(models, limit);
  const byName = new Map(models.map((model) => [model.name, model]));
  const ended = new Map<string, ModelFailure>();
  const underWay = new Map<string, Promise<Exchange>>();
  const turns = slots(concurrency);
  let inFlight = 0;
  // Agents pay through the same book.
  const spending = (): Spending => ({ spent: book.spent(), inFlight, limit });

  /** Why the call is not to be made, if so. */
  function objection(model: LanguageModel, most: number, signal: AbortSignal): ModelFailure | undefined {
    if (signal.aborted) return aborted(model.name);
    return ended.get(model.name) ?? overBudget(model, most, spending());
  }

  async function call(question: Question, key: string, signal: AbortSignal): Promise<Exchange> {
    const model = byName.get(question.model) ?? unknownName(question.model, models);
    const reserved = mostCost(model, question.request);
    const refused = objection(model, reserved, signal);
    if (refused !== undefined) return notMade(question, refused);
    inFlight += reserved;
    let giveBack: (() => void) | undefined;
    try {
      giveBack = await turns.take(signal).catch(() => undefined);
      const late = giveBack === undefined ? aborted(model.name) : ended.get(model.name);
      if (late !== undefined) return notMade(question, late);
      const { purpose, request } = question;
      const exchange = book.asked({ key, purpose, model: model.name, reserved });
      const reply = await model.complete(request, signal, purpose);
      if (reply.failure?.isPassing === false) ended.set(model.name, reply.failure);
      const cost = costOf(reply.usage, model.price);
      const texts = { request: scrubRequest(request, scrub), reply: scrubReply(reply, scrub) };
      const kept: Exchange = { exchange, purpose, model: model.name, ...texts, cost };
      book.answered(key, kept);
      return kept;
    } finally {
      inFlight -= reserved;
      giveBack?.();
    }
  }

  return {
    models,
    spending,
    recent: () => book.recent(),
    async ask(question, signal) {
      const key = exchangeKey(question);
      for (let running = underWay.get(key); running !== undefined; running = underWay.get(key)) {
        // The one who asked first learns of it; this asker may have to ask for itself.
        await running.catch(() => undefined);
      }
      const known = book.find(key);
      if (known?.reply.failure === null) return known;
      const asking = call(question, key, signal).finally(() => underWay.delete(key));
      underWay.set(key, asking);
      return asking;
    },
  };
}

function overBudget(
  model: LanguageModel,
  most: number,
  { spent, inFlight, limit }: Spending,
): ModelFailure | undefined {
  if (limit === undefined || most === 0 || spent + inFlight + most <= limit) return undefined;
  const message = `asking ${model.name} can cost up to ${formatDollars(most)}, but of the ${formatDollars(limit)} limit ${formatDollars(spent)} is spent and up to ${formatDollars(inFlight)} under way`;
  return failure("over-budget", message, spent + most <= limit);
}

const notMade = ({ purpose, model, request }: Question, refused: ModelFailure): Exchange => ({
  exchange: NOT_MADE,
  purpose,
  model,
  request,
  reply: failedReply(refused),
  cost: 0,
});

function unknownName(name: string, models: readonly LanguageModel[]): never {
  const known = models.map((model) => model.name).join(", ") || "none";
  throw new StropError("models.unknown-name", `expected one of the run's models (${known}), found ${name}`);
}
