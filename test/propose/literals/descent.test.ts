import { describe, expect, test } from "vitest";

import { descent } from "../../../src/propose/literals/descent.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

const PROGRAM = {
  "train.ts": "export const learningRate = 0.1;\nexport const weightDecay = 0.1;\nexport const shuffle = false;\n",
};

const valueOf = (text: string, name: string): string => new RegExp(`${name} = ([^;]+);`).exec(text)?.[1] ?? "";

/** Distance in decades to 0.004 and 0.9, and 1 for the wrong flag. */
function score(files: Readonly<Record<string, string>>): number {
  const text = files["train.ts"] ?? "";
  const off = (name: string, best: number) => Math.abs(Math.log10(Number(valueOf(text, name)) / best));
  return off("learningRate", 0.004) + off("weightDecay", 0.9) + (valueOf(text, "shuffle") === "true" ? 0 : 1);
}

const run = (trials: number, seed: number) =>
  simulateRun({ proposer: descent(), program: PROGRAM, score, trials, seed });

describe("coordinate descent", () => {
  test.each([1, 2, 3])("comes close to the best values of independent literals, seed %i", async (seed) => {
    const { best } = await run(40, seed);
    expect(best[0]).toBeGreaterThan(3);
    expect(best.at(-1)).toBeLessThan(0.1);
  });

  test("moves one literal at a time, and does again what helped", async () => {
    const { history } = await run(30, 4);
    const moves = history.slice(1).map(({ detail }) => (detail as { descent: { key: string; sign: number } }).descent);
    for (const { detail } of history.slice(1)) {
      expect(Object.keys((detail as { moved: object }).moved)).toHaveLength(1);
    }
    const repeated = history.slice(1, -1).flatMap(({ verdict, description }, i) => {
      const isNumber = !description.includes("shuffle");
      return verdict?.decision === "keep" && isNumber ? [[moves[i], moves[i + 1]] as const] : [];
    });
    expect(repeated.length).toBeGreaterThan(3);
    for (const [kept, next] of repeated) expect(next).toMatchObject({ key: kept?.key, sign: kept?.sign });
  });

  test("takes smaller steps where neither direction helped, and never tries a program twice", async () => {
    const { history } = await run(60, 5);
    const candidates = history.map(({ candidate }) => candidate);
    expect(new Set(candidates).size).toBe(candidates.length);
    const sizes = history.slice(1).map(({ detail }) => (detail as { descent: { size: number } }).descent.size);
    expect(Math.min(...sizes)).toBeLessThan(0.03);
  });

  test("has nothing to propose for a program without literals to tune", async () => {
    const { history } = await simulateRun({
      proposer: descent(),
      program: { "a.ts": "export const go = () => undefined;\n" },
      score: () => 1,
      trials: 3,
      seed: 1,
    });
    expect(history).toHaveLength(1);
  });
});
