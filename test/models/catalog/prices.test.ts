import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { costOf, mostCost, requireKnownPrices } from "../../../src/models/cost.ts";
import { SHIPPED, priceTable, pricesFile } from "../../../src/models/catalog/prices.ts";
import { resolveModel } from "../../../src/models/catalog/resolve-model.ts";
import { estimateTokens } from "../../../src/models/tokens.ts";
import { freshFolder } from "../../fresh-folder.ts";

let env: { XDG_CONFIG_HOME: string; ANTHROPIC_API_KEY: string };
beforeEach(() => {
  env = { XDG_CONFIG_HOME: freshFolder(), ANTHROPIC_API_KEY: "x" };
  mkdirSync(dirname(pricesFile(env)));
});

describe("prices", () => {
  it("are shipped for every name that endpoints know, with cached input no dearer than fresh", () => {
    for (const [name, { price }] of Object.entries(SHIPPED)) {
      expect(name).toMatch(/^(anthropic|openai|google)\//);
      expect(price!.cachedInput ?? price!.input).toBeLessThanOrEqual(price!.input);
      expect(price!.output).toBeGreaterThan(price!.input);
    }
  });

  it("are found for a dated name, and unknown for a name that nobody knows", () => {
    const find = priceTable(env);
    expect(find("anthropic/claude-haiku-4-5-20251001")?.price).toEqual({ input: 1, cachedInput: 0.1, output: 5 });
    expect(find("anthropic/claude-haiku-4-5-turbo")).toBeUndefined();
    expect(find("toString")).toBeUndefined();
    expect(find("openai-responses/gpt-5.4-2026-03-05")).toEqual(SHIPPED["openai/gpt-5.4"]);
  });

  it("come from the choice, then the user's file, then the shipped table", () => {
    const model = "anthropic/claude-haiku-4-5";
    expect(resolveModel({ model }, env).price?.input).toBe(1);
    writeFileSync(pricesFile(env), JSON.stringify({ [model]: { input: 2, output: 6 } }));
    expect(resolveModel({ model }, env)).toMatchObject({ price: { input: 2, output: 6 }, contextTokens: 200_000 });
    expect(resolveModel({ model, price: { input: 3, output: 7 } }, env).price?.input).toBe(3);
  });

  it("are zero for a local server unless the user says otherwise", () => {
    expect(resolveModel({ model: "ollama/x" }, env).price).toEqual({ input: 0, output: 0 });
    writeFileSync(pricesFile(env), JSON.stringify({ "ollama/x": { input: 0.1, output: 0.2 } }));
    expect(resolveModel({ model: "ollama/x" }, env).price).toEqual({ input: 0.1, output: 0.2 });
  });

  it.each(["not json", "[]", '{"a/b": {"input": "3", "output": 1}}', '{"a/b": {"input": -1, "output": 1}}'])(
    "in a file that holds %s are a kind error",
    (text) => {
      writeFileSync(pricesFile(env), text);
      expect(() => priceTable(env)).toThrow(expect.objectContaining({ code: "models.bad-prices" }));
    },
  );

  it("must be known under a limit", () => {
    const models = [
      { name: "a/known", price: { input: 1, output: 1 } },
      { name: "b/unknown", price: undefined },
    ];
    expect(() => requireKnownPrices(models)).not.toThrow();
    expect(() => requireKnownPrices(models.slice(0, 1), 5)).not.toThrow();
    expect(() => requireKnownPrices(models, 5)).toThrow(/\$5\.00.*b\/unknown/);
  });
});

describe("costs", () => {
  it("count cached input at its own price", () => {
    const usage = { input: 1_000_000, cachedInput: 400_000, output: 100_000, reasoning: 50_000 };
    expect(costOf(usage, { input: 3, cachedInput: 0.3, output: 15 })).toBeCloseTo(1.8 + 0.12 + 1.5, 10);
    expect(costOf(usage, { input: 3, output: 15 })).toBeCloseTo(4.5, 10);
    expect(costOf(usage, undefined)).toBeNull();
  });

  it("are reserved for every sample", () => {
    const model = { price: { input: 0, output: 10 }, maxOutputTokens: 1000 };
    const request = { messages: [{ role: "user" as const, content: "x" }], samples: 5 };
    expect(mostCost(model, request)).toBeCloseTo(0.05, 10);
    expect(mostCost(model, { ...request, maxOutputTokens: 100 })).toBeCloseTo(0.005, 10);
  });
});

describe("the estimate of tokens", () => {
  it.each([
    // Counted with the cl100k tokenizer's rules by hand: words, numbers in threes, punctuation.
    ["The quick brown fox jumps over the lazy dog.", 10],
    ["const rate = 0.001;", 8],
    ["", 0],
  ])("of %j is not below what providers count, and at most three times it", (text, counted) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(counted);
    expect(estimateTokens(text)).toBeLessThanOrEqual(3 * counted);
  });

  it("does not take a page of base64 for one word", () => {
    expect(estimateTokens("QUJD".repeat(1000))).toBeGreaterThan(1500);
    expect(estimateTokens("漢".repeat(300))).toBeGreaterThanOrEqual(300);
  });
});
