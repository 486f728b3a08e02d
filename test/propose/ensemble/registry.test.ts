import { describe, expect, it } from "vitest";

import { createProposer, proposerNames, requireProposer } from "../../../src/propose/registry.ts";

const offline = proposerNames.filter(({ needs }) => needs === "nothing").map(({ name }) => name);

describe("createProposer", () => {
  it("makes every proposer that needs nothing, under its own name, the portfolio first", () => {
    expect(offline).toEqual([
      "portfolio",
      "bayes",
      "descent",
      "tpe",
      "cma-es",
      "rewrites",
      "crossover",
      "policy",
      "random",
    ]);
    expect(offline.map((name) => createProposer(name).name)).toEqual(offline);
  });

  it("says what there is when asked for something else", () => {
    expect(() => createProposer("toString")).toThrow(
      expect.objectContaining({ code: "propose.unknown-proposer", hint: expect.stringContaining("tpe, cma-es") }),
    );
  });

  it.each(["model", "greedy-llm"])("says how to name a model when %s has none, and what works offline", (name) => {
    for (const attempt of [() => createProposer(name), () => requireProposer(name, { model: false, agent: true })]) {
      expect(attempt).toThrow(
        expect.objectContaining({
          code: "config.no-model",
          message: expect.stringContaining(name),
          hint: expect.stringMatching(/--model .*ANTHROPIC_API_KEY.*--proposer portfolio/),
        }),
      );
    }
    expect(() => requireProposer(name, { model: true, agent: false })).not.toThrow();
  });

  it("says how to name an agent when there is none", () => {
    expect(() => createProposer("agent")).toThrow(
      expect.objectContaining({ code: "config.no-agent", hint: expect.stringContaining("--agent") }),
    );
    const agent = { name: "agent", propose: () => Promise.resolve(null) };
    expect(createProposer("agent", { agent }).name).toBe("agent");
  });
});
