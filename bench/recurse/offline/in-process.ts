/**
 * Utilities and improvers without a sandbox, for experiments that would otherwise start a hundred thousand processes. The
 * instances, the judges, the random streams, the improvers and the built-in model are strop's; only its edits are run.
 * Never give this a language model: node:vm confines nobody.
 */
import { stripTypeScriptTypes } from "node:module";
import { Script, createContext } from "node:vm";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { DownstreamTask, Split } from "../../../src/downstream/types.ts";
import { extractCode } from "../../../src/improver.ts";
import type { ImproverBudget } from "../../../src/improve/types.ts";
import type { LanguageModel } from "../../../src/models/types.ts";

type Score = (text: string) => number | Promise<number>;

/** Late instances after which the rest are given up. */
const MOST_LATE = 2;
/** Looks at its budgets after which an improver has failed: an edit can make one go round for hours. */
const MOST_LOOKS = 10_000;

/** Math.random as a solution finds it in the sandbox: mulberry32, seeded anew for every instance. */
const REALM = `let state = 1;
Math.random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
`;

/** JavaScript without imports and exports. */
const plain = (text: string): string =>
  stripTypeScriptTypes(text.replace(/^import .*$/gm, ""), { mode: "strip" }).replace(/^export /gm, "");

/** The mean score of a solution's text on one split; each text is run once. */
export function utilityOf(task: DownstreamTask, split: Split, seed: number): (solution: string) => number {
  const instances = task.instances(split, seed);
  const random = createRandom(seed).fork("solution");
  const runs = instances.map((instance) => ({
    instance,
    setup: new Script(`state = ${random.integer(2 ** 32)};`),
    given: JSON.stringify(instance.arguments),
  }));
  const call = new Script("JSON.stringify(algorithm(...JSON.parse(given)))");
  const known = new Map<string, number>();
  const run = (solution: string): number => {
    const realm = createContext({ given: "" });
    new Script(REALM + plain(solution)).runInContext(realm, { timeout: 1000 });
    let [total, late] = [0, 0];
    for (const { instance, setup, given } of runs) {
      realm["given"] = given;
      setup.runInContext(realm);
      try {
        if (late >= MOST_LATE) throw new Error("given up");
        const answer = call.runInContext(realm, { timeout: Math.ceil(task.limitSeconds * 1000) }) as string | undefined;
        total += instance.judge(JSON.parse(answer ?? "null"), 0).score;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") late += 1;
        total += task.failureScore;
      }
    }
    return total / runs.length;
  };
  return (solution) => {
    const score = known.get(solution) ?? orZero(() => run(solution));
    known.set(solution, score);
    return score;
  };
}

/** u(⊥) = 0. */
function orZero(work: () => number): number {
  try {
    return work();
  } catch {
    return 0;
  }
}

export interface ImproverRun {
  readonly solution: string;
  readonly score: Score;
  readonly description: string;
  readonly model: LanguageModel;
  readonly budget: ImproverBudget;
  /** Names the random stream and the model's answers. */
  readonly label: string;
}

/** What an improver returns; the solution that it was given when it fails. */
export async function improveWith(improver: string, run: ImproverRun): Promise<string> {
  const random = createRandom(run.label);
  const before = Math.random;
  Math.random = () => random.next();
  try {
    const load = new Script(`(extractCode) => {\n${plain(improver)}\nreturn improve;\n}`).runInThisContext() as (
      extract: unknown,
    ) => unknown;
    const improve = load(extractCode) as (solution: string, utility: unknown, model: unknown) => Promise<unknown>;
    const result = await improve(run.solution, utilityFor(run), modelFor(run));
    return typeof result === "string" ? result : run.solution;
  } catch {
    return run.solution;
  } finally {
    Math.random = before;
  }
}

function utilityFor({ score, description, budget }: ImproverRun): unknown {
  let left = budget.utilityCalls;
  const utility = async (solution: unknown) => {
    if (left <= 0 || typeof solution !== "string") throw new Error("refused");
    left -= 1;
    return score(solution);
  };
  const look = looks();
  return Object.defineProperties(utility, { description: { value: description }, budget: { get: () => look(left) } });
}

function looks(): (left: number) => number {
  let count = 0;
  return (left) => {
    count += 1;
    if (count > MOST_LOOKS) throw new Error("goes round for ever");
    return left;
  };
}

function modelFor({ model, budget, label }: ImproverRun): unknown {
  let [left, call] = [budget.modelCalls, 0];
  const look = looks();
  const { signal } = new AbortController();
  return {
    get budget() {
      return look(left);
    },
    maxResponsesPerCall: budget.responsesPerCall,
    async batchPrompt(_expertise: string, messages: readonly string[], options: { temperature?: number } = {}) {
      if (left <= 0 || messages.length > budget.responsesPerCall) throw new Error("refused");
      left -= 1;
      call += 1;
      const temperature = Math.min(2, Math.max(0, options.temperature ?? 0.7));
      const answers: string[] = [];
      for (const [group, [content, at]] of [...Map.groupBy(messages.keys(), (i) => messages[i] as string)].entries()) {
        const request = { messages: [{ role: "user" as const, content }], temperature, samples: at.length };
        const reply = await model.complete(request, signal, `${label}/${call}/${group}`);
        for (const [i, place] of at.entries()) answers[place] = reply.answers[i]?.text ?? "";
      }
      return answers;
    },
  };
}
