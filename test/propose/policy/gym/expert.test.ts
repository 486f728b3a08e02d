import { describe, expect, test } from "vitest";

import { createRandom } from "../../../../src/core/numerics/random.ts";
import { type Board, OPERATORS, SITES } from "../../../../src/propose/policy/board.ts";
import { chooseAction } from "../../../../src/propose/policy/choose.ts";
import { code } from "../../../../src/propose/policy/gym/code-family.ts";
import { createEnvironment } from "../../../../src/propose/policy/gym/environment.ts";
import { expertPolicy } from "../../../../src/propose/policy/gym/expert.ts";
import { SHAPES } from "../../../../src/propose/policy/gym/families.ts";
import type { Family } from "../../../../src/propose/policy/gym/gym-task.ts";

type Actor = (board: Board) => Float32Array;

/** All that is possible alike. */
const uniform: Actor = ({ sites }) => {
  const out = new Float32Array(SITES * OPERATORS);
  sites.forEach(({ isPossible }, i) => out.set(isPossible.map(Number), i * OPERATORS));
  const total = out.reduce((sum, one) => sum + one, 0);
  return out.map((one) => one / total);
};

async function play({ make }: Family, seed: number, { actor, trials }: { actor: Actor; trials: number }) {
  const task = make(createRandom(`expert/${seed}`));
  const random = createRandom(`play/${seed}`);
  const environment = createEnvironment(task, { random, horizon: undefined });
  const seen: { readonly board: Board; readonly pi: Float32Array }[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const board = environment.board();
    const pi = actor(board);
    seen.push({ board, pi });
    const logPi = [...pi].map((p) => (p > 0 ? Math.log(p) : -1e9));
    const choice = await chooseAction(logPi, random, (action) => environment.attempt(board, action));
    if (choice !== null) environment.play(choice.result);
  }
  const [first, last] = [environment.losses[0]!, environment.losses.at(-1)!];
  return { seen, closed: (first - last) / (first - task.minimum) };
}

const shareOfRewrites = ({ board, pi }: { readonly board: Board; readonly pi: Float32Array }): number =>
  board.sites.reduce((sum, { kind }, i) => sum + (kind === "rewrite" ? pi[i * OPERATORS]! : 0), 0);

describe("the expert", () => {
  test.each([...SHAPES, code].map((family) => [family.name, family] as const))(
    "says of every board of %s what it would do, and only what is possible",
    async (_, family) => {
      for (let seed = 0; seed < 3; seed++) {
        const { seen } = await play(family, seed, { actor: expertPolicy, trials: 30 });
        for (const { board, pi } of seen) {
          expect(pi.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
          const possible = board.sites.flatMap(({ isPossible }) => isPossible);
          pi.forEach((p, action) => expect(p === 0 || possible[action] === true).toBe(true));
        }
      }
    },
  );

  test("closes more of the gap in 40 trials than play at random does in all of them", async () => {
    const mean = async (actor: Actor) => {
      let sum = 0;
      for (const family of SHAPES) {
        for (let seed = 0; seed < 6; seed++) sum += (await play(family, seed, { actor, trials: 40 })).closed;
      }
      return sum / (6 * SHAPES.length);
    };
    const [expert, random] = [await mean(expertPolicy), await mean(uniform)];
    expect(1 - expert).toBeLessThan(0.8 * (1 - random));
  });

  test("makes rewrites a good part of its trials, and fewer where they do not pay", async () => {
    const { seen } = await play(code, 1, { actor: expertPolicy, trials: 1 });
    expect(shareOfRewrites(seen[0]!)).toBeGreaterThan(0.3);
    const { board } = seen[0]!;
    const key = board.sites.find(({ kind }) => kind === "rewrite")!.key;
    const failures = Array.from({ length: 12 }, () => ({
      ...board.past[0]!,
      loss: board.baseline + 1,
      isKept: false,
      touched: new Map([key.split("#")[0]!, key].map((one) => [one, 1])),
    }));
    const after = { ...board, past: [board.past[0]!, ...failures] };
    const pi = expertPolicy(after);
    expect(shareOfRewrites({ board: after, pi })).toBeLessThan(0.2);
    expect(pi[board.sites.findIndex((site) => site.key === key) * OPERATORS]).toBeLessThan(0.01);
  });
});
