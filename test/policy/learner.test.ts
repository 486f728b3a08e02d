import { afterAll, describe, expect, test } from "vitest";

import { createRandom, linear, reshape, type Backend } from "../../src/nn/index.ts";
import { estimateAdvantages } from "../../src/policy/gae.ts";
import {
  createLearner,
  type ImitationReport,
  type Learner,
  type LearnerState,
  type PpoOptions,
} from "../../src/policy/learner.ts";
import { sampleAction } from "../../src/policy/masked-categorical.ts";
import type { Example, Observation, PolicyNetwork, Sample } from "../../src/policy/network.ts";
import { siteTransformer } from "../../src/policy/site-transformer.ts";
import { native, wasm } from "../nn/support.ts";

/** A table: one logit for every state and action, one value for every state. */
function table(states: number, actions: number): PolicyNetwork {
  const random = createRandom("table");
  const zero = () => new Float32Array(states * actions);
  const [scores, value] = [
    linear(states, actions, { random, bias: false, initializer: zero }),
    linear(states, 1, { random, bias: false }),
  ];
  return {
    inputs: { state: [states] },
    actions,
    model: { scores, value },
    apply: ({ state }) => ({ logits: scores(state!), values: reshape(value(state!), [state!.shape[0]!]) }),
  };
}

const at = (state: number, states: number, mask: Uint8Array): Observation => ({
  inputs: { state: Float32Array.from({ length: states }, (_, i) => (i === state ? 1 : 0)) },
  mask,
});

const open: Learner[] = [];
async function learnerOf(network: PolicyNetwork, options: Partial<PpoOptions> & { backend?: Backend } = {}) {
  const learner = await createLearner(network, { backend: native, minibatch: 32, ...options });
  open.push(learner);
  return learner;
}
afterAll(() => Promise.all(open.map((learner) => learner.close())));

const probabilities = async (learner: Learner, state: LearnerState, seen: Observation): Promise<number[]> =>
  [...(await learner.evaluate(state, [seen]))[0]!.logPi].map(Math.exp);

/** Plays a Bernoulli bandit for `rounds` batches of 32 pulls; the regret of each batch, and what was learned. */
async function bandit(
  means: readonly number[],
  { rounds, mask, seed }: { rounds: number; mask?: Uint8Array; seed: string },
) {
  const learner = await learnerOf(table(1, means.length), { learningRate: 0.05, warmupSteps: 0, maxKl: 0.1 });
  const seen = at(0, 1, mask ?? new Uint8Array(means.length).fill(1));
  const random = createRandom(seed);
  const best = Math.max(...means.filter((_, arm) => seen.mask[arm] === 1));
  const regrets: number[] = [];
  let state = learner.start();
  for (let round = 0; round < rounds; round++) {
    const [{ logPi, value }] = (await learner.evaluate(state, [seen])) as [{ logPi: Float32Array; value: number }];
    let regret = 0;
    const samples = Array.from({ length: 32 }, (): Sample => {
      const action = sampleAction(logPi, random);
      const reward = random.next() < means[action]! ? 1 : 0;
      regret += best - means[action]!;
      return { observation: seen, action, logProbability: logPi[action]!, advantage: reward - value, target: reward };
    });
    regrets.push(regret / 32);
    ({ state } = await learner.update(state, samples, random.fork(round)));
  }
  const [last] = await learner.evaluate(state, [seen]);
  return { regrets, pi: [...last!.logPi].map(Math.exp), value: last!.value };
}

describe("on a bandit", () => {
  test.each([
    ["three arms", [0.2, 0.8, 0.5]],
    ["the best arm last", [0.5, 0.4, 0.3, 0.2, 0.9]],
  ])("PPO learns the best of %s, and its regret falls", async (_, means) => {
    const { regrets, pi, value } = await bandit(means, { rounds: 40, seed: "bandit" });
    const best = means.indexOf(Math.max(...means));
    expect(pi[best]).toBeGreaterThan(0.85);
    expect(value).toBeCloseTo(means[best]!, 0);
    const mean = (some: readonly number[]) => some.reduce((sum, x) => sum + x, 0) / some.length;
    expect(mean(regrets.slice(-10))).toBeLessThan(mean(regrets.slice(0, 10)) / 3);
  });

  test("the best arm is not learned when it is masked, but the best of the others is", async () => {
    const { pi } = await bandit([0.2, 0.9, 0.6], { rounds: 40, mask: Uint8Array.of(1, 0, 1), seed: "masked" });
    expect(pi[1]).toBe(0);
    expect(pi[2]).toBeGreaterThan(0.8);
  });
});

