import { stripTypeScriptTypes } from "node:module";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json } from "../../src/core/json.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import { calibrate } from "../../src/downstream/calibrate.ts";
import { searchQap, type Qap } from "../../src/downstream/qap-reference.ts";
import { createDownstreamTask, downstreamTaskNames, type DownstreamOptions } from "../../src/downstream/registry.ts";
import { sandbox, score, shown } from "./helpers.ts";
import { good, shapeless } from "./solutions.ts";

const variants: readonly (readonly [string, DownstreamOptions])[] = [
  ...downstreamTaskNames.map((name) => [name, {}] as const),
  ["parity-noise", { hard: true }],
  ["parity-noise", { bits: 5, noise: 0.2 }],
  ["parity", { hard: true }],
  ["sat", { hard: true }],
  ["max-cut", { hard: true }],
  ["max-cut", { formula: "paper" }],
  ["qap", { formula: "paper" }],
];
const tasks = variants.map(([name, options]) => createDownstreamTask(name, options));
const usual = tasks.slice(0, downstreamTaskNames.length);

describe.each(tasks.map((task) => [task.name, task] as const))("%s", (_, task) => {
  it("has the same instances for the same seed, and others for another seed or split", () => {
    const again = createDownstreamTask(...(variants[tasks.indexOf(task)] as [string, DownstreamOptions]));
    const validation = shown(task, "validation", 7);
    expect(shown(again, "validation", 7)).toEqual(validation);
    for (const other of [shown(task, "test", 7), shown(task, "validation", 8)]) {
      const common = validation.filter((each) => other.includes(each));
      // Short texts of the string task may come again.
      expect(common.length).toBeLessThan(validation.length / 4);
    }
  });

  it("gives any answer a score from 0 to 1, and 0 with a flag to one of another shape", () => {
    const instances = task.instances("validation", 1).slice(0, 2);
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(1), (answer, index) => {
        const mark = instances[index % instances.length]?.judge(answer as Json, 0.01);
        expect(mark?.score).toBeGreaterThanOrEqual(0);
        expect(mark?.score).toBeLessThanOrEqual(1);
        if (mark?.flag !== undefined)
          expect(mark).toMatchObject({ score: 0, problem: expect.stringMatching(/expected .* found/) });
      }),
      { numRuns: 50 },
    );
    for (const answer of [null, {}, [], "", 1, [[0, 1]], { length: 20 }, true])
      expect(instances[0]?.judge(answer, 0.01)).toMatchObject({ score: 0, flag: "wrong-shape" });
  });

  it("describes itself in TypeScript that can be read", () => {
    expect(() => stripTypeScriptTypes(task.description)).not.toThrow();
    expect(task.description).toContain(String(task.limitSeconds));
    expect(task.description.length).toBeLessThan(3000);
  });
});

describe.each(usual.map((task) => [task.name, task] as const))("the solutions of %s", (name, task) => {
  it("score as they should: the seed badly, a good one well", async () => {
    const calibration = await calibrate(await sandbox());
    const [seed, better] = [
      await score(task, task.seedSolution, { calibration }),
      await score(task, good[name] as string, { calibration }),
    ];
    expect(seed).toMatchObject({ reason: "", flags: [] });
    expect(seed.score).toBeGreaterThan(0);
    expect(better.flags).toEqual([]);
    const [atMost, atLeast] = name === "max-cut" ? [0.59, 0.59] : [0.6, 0.9];
    expect(seed.score).toBeLessThan(atMost);
    expect(better.score).toBeGreaterThan(atLeast);
  });

  it("are worth nothing without the right shape", async () => {
    for (const [what, solution] of Object.entries(shapeless)) {
      expect(await score(task, solution), what).toMatchObject({ score: 0, flags: ["wrong-shape"] });
    }
  });

  it("are scored by the description as by the task", async () => {
    const described = descriptionScore(task.description, task.seedSolution);
    const scored = await score(task, task.seedSolution, { split: "test" });
    expect(Math.abs(described - scored.score)).toBeLessThan(0.15);
  });
});

/** Runs the description as the program that it is, on instances that it draws itself. */
function descriptionScore(description: string, solution: string): number {
  const body = stripTypeScriptTypes(solution.replace("export function algorithm", "function algorithm"));
  const random = createRandom("description");
  const place = {
    Math: Object.assign(Object.create(Math) as Math, { random: random.next }),
    runWithin: (_: number, call: () => unknown) => call(),
    clamp: (x: number, low: number, high: number) => Math.min(high, Math.max(low, x)),
    threeDifferentVariables: (n: number) => random.shuffle(Array.from({ length: n }, (_, i) => i + 1)).slice(0, 3),
    costOfLongSearch: (flow: Qap["flow"], distance: Qap["distance"], preference: Qap["preference"]) =>
      searchQap({ flow, distance, preference }, random, { starts: 2, iterations: 300 }).cost,
  };
  const text = `${body}\n${stripTypeScriptTypes(description)}\nreturn score(algorithm);`;
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- both texts are strop's own
  return (new Function(...Object.keys(place), text) as (...parts: unknown[]) => number)(...Object.values(place));
}

describe("createDownstreamTask", () => {
  it("refuses names and options that it does not know, and says which there are", () => {
    expect(() => createDownstreamTask("knapsack")).toThrow(
      expect.objectContaining({ code: "downstream.unknown-task", hint: expect.stringContaining("max-cut") as string }),
    );
    expect(() => createDownstreamTask("toString")).toThrow(
      expect.objectContaining({ code: "downstream.unknown-task" }),
    );
    expect(() => createDownstreamTask("qap", { bits: 3 })).toThrow(
      expect.objectContaining({ code: "downstream.wrong-option", hint: "Its options: formula, start." }),
    );
    for (const options of [{ bits: 0 }, { bits: 1.5 }, { noise: 0.6 }, { noise: Number.NaN }])
      expect(() => createDownstreamTask("parity-noise", options)).toThrow(
        expect.objectContaining({ code: "downstream.wrong-option" }),
      );
  });

  it("names variants apart", () => {
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length);
    expect(tasks.map(({ name }) => name)).toContain("parity-noise bits=24 noise=0.15");
  });
});
