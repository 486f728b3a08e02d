/** Money: what a call cost, and the most that one can cost before it leaves. US dollars; prices are per million tokens. */
import { StropError } from "../core/errors.ts";
import type { ModelRequest, TokenUsage } from "../core/exchange.ts";
import { formatDollars } from "../core/figures.ts";
import { promptTokens } from "./tokens.ts";
import type { LanguageModel, Price } from "./types.ts";

const MILLION = 1_000_000;
/** Tokens that an answer is taken to have at most when neither the request nor the model bounds it. */
const UNBOUNDED_ANSWER = 32_768;

/** Dollars; null when the price is not known. */
export function costOf(usage: TokenUsage, price: Price | undefined): number | null {
  if (price === undefined) return null;
  const fresh = usage.input - usage.cachedInput;
  const cached = usage.cachedInput * (price.cachedInput ?? price.input);
  return (fresh * price.input + cached + usage.output * price.output) / MILLION;
}

/**
 * The most that a call can cost, dollars: every sample pays for the whole prompt (a provider without `n` is called once
 * per sample) and writes as much as it may. 0 when the price is not known.
 */
export function mostCost(model: Pick<LanguageModel, "price" | "maxOutputTokens">, request: ModelRequest): number {
  const output = request.maxOutputTokens ?? model.maxOutputTokens ?? UNBOUNDED_ANSWER;
  const usage = { input: promptTokens(request), cachedInput: 0, output, reasoning: 0 };
  return request.samples * (costOf(usage, model.price) ?? 0);
}

/**
 * Throws `models.unknown-price` when spending is limited and a model's price is not known: nobody could keep the limit.
 * The command line calls it before a run starts.
 */
export function requireKnownPrices(models: readonly Pick<LanguageModel, "name" | "price">[], limit?: number): void {
  const unknown = models.filter(({ price }) => price === undefined).map(({ name }) => name);
  if (limit === undefined || unknown.length === 0) return;
  throw new StropError(
    "models.unknown-price",
    `expected a known price for every model under a limit of ${formatDollars(limit)}, found none for ${unknown.join(", ")}`,
    {
      hint: `give the price in dollars per million tokens, in the config ({ "model": "${unknown[0]}", "price": { "input": 3, "output": 15 } }) or in prices.json, or drop --max-cost`,
    },
  );
}
