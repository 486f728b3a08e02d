/** What a round measures, with real improvers in the sandbox: test instances that nobody works with, failures, flags, models in turn. */
import { afterAll, describe, expect, it } from "vitest";

import { improverSource } from "../../../src/improve/shipped.ts";
import { improverRuns } from "../../../src/loop/recurse/improver-runs.ts";
import { DEFAULT_RECURSION } from "../../../src/loop/recurse/settings.ts";
import { createGateway } from "../../../src/models/gateway.ts";
import { memoryBook } from "../../models/memory-book.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";
import { scripted } from "./tables/helpers.ts";
import { memoryParts } from "./memory-parts.ts";

const sandbox = await openSandbox({ tier: "deno", needs: ["module"], spares: 2 });
afterAll(() => sandbox.close());

/** Solutions are digits here; a larger one is better, and 9 is flagged. */
function world(models: readonly string[] = ["one"]) {
  const measured: Record<"validation" | "test", string[]> = { validation: [], test: [] };
  const utility = (split: "validation" | "test") => ({
    description: "",
    score: async (solution: string) => {
      measured[split].push(solution);
      const value = Number(/\d/.exec(solution)?.[0] ?? 0);
      const flags = value === 9 ? ["wrong-shape"] : [];
      return { score: value === 9 ? 0 : value / 10, reason: "", flags, parts: [] };
    },
  });
  const asked = models.map((name) =>
    scripted((number) => `\`\`\`ts\nexport default ${7 + (number % 3)};\n\`\`\``, { name }),
  );
  const runs = improverRuns({
    settings: { ...DEFAULT_RECURSION, copies: 2, models },
    problems: [{ name: "toy", seedSolution: "0", utility: utility("validation"), test: utility("test") }],
    gateway: createGateway({ models: asked, book: memoryBook() }),
    sandbox,
    parallel: 2,
  });
  return { ...runs, measured, asked };
}

const run = () => ({ parts: memoryParts(), trial: 0, signal: new AbortController().signal });
const improver = (body: string): string => `export async function improve(solution, utility, model) { ${body} }`;

describe("a measured improver", () => {
  it("works with validation instances, and only what it returns is scored on test instances", async () => {
    const { measure, measured } = world();
    const runs = await measure(improverSource("seed"), run());
    expect(runs.map(({ score, test }) => [score, test])).toEqual([
      [0.8, 0.8],
      [0.8, 0.8],
    ]);
    expect(new Set(measured.validation).size).toBeGreaterThan(3);
    expect(measured.test).toHaveLength(2);
    expect(new Set(measured.test)).toEqual(new Set(["export default 8;"]));
  });

  it("that fails is worth nothing, however good what it was given", async () => {
    const { measure, measured } = world();
    const runs = await measure(improver('await utility("5"); throw new Error("no");'), run());
    expect(runs).toMatchObject([
      { score: 0, test: 0, failure: "no" },
      { score: 0, test: 0, failure: "no" },
    ]);
    expect(measured.test).toEqual([]);
  });

  it("leaves a trace of what it measured and threw away", async () => {
    const { measure } = world();
    const [first] = await measure(improver('await utility("9"); return "4";'), run());
    expect(first).toMatchObject({ score: 0.4, test: 0.4, flags: [] });
    expect(Object.keys(first?.measured ?? {})).toEqual(["wrong-shape"]);
  });

  it("asks every model in turn, also when it asks only once", async () => {
    const { measure, asked } = world(["one", "two", "three"]);
    for (let i = 0; i < 8; i++) await measure(`// ${i}\n${improverSource("chain-of-thought")}`, run());
    for (const { calls } of asked) expect(calls.length).toBeGreaterThan(0);
  });
});

describe("a step", () => {
  it("that returns what does not load leaves the improver as it is, and says why", async () => {
    const { improve } = world();
    const target = improver("return solution;");
    const step = await improve({ worker: improver('return "export const improve = (";'), target }, run());
    expect(step.solution).toBe(target);
    expect(step.failure).toMatch(/does not load/);
  });
});
