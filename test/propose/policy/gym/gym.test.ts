import { describe, expect, test } from "vitest";

import { createRandom } from "../../../../src/core/numerics/random.ts";
import { freshWeights, policyBackend } from "../../../../src/propose/policy/actor.ts";
import { OPERATORS, SITES } from "../../../../src/propose/policy/board.ts";
import { createEnvironment } from "../../../../src/propose/policy/gym/environment.ts";
import { code } from "../../../../src/propose/policy/gym/code-family.ts";
import { SHAPES } from "../../../../src/propose/policy/gym/families.ts";
import type { Family, GymTask } from "../../../../src/propose/policy/gym/gym-task.ts";
import { type GymUpdate, trainPolicy } from "../../../../src/propose/policy/gym/train-policy.ts";

describe.each([...SHAPES, code].map((family) => [family.name, family] as const))(
  "tasks of the family %s",
  (_, { make }) => {
    test("have a baseline that runs, and a minimum that nothing goes below", () => {
      for (let seed = 0; seed < 40; seed++) {
        const random = createRandom(seed);
        const task = make(random.fork("task"));
        const at = (unitOf: (i: number) => number) =>
          task.loss(new Map(task.places.map(({ key }, i) => [key, unitOf(i)])), new Set(), random);
        const first = at((i) => task.places[i]!.unit);
        expect(first).toBeGreaterThanOrEqual(task.minimum);
        for (let draw = 0; draw < 20; draw++) {
          const loss = at((i) => {
            const { domain } = task.places[i]!;
            return domain.kind === "choice" ? random.integer(domain.options.length) : random.next();
          });
          if (loss !== null) expect(loss).toBeGreaterThanOrEqual(task.minimum);
        }
      }
    });

    test("are the same for the same stream", () => {
      const [one, two] = [make(createRandom("task")), make(createRandom("task"))];
      expect(JSON.stringify([one.places, one.rewrites, one.minimum])).toBe(
        JSON.stringify([two.places, two.rewrites, two.minimum]),
      );
    });
  },
);

/** One rate, whose best value is at 0.9, and one rewrite that halves the loss; another breaks the program. */
const task: GymTask = {
  name: "one rate",
  places: [
    {
      key: "rate",
      names: ["rate"],
      domain: { kind: "number", scale: "log", low: 0.001, high: 1, step: 0, sign: 1 },
      unit: 0.5,
    },
    { key: "none", names: ["none"], domain: { kind: "choice", options: [false, true] }, unit: 0 },
  ],
  rewrites: [{ rule: "helps" }, { rule: "breaks" }],
  loss: (units, applied) =>
    applied.has(1) ? null : 1 + (applied.has(0) ? 5 : 10) * ((units.get("rate") ?? 0) - 0.9) ** 2,
  minimum: 1,
  isNoisy: false,
};

const [HELPS, BREAKS] = ["rule:helps#a", "rule:breaks#b"];

describe("a run in the gym", () => {
  const begin = () => createEnvironment(task, { random: createRandom("run"), horizon: 10, novelty: 0 });
  const play = (environment: ReturnType<typeof begin>, key: string, operator: number) => {
    const board = environment.board();
    const site = board.sites.findIndex((one) => one.key === key);
    const attempt = environment.attempt(board, site * OPERATORS + operator);
    return attempt && environment.play(attempt);
  };

  test("pays in decades of the gap that an improvement closes, nothing for what does not improve, and less for a failure", () => {
    const environment = begin();
    expect(play(environment, HELPS, 0)).toBeCloseTo(Math.log10(2), 6);
    expect(play(environment, "rate", 4)).toBe(0);
    expect(play(environment, BREAKS, 0)).toBe(-0.02);
    expect(play(environment, "rate", 5)).toBeGreaterThan(0);
    const { losses } = environment;
    expect(losses[0]).toBeCloseTo(2.6, 2);
    expect(losses[1]).toBeCloseTo(1.8, 2);
    expect(losses.slice(1, 4)).toEqual([losses[1], losses[1], losses[1]]);
    expect(losses[4]).toBeLessThan(losses[3]!);
  });

  test("shows what a run on a program shows: history by site, and no rewrite that this champion was tried with", () => {
    const environment = begin();
    play(environment, BREAKS, 0);
    expect(environment.board().sites.map(({ key }) => key)).not.toContain(BREAKS);
    play(environment, "rate", 1);
    const board = environment.board();
    expect(board.past.map(({ loss }) => loss < Infinity)).toEqual([true, false, true]);
    expect(board.past[2]!.touched.get("rate")).toBeGreaterThan(0);
    expect(board.past[1]!.touched).toEqual(
      new Map([
        [BREAKS, 1],
        ["rule:breaks", 1],
      ]),
    );
    expect(board.trial).toBe(3);
    expect(board.sites.length).toBeLessThanOrEqual(SITES);
  });

  test("does not try a program twice", () => {
    const environment = begin();
    expect(play(environment, "none", 6)).toBe(0);
    expect(play(environment, "none", 6)).toBeNull();
  });
});