describe("on a chain of four states", () => {
  const discount = 0.9;
  /** Right moves on and pays 1 at the end, which is the first state again; left stays and pays 0.2. */
  const step = (state: number, action: number) =>
    action === 0 ? { next: state, reward: 0.2 } : { next: (state + 1) % 4, reward: state === 3 ? 4 : 0 };

  /** Value iteration; for a fixed policy when one is given. */
  function exactValues(policy?: (state: number) => readonly number[]): number[] {
    let values = [0, 0, 0, 0];
    for (let sweep = 0; sweep < 500; sweep++) {
      const worth = (state: number) =>
        [0, 1].map((action) => step(state, action)).map(({ next, reward }) => reward + discount * values[next]!);
      values = values.map((_, state) => {
        const each = worth(state);
        return policy === undefined ? Math.max(...each) : each.reduce((sum, q, a) => sum + q * policy(state)[a]!, 0);
      });
    }
    return values;
  }

  async function train(updates: number, options: Partial<PpoOptions>, isFixed: boolean) {
    const learner = await learnerOf(table(4, 2), { warmupSteps: 0, minibatch: 64, ...options });
    const random = createRandom("chain");
    const everywhere = [0, 1, 2, 3].map((state) => at(state, 4, Uint8Array.of(1, 1)));
    let state = learner.start();
    let place = 0;
    for (let update = 0; update < updates; update++) {
      const known = await learner.evaluate(state, everywhere);
      const path = Array.from({ length: 64 }, () => {
        const from = place;
        const { logPi, value } = known[from]!;
        const action = isFixed ? random.integer(2) : sampleAction(logPi, random);
        const { next, reward } = step(from, action);
        place = next;
        return { observation: everywhere[from]!, action, logProbability: logPi[action]!, value, reward };
      });
      const { advantages, targets } = estimateAdvantages(
        {
          rewards: path.map(({ reward }) => reward),
          values: path.map(({ value }) => value),
          last: known[place]!.value,
        },
        { discount, lambda: 0.95 },
      );
      const samples = path.map((one, i) => ({ ...one, advantage: advantages[i]!, target: targets[i]! }));
      ({ state } = await learner.update(state, samples, random.fork(update)));
    }
    return learner.evaluate(state, everywhere);
  }

  test("the critic of a policy that stays uniform approaches the values that were solved exactly", async () => {
    const found = await train(
      120,
      { learningRate: 0.05, value: 20, clipNorm: 1e9, clip: 1e-9, entropy: 0, maxKl: 1e9 },
      true,
    );
    const exact = exactValues(() => [0.5, 0.5]);
    found.forEach(({ value }, state) =>
      expect(Math.abs(value - exact[state]!)).toBeLessThan(0.15 * Math.max(...exact)),
    );
    const order = (values: readonly number[]) =>
      values
        .map((v, i) => [v, i] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, i]) => i);
    expect(order(found.map(({ value }) => value))).toEqual(order(exact));
  });

  test("the actor finds the policy of value iteration, which gives up a sure small reward for a late large one", async () => {
    expect(exactValues()[0]).toBeGreaterThan(0.2 / (1 - discount));
    const found = await train(120, { learningRate: 0.05, clipNorm: 10, maxKl: 0.2 }, false);
    for (const { logPi } of found) expect(Math.exp(logPi[1]!)).toBeGreaterThan(0.8);
  });
});

describe("an update", () => {
  const seen = at(0, 1, Uint8Array.of(1, 1, 1));
  const samples = Array.from({ length: 40 }, (_, i): Sample => ({
    observation: seen,
    action: i % 3,
    logProbability: -Math.log(3),
    advantage: i % 3 === 1 ? 2 : -1,
    target: i % 3,
  }));

  test("ends when the policy has moved far enough, though epochs are left", async () => {
    const options = { learningRate: 0.1, warmupSteps: 0, epochs: 50, clip: 10 };
    const [guarded, free] = [
      await learnerOf(table(1, 3), { ...options, maxKl: 0.05 }),
      await learnerOf(table(1, 3), { ...options, maxKl: 1e9 }),
    ];
    const guardedReport = (await guarded.update(guarded.start(), samples, createRandom(1))).report;
    const freeReport = (await free.update(free.start(), samples, createRandom(1))).report;
    expect(guardedReport.epochs).toBeLessThan(10);
    expect(guardedReport.kl).toBeGreaterThan(0.05);
    expect(freeReport.epochs).toBe(50);
    expect(freeReport.kl).toBeGreaterThan(guardedReport.kl);
  });

  test("moves less while it warms up", async () => {
    const move = async (warmupSteps: number) => {
      const learner = await learnerOf(table(1, 3), { learningRate: 0.05, warmupSteps, epochs: 1, maxKl: 1e9 });
      const { state } = await learner.update(learner.start(), samples, createRandom(1));
      return (await probabilities(learner, state, seen))[1]! - 1 / 3;
    };
    const [cold, warm] = [await move(50), await move(0)];
    expect(cold).toBeGreaterThan(0);
    expect(cold).toBeLessThan(warm / 5);
  });

  test("does not change the state that it was given", async () => {
    const learner = await learnerOf(table(1, 3), { warmupSteps: 0 });
    const start = learner.start();
    const before = learner.weights(start);
    await learner.update(start, samples, createRandom(1));
    expect(learner.weights(start)).toEqual(before);
  });
});

