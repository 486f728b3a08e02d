/**
 * What every improver must do, as named checks for any test framework:
 * `for (const { name, run } of improverContract(source, { sandbox })) it(name, run)`. Each check runs the improver in the
 * sandbox, on a utility that is exact and against a scripted model of known quality.
 */
import assert from "node:assert/strict";

import { createRandom } from "../core/numerics/random.ts";
import type { UtilityFunction } from "../core/utility.ts";
import { runImprover } from "../improve/run-improver.ts";
import type { ImproverRequest, ImproverResult, ModelFunction } from "../improve/types.ts";
import type { Sandbox } from "../sandbox/types.ts";

export interface ImproverCheck {
  /** A sentence about the improver. */
  readonly name: string;
  /** Rejects with an AssertionError when it does not hold. */
  run(): Promise<void>;
}

export interface ImproverContractOptions {
  readonly sandbox: Sandbox;
  /** False for an improver that returns an answer without having measured it: nothing is promised then. Default true. */
  readonly measures?: boolean;
}

const START = 5;
const TOP = 40;

/** A program of two functions whose `level` is all that counts. */
export const levelProgram = (level: number): string => `export function greet(name: string): string {
  return "hello " + name;
}

export function level(): number {
  return ${level};
}
`;

/** The level that a text speaks of last, or undefined. */
const levelOf = (text: string): number | undefined => {
  const found = [...text.matchAll(/return (\d+);/g)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** `level / 40`, at most 1; a text without a level, or with unclosed braces, scores 0. */
export const levelUtility: UtilityFunction = {
  description: "const utility = () => Math.min(1, level() / 40);",
  score: async (solution) => {
    const level = solution.split("{").length === solution.split("}").length ? levelOf(solution) : undefined;
    return level === undefined
      ? { score: 0, reason: "expected a level, found none", flags: [], parts: [] }
      : { score: Math.min(1, level / TOP), reason: "", flags: [], parts: [] };
  },
};

/** Answers with the first program of a message, one level higher with probability `quality`, otherwise one lower. */
export function scriptedModel(quality: number, seed: number | string = 0): ModelFunction {
  const random = createRandom(seed);
  return async ({ messages }) =>
    messages.map((message) => {
      const program = /```typescript\n([^]*?)\n```/.exec(message)?.[1] ?? "";
      const step = random.next() < quality ? 1 : -1;
      return `An idea, then the program.\n\n\`\`\`typescript\n${program.replace(/return (\d+);/, (_, digits) => `return ${Math.max(0, Number(digits) + step)};`)}\n\`\`\`\n`;
    });
}

const answering =
  (text: string): ModelFunction =>
  async ({ messages }) =>
    messages.map(() => text);

/** Models that are no help. */
const USELESS: Readonly<Record<string, ModelFunction>> = {
  "answers in prose": answering("I am afraid that I cannot do better than this."),
  "answers with a program of another kind": answering("```typescript\nexport const x: number = 'not a level';\n```"),
  "answers with a fence that it never closes": answering("```typescript\nexport function level() { return"),
  "answers with nothing": answering(""),
  "answers fewer times than it was asked": async () => [],
  "answers with megabytes": answering(`\`\`\`typescript\n${"// padding\n".repeat(200_000)}\n\`\`\``),
  "rejects every call": () => Promise.reject(new Error("the model is not reachable")),
};

/** The checks for the improver with this source. */
export function improverContract(source: string, options: ImproverContractOptions): readonly ImproverCheck[] {
  const { sandbox, measures = true } = options;
  const run = async (changes: Partial<ImproverRequest>): Promise<ImproverResult> => {
    const request = { source, solution: levelProgram(START), utility: levelUtility, model: scriptedModel(1) };
    return runImprover({ ...request, sandbox, signal: new AbortController().signal, ...changes });
  };
  const isSound = async (changes: Partial<ImproverRequest>): Promise<number> => {
    const result = await run(changes);
    assert.equal(result.failure, "");
    assert.deepEqual(result.flags, []);
    const after = await scoreOf(result.solution);
    if (measures) assert.ok(after >= START / TOP, `expected at least the score of the input, found ${after}`);
    return after;
  };
  return [
    {
      name: "betters a solution with a model that always helps",
      run: async () => assert.ok((await isSound({})) > START / TOP),
    },
    {
      name: "returns nothing worse than its input with a model that is wrong half of the time, and stays within its budgets",
      run: async () => {
        for (const seed of [1, 2, 3]) await isSound({ model: scriptedModel(0.5, seed), seed });
      },
    },
    {
      name: "does the same again for the same seed and the same answers",
      run: async () => {
        const once = () => run({ model: scriptedModel(0.5, 7), seed: 7 });
        const [first, second] = [await once(), await once()];
        assert.equal(second.solution, first.solution);
        assert.deepEqual(second.modelCalls, first.modelCalls);
        assert.deepEqual(second.evaluations, first.evaluations);
      },
    },
    {
      name: "takes a solution with back-ticks, dollars and braces in strings for what it is",
      run: async () => {
        const solution = `export const odd = "\`\`\` $& \${x} {}";\n${levelProgram(START)}`;
        assert.ok((await isSound({ solution })) >= START / TOP);
      },
    },
    ...Object.entries(USELESS).map(([what, model]) => ({
      name: `survives a model that ${what}`,
      run: async () => void (await isSound({ model })),
    })),
    {
      name: "survives a utility that refuses every solution",
      run: async () => {
        const { solution, failure, evaluations } = await run({ limits: { solutionCharacters: 10 } });
        assert.equal(failure, "");
        assert.ok(evaluations.every(({ score }) => score === null));
        if (measures) assert.equal(solution, levelProgram(START));
      },
    },
    ...[
      { utilityCalls: 0, modelCalls: 0 },
      { utilityCalls: 0 },
      { modelCalls: 0 },
      { utilityCalls: 1, modelCalls: 1, responsesPerCall: 1 },
    ].map((budget) => ({
      name: `finishes with a budget of ${JSON.stringify(budget)}`,
      run: async () => void (await isSound({ budget })),
    })),
  ];
}

const scoreOf = async (solution: string): Promise<number> =>
  (await levelUtility.score(solution, new AbortController().signal)).score;