describe("training in the gym", () => {
  /** Only rewrites matter, and which ones help can be told from their names. */
  const named: Family = {
    name: "named",
    make(random) {
      const rules = random.shuffle(["good", "good", "bad", "bad", "bad", "bad", "bad", "bad"]);
      return {
        name: "named",
        places: [],
        rewrites: rules.map((rule) => ({ rule })),
        loss: (_, applied) => [...applied].reduce((product, i) => product * (rules[i] === "good" ? 0.3 : 1.5), 1),
        minimum: 0,
        isNoisy: false,
      };
    },
  };

  const train = async (options: Partial<Parameters<typeof trainPolicy>[0]> = {}) => {
    const updates: GymUpdate[] = [];
    await trainPolicy({
      seed: 3,
      iterations: 8,
      tasks: 16,
      trials: 4,
      families: [named],
      weights: freshWeights("gym"),
      backend: await policyBackend(),
      learningRate: 5e-3,
      warmupSteps: 0,
      minibatch: 32,
      maxKl: 0.2,
      measureEvery: 8,
      ...options,
      onUpdate: (one) => void updates.push(one),
    });
    return updates;
  };

  test("learns which edits pay from their names, the same for the same seed, also when it goes on from a state", async () => {
    const [once, again] = [await train(), await train({ iterations: 3 })];
    const rest = await train({ resume: again.at(-1)!.state });
    expect(once.at(-1)!.heldOut!.area).toBeGreaterThan(once[0]!.heldOut!.area + 0.15);
    expect(rest).toHaveLength(5);
    expect(rest.at(-1)!.weights).toEqual(once.at(-1)!.weights);
  }, 300_000);

  test("imitates first, where it is asked to, and then goes on by itself, also from a state in between", async () => {
    const options = { families: [SHAPES[0]!], trials: 12, tasks: 8, iterations: 14, imitations: 12, measureEvery: 7 };
    const whole = await train(options);
    const phases = whole.map(({ report }) => report && ("epochs" in report ? "reward" : "imitation"));
    expect(phases.slice(1)).toEqual([...Array.from({ length: 12 }, () => "imitation"), "reward", "reward"]);
    const away = whole.slice(1, 13).map(({ report }) => report!.kl);
    expect(away.at(-1)).toBeLessThan(0.6 * away[0]!);
    const cut = await train({ ...options, iterations: 5 });
    const rest = await train({ ...options, resume: cut.at(-1)!.state });
    expect(rest.at(-1)!.weights).toEqual(whole.at(-1)!.weights);
  }, 300_000);

  test("learns from decisions made elsewhere too, and ends when it is told to", async () => {
    const asked: number[] = [];
    const controller = new AbortController();
    const more = (iteration: number) => {
      asked.push(iteration);
      if (iteration === 2) controller.abort();
      return Promise.resolve([]);
    };
    const updates = await train({ more, signal: controller.signal });
    expect(asked).toEqual([1, 2]);
    expect(updates.map(({ state }) => state.iteration)).toEqual([0, 1, 2]);
  }, 120_000);
});