describe("imitation", () => {
  test("gives every state the expert's probabilities, what is masked none, and the critic its targets", async () => {
    const network = table(2, 3);
    const learner = await learnerOf(network, { warmupSteps: 0 });
    const all = Uint8Array.of(1, 1, 1);
    const examples: readonly Example[] = [
      { observation: at(0, 2, all), expert: Float32Array.of(0.5, 0.5, 0), target: 1 },
      { observation: at(1, 2, Uint8Array.of(0, 1, 1)), expert: Float32Array.of(0, 0.1, 0.9), target: -1 },
    ];
    let state = learner.start();
    const reports: ImitationReport[] = [];
    for (let update = 0; update < 150; update++) {
      const made = await learner.imitate(state, examples, { random: createRandom(update), learningRate: 0.1 });
      state = made.state;
      reports.push(made.report);
    }
    const [first, second] = await learner.evaluate(
      state,
      examples.map(({ observation }) => observation),
    );
    expect(first!.logPi.map(Math.exp)[0]).toBeCloseTo(0.5, 1);
    expect(Math.exp(first!.logPi[2]!)).toBeLessThan(0.03);
    expect(Math.exp(second!.logPi[2]!)).toBeCloseTo(0.9, 1);
    expect(Math.exp(second!.logPi[0]!)).toBe(0);
    expect([first!.value, second!.value].map(Math.round)).toEqual([1, -1]);
    // Before the first update π is uniform: KL = mean(ln 3 − ln 2, 0.1·ln 0.1 + 0.9·ln 0.9 + ln 2).
    expect(reports[0]!.kl).toBeCloseTo(
      (Math.log(1.5) + 0.1 * Math.log(0.1) + 0.9 * Math.log(0.9) + Math.log(2)) / 2,
      4,
    );
    expect(reports.at(-1)!.kl).toBeLessThan(0.05);
    expect(reports.at(-1)!.explained).toBeGreaterThan(0.9);
  });
});

describe.each([native, wasm])("a transformer over sites on the $name backend", (backend) => {
  const [sites, features, operators] = [4, 3, 2];
  const network = () =>
    siteTransformer({ random: createRandom("sites"), sites, features, operators, width: 8, layers: 1, heads: 2 });
  const random = createRandom("inputs");
  const described = Float32Array.from({ length: sites * features }, () => random.normal());
  const observation = (order: readonly number[], present: readonly number[]): Observation => ({
    inputs: {
      sites: Float32Array.from(
        order.flatMap((site) => [...described.subarray(site * features, (site + 1) * features)]),
      ),
      present: Float32Array.from(present),
    },
    mask: Uint8Array.from(present.flatMap((one) => [one, one])),
  });

  test("does not care for the order of sites, nor for what stands at absent ones", async () => {
    const learner = await learnerOf(network(), { backend });
    const state = learner.start();
    const [straight, turned, dirty] = await learner.evaluate(state, [
      observation([0, 1, 2, 3], [1, 1, 1, 0]),
      observation([2, 0, 1, 3], [1, 1, 1, 0]),
      observation([0, 1, 2, 0], [1, 1, 1, 0]),
    ]);
    expect(turned!.value).toBeCloseTo(straight!.value, 5);
    expect(turned!.logPi[0]).toBeCloseTo(straight!.logPi[4]!, 5);
    expect(dirty!.value).toBeCloseTo(straight!.value, 5);
    expect(Math.exp(straight!.logPi[6]!)).toBe(0);
    expect(straight!.logPi.reduce((sum, one) => sum + Math.exp(one), 0)).toBeCloseTo(1, 5);
  });

  test("learns which kind of site pays, wherever it stands, and repeats itself bit by bit", async () => {
    const run = async () => {
      const learner = await learnerOf(network(), { backend, learningRate: 0.02, warmupSteps: 0, maxKl: 0.5 });
      const stream = createRandom("play");
      let state = learner.start();
      let paid = 0;
      for (let update = 0; update < 12; update++) {
        const boards = Array.from({ length: 32 }, () => observation(stream.shuffle([0, 1, 2, 3]), [1, 1, 1, 1]));
        const seen = await learner.evaluate(state, boards);
        paid = 0;
        const samples = boards.map((board, i): Sample => {
          const { logPi, value } = seen[i]!;
          const action = sampleAction(logPi, stream);
          const site = Math.floor(action / operators);
          const reward = board.inputs["sites"]![site * features] === described[3] ? 1 : 0;
          paid += reward / 32;
          return {
            observation: board,
            action,
            logProbability: logPi[action]!,
            advantage: reward - value,
            target: reward,
          };
        });
        ({ state } = await learner.update(state, samples, stream.fork(update)));
      }
      return { paid, weights: learner.weights(state) };
    };
    const [once, again] = [await run(), await run()];
    expect(once.paid).toBeGreaterThan(0.6);
    expect(again.weights).toEqual(once.weights);
  });
});
