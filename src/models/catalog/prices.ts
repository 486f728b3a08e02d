/**
 * What models cost and how much they can read. The shipped table holds what was certain on its date and nothing else:
 * an unknown price is said to be unknown. The user's own file goes before it.
 */
import { homedir } from "node:os";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { homeFolder } from "../../core/home-folder.ts";
import { StropError, messageOf } from "../../core/errors.ts";
import { isRecord } from "../../core/json.ts";
import { type Environment, isSet } from "../providers.ts";
import type { Price } from "../types.ts";

export interface ModelFacts {
  readonly price?: Price | undefined;
  /** Prompt and answer together. */
  readonly contextTokens?: number | undefined;
}

const facts = (input: number, cachedInput: number, output: number, contextTokens: number): ModelFacts => ({
  price: { input, cachedInput, output },
  contextTokens,
});

/** Standard rates, looked up on 2026-11-21. Where a provider charges more for long prompts, the rate is the one for short prompts (docs/models.md). */
export const SHIPPED: Readonly<Record<string, ModelFacts>> = {
  "anthropic/claude-fable-5-1": { price: { input: 10, output: 50 }, contextTokens: 1_000_000 },
  "anthropic/claude-opus-5-5": { price: { input: 4, output: 20 }, contextTokens: 1_000_000 },
  "anthropic/claude-opus-5": facts(5, 0.5, 25, 1_000_000),
  "anthropic/claude-opus-4-6": facts(5, 0.5, 25, 200_000),
  "anthropic/claude-opus-4-5": facts(5, 0.5, 25, 200_000),
  "anthropic/claude-opus-4-1": facts(15, 1.5, 75, 200_000),
  "anthropic/claude-sonnet-5-5": { price: { input: 2, output: 10 }, contextTokens: 1_000_000 },
  "anthropic/claude-sonnet-5": { price: { input: 2, output: 10 }, contextTokens: 1_000_000 },
  "anthropic/claude-sonnet-4-6": facts(3, 0.3, 15, 200_000),
  "anthropic/claude-sonnet-4-5": facts(3, 0.3, 15, 200_000),
  "anthropic/claude-haiku-4-5": facts(1, 0.1, 5, 200_000),
  "openai/gpt-5.4": facts(2.5, 0.25, 15, 400_000),
  "openai/gpt-5.4-mini": facts(0.75, 0.075, 4.5, 400_000),
  "openai/gpt-5.4-pro": { price: { input: 30, output: 180 }, contextTokens: 400_000 },
  "openai/gpt-5.3-codex": facts(1.75, 0.175, 14, 400_000),
  "openai/gpt-5.2-codex": facts(1.75, 0.175, 14, 400_000),
  "openai/gpt-5.2": facts(1.75, 0.175, 14, 400_000),
  "openai/gpt-5.1": facts(1.25, 0.125, 10, 400_000),
  "openai/gpt-5": facts(1.25, 0.125, 10, 400_000),
  "openai/gpt-5-mini": facts(0.25, 0.025, 2, 400_000),
  "openai/gpt-5-nano": facts(0.05, 0.005, 0.4, 400_000),
  "openai/gpt-4.1": facts(2, 0.5, 8, 1_047_576),
  "openai/gpt-4.1-mini": facts(0.4, 0.1, 1.6, 1_047_576),
  "openai/gpt-4.1-nano": facts(0.1, 0.025, 0.4, 1_047_576),
  "openai/gpt-4o": facts(2.5, 1.25, 10, 128_000),
  "openai/gpt-4o-mini": facts(0.15, 0.075, 0.6, 128_000),
  "google/gemini-2.5-pro": { price: { input: 1.25, output: 10 }, contextTokens: 1_048_576 },
  "google/gemini-2.5-flash": { price: { input: 0.3, output: 2.5 }, contextTokens: 1_048_576 },
  "google/gemini-2.5-flash-lite": { price: { input: 0.1, output: 0.4 }, contextTokens: 1_048_576 },
};

/** `prices.json` in the configuration folder of strop. */
export const pricesFile = (env: Environment): string =>
  join(isSet(env["XDG_CONFIG_HOME"]) ? env["XDG_CONFIG_HOME"] : join(homeOf(env), ".config"), "strop", "prices.json");

const homeOf = (env: Environment): string => (isSet(env["HOME"]) ? env["HOME"] : homeFolder(homedir));

/**
 * Looks models up by name: the user's file first, then the shipped table; a dated name (`…-20260922`) is looked up
 * without its date too, and `openai-responses/…` as `openai/…`. Throws `models.bad-prices` when the file cannot be understood.
 */
export function priceTable(env: Environment): (name: string) => ModelFacts | undefined {
  const own = readPrices(pricesFile(env));
  const find = (table: Readonly<Record<string, ModelFacts>>, names: readonly string[]) =>
    names.map((name) => (Object.hasOwn(table, name) ? table[name] : undefined)).find((found) => found !== undefined);
  return (name) => {
    const names = [name, name.replace(/^openai-responses\//, "openai/")].flatMap((one) => [one, undated(one)]);
    const [shipped, users] = [find(SHIPPED, names), find(own, names)];
    return users === undefined ? shipped : { ...shipped, ...users };
  };
}

const undated = (name: string): string => name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, "");

function readPrices(file: string): Readonly<Record<string, ModelFacts>> {
  let table: unknown;
  try {
    table = JSON.parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw badPrices(file, messageOf(thrown), thrown);
  }
  if (!isRecord(table)) throw badPrices(file, "expected an object with one entry per model");
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, toFacts(file, name, entry)]));
}

function toFacts(file: string, name: string, entry: unknown): ModelFacts {
  const { input, cachedInput, output, contextTokens } = isRecord(entry) ? entry : {};
  const isAmount = (value: unknown): value is number =>
    typeof value === "number" && Number.isFinite(value) && value >= 0;
  const isOptional = (value: unknown): value is number | undefined => value === undefined || isAmount(value);
  if (!isAmount(input) || !isAmount(output) || !isOptional(cachedInput) || !isOptional(contextTokens))
    throw badPrices(
      file,
      `${name}: expected numbers from 0 for input and output, and if given for cachedInput and contextTokens`,
    );
  return { price: { input, cachedInput, output }, ...(contextTokens === undefined ? {} : { contextTokens }) };
}

const badPrices = (file: string, problem: string, cause?: unknown): StropError =>
  new StropError("models.bad-prices", `${file}: ${problem}`, {
    hint: 'dollars per million tokens: { "provider/model": { "input": 3, "cachedInput": 0.3, "output": 15 } }',
    cause,
  });
