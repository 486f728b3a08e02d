import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  createRandom,
  decodeSafetensors,
  encodeSafetensors,
  exportModel,
  float32Of,
  gradients,
  parametersOf,
  type Parameter,
  type Value,
} from "../../src/nn/index.ts";
import { createLearner } from "../../src/policy/learner.ts";
import { logProbabilities } from "../../src/policy/masked-categorical.ts";
import { ppoLoss } from "../../src/policy/ppo-loss.ts";
import { createCodeModel } from "../../src/reprogram/code-model/code-model.ts";
import { loadCodeModel, readForm } from "../../src/reprogram/code-model/load.ts";
import { actorNetwork, isAdapter } from "../../src/reprogram/sequence-policy/actor-network.ts";
import { loadState, mergedModel, saveAdapters, saveState } from "../../src/reprogram/sequence-policy/adapter-files.ts";
import { observationOf, readRollout } from "../../src/reprogram/sequence-policy/rollout.ts";
import {
  openSequenceActor,
  type SequenceActor,
  type SequenceActorOptions,
} from "../../src/reprogram/sequence-policy/sequence-actor.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";
import { native as backend } from "../nn/support.ts";

const LONG = { timeout: 300_000 };
const source = "a = 0;";
const design = {
  model: { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 2, feedForward: 32 },
  train: { batch: 20, optimizer: "muon", learningRate: 0.02 },
} as const;

/** A model that has learned to write another digit, any of them. */
let model: Uint8Array;
beforeAll(async () => {
  const pairs = Array.from({ length: 10 }, (_, i) => ({ source, target: `a = ${i};` }));
  const tokenizer = learnTokenizer(pairs.map(({ target }) => target));
  const learning = await createCodeModel(design, tokenizer, { backend, scale: "tiny", seed: 1, length: 8 });
  for (let step = 0; step < 60; step++) await learning.trainStep([...pairs, ...pairs]);
  model = await learning.save();
  await learning.close();
}, LONG.timeout);

const open: SequenceActor[] = [];
afterAll(() => Promise.all(open.map((actor) => actor.close())));
async function actorOf(options: Partial<SequenceActorOptions> = {}): Promise<SequenceActor> {
  const actor = await openSequenceActor(model, { backend, minibatch: 16, lora: { rank: 4 }, ...options });
  open.push(actor);
  return actor;
}

describe("what a policy wrote", () => {
  test.each([
    { temperature: 1, topP: 1 },
    { temperature: 0.7, topP: 0.9 },
    { temperature: 1.5, topP: 0.5 },
  ])("has the probability that sampling reported, when it is read again with %o", LONG, async (sampling) => {
    const actor = await actorOf(sampling);
    const form = readForm(model);
    const { policy } = actorNetwork(form, model, { lora: actor.lora, temperature: sampling.temperature, seed: 0 });
    const learner = await createLearner(policy, { backend });
    const written = await actor.write(actor.start(), source, { n: 8, seed: 3 });
    const seen = await learner.evaluate(
      learner.start(),
      written.map(({ rollout }) => observationOf(rollout, form)),
    );
    let decisions = 0;
    for (const [i, { rollout }] of written.entries())
      for (const { at, logProbability, choices } of rollout.decisions) {
        const { logPi } = seen[i * form.length + at]!;
        expect(logPi[rollout.tokens[at]!]).toBeCloseTo(logProbability, 4);
        // All that could be drawn has probability 1 together: the nucleus is part of the policy.
        expect((choices ?? [...logPi.keys()]).reduce((sum, one) => sum + Math.exp(logPi[one]!), 0)).toBeCloseTo(1, 4);
        decisions++;
      }
    expect(decisions).toBeGreaterThan(0);
    await learner.close();
  });

  test("holds no decision where only one symbol was possible", LONG, async () => {
    const actor = await actorOf({ topP: 0.9, temperature: 0.5 });
    const written = await actor.write(actor.start(), source, { n: 4, seed: 1 });
    for (const { text, rollout } of written) {
      expect(text).toMatch(/^a = \d;$/);
      expect(rollout.decisions.length).toBeLessThan(rollout.tokens.length);
    }
    const { rollout } = written[0]!;
    const forced = [0, 1].map((reward) => ({ rollout: { ...rollout, decisions: [] }, reward }));
    expect(await actor.learn(actor.start(), forced, createRandom(1))).toBe(undefined);
  });

  test("comes back from JSON, and what is none does not", LONG, async () => {
    const actor = await actorOf();
    const [written] = await actor.write(actor.start(), source, { n: 1, seed: 1 });
    const { rollout } = written!;
    expect(readRollout(JSON.parse(JSON.stringify(rollout)), actor)).toEqual(rollout);
    const wrong = [null, { ...rollout, tokens: [1e5] }, { ...rollout, source: "x".repeat(99) }, { tokens: [] }];
    for (const one of wrong) expect(readRollout(one, actor)).toBe(undefined);
  });
});

/** Which of two losses a parameter is moved by. */
const lossFor = <T>(path: string, losses: Readonly<Record<string, T>>): T =>
  losses[path.startsWith("critic.") ? "critic" : "actor"]!;

describe("the surrogate", () => {
  test("has the gradient for the adapters that finite differences give", LONG, async () => {
    const actor = await actorOf({ topP: 0.9 });
    const form = readForm(model);
    const { policy } = actorNetwork(form, model, { lora: { rank: 2, alpha: 4 }, temperature: 1, seed: 5 });
    const random = createRandom("finite differences");
    const learned = new Map([...parametersOf(policy.model)].filter(([, { isFrozen }]) => !isFrozen));
    const values = new Map([...learned].map(([path, { data }]) => [path, data.map((x) => x + 0.1 * random.normal())]));
    const written = await actor.write(actor.start(), source, { n: 3, seed: 2 });
    const rows = written.map(({ rollout }) => rollout);
    const seen = rows.map((rollout) => observationOf(rollout, form));
    const places = rows.length * form.length;
    const byPlace = (of: (rollout: (typeof rows)[0], place: number) => number) =>
      Float32Array.from({ length: places }, (_, i) => of(rows[Math.floor(i / form.length)]!, i % form.length));
    const decided = ({ decisions }: (typeof rows)[0], place: number) => decisions.find(({ at }) => at === place);
    const numbers = byPlace(() => 10 * random.normal());
    const inputs = {
      source: { shape: [rows.length, form.length] },
      previous: { shape: [rows.length, form.length] },
      mask: { shape: [places, policy.actions], dtype: "bool" },
    } as const;
    const bytes = exportModel({
      inputs,
      fed: learned,
      outputs: (fed) => {
        const { graph } = fed.source;
        const vector = (data: Float32Array) => graph.constant(data, [places]);
        const { logits, values: states } = policy.apply(fed);
        const batch = {
          logPi: logProbabilities(logits, fed.mask),
          values: states,
          actions: graph.constant(Int32Array.from(byPlace(({ tokens }, place) => tokens[place] ?? 0)), [places]),
          // The policy has moved since; a wide clip, as finite differences do not like kinks.
          oldLogProbabilities: vector(byPlace((one, place) => decided(one, place)?.logProbability ?? 0)),
          advantages: vector(numbers),
          targets: vector(numbers.map((x) => 2 * x)),
          weights: vector(byPlace((one, place) => (decided(one, place) === undefined ? 0 : 1))),
        };
        // The critic's error moves the critic alone, so the adapters' slopes are those of the rest.
        const [actor, critic] = [0, 0.5].map((value) => ppoLoss(batch, { clip: 5, entropy: 0.1, value }));
        const slopeOf = (path: string, one: Parameter) =>
          gradients(lossFor(path, { actor: actor!, critic: critic! }), [graph.use(one)])[0]!;
        const slopes = [...learned].map(([path, one]) => [`d ${path}`, slopeOf(path, one)] as const);
        return { actor: actor!, critic: critic!, ...Object.fromEntries(slopes) };
      },
    });
    const session = await backend.open(bytes);
    const float = (shape: readonly number[], data: Float32Array): Value => ({ dtype: "float32", shape, data });
    const stacked = (name: string) => Float32Array.from(seen.flatMap(({ inputs: one }) => [...one[name]!]));
    const run = (over: ReadonlyMap<string, Float32Array>) =>
      session.run({
        source: float(inputs.source.shape, stacked("source")),
        previous: float(inputs.previous.shape, stacked("previous")),
        mask: { dtype: "bool", shape: inputs.mask.shape, data: Uint8Array.from(seen.flatMap(({ mask }) => [...mask])) },
        ...Object.fromEntries([...learned].map(([path, { shape }]) => [path, float(shape, over.get(path)!)])),
      });
    const outputs = await run(values);
    // Along a random direction through each parameter, where single numbers would drown in rounding.
    for (const [path, data] of values) {
      const slope = float32Of(outputs[`d ${path}`]);
      const length = Math.hypot(...slope);
      expect(length, path).toBeGreaterThan(1e-3);
      const moved = (step: number) => new Map([...values, [path, data.map((x, i) => x + (step * slope[i]!) / length)]]);
      const [up, down] = [await run(moved(0.01)), await run(moved(-0.01))];
      const [above, below] = [up, down].map((one) => float32Of(lossFor(path, one))[0]!);
      const found = (above! - below!) / 0.02;
      expect(Math.abs(found - length), path).toBeLessThan(0.02 * length + 2e-4);
    }
    await session.close();
  });
});

describe("learning from a reward for a stated symbol", () => {
  const wanted = (text: string) => (text === "a = 7;" ? 1 : 0);
  const share = (texts: readonly { readonly text: string }[]) =>
    texts.filter(({ text }) => wanted(text) === 1).length / texts.length;

  test("makes it likely with adapters alone, while the base stays what it was, bit by bit", LONG, async () => {
    const actor = await actorOf({ learningRate: 0.003, warmupSteps: 0, maxKl: 0.1, topP: 0.99 });
    let state = actor.start();
    const before = share(await actor.write(state, source, { n: 64, seed: "before" }));
    expect(before).toBeLessThan(1 / 3);
    const rewards: number[] = [];
    for (let update = 0; update < 6; update++) {
      const texts = await actor.write(state, source, { n: 32, seed: update });
      const rewarded = texts.map(({ text, rollout }) => ({ rollout, reward: wanted(text) }));
      const learned = await actor.learn(state, rewarded, createRandom(update));
      rewards.push(learned!.report.meanReward);
      ({ state } = learned!);
    }
    const after = await actor.write(state, source, { n: 64, seed: "after" });
    expect(share(after), rewards.join(" ")).toBeGreaterThan(2 / 3);
    expect([...actor.shapes.keys()].every((path) => isAdapter(path) || path.startsWith("critic."))).toBe(true);
    const unchanged = decodeSafetensors(mergedModel(actor, actor.start(), model)).tensors;
    expect(unchanged).toEqual(decodeSafetensors(model).tensors);

    // In files: adapters by name, the whole state, and an ordinary model.
    const [adapters, whole] = [saveAdapters(actor, state), saveState(actor, state)];
    const named = Object.entries(decodeSafetensors(adapters).tensors);
    expect(named.map(([name]) => name)).toContain("decoder.blocks.0.attention.query.adapter.down");
    const again = await actorOf({ learningRate: 0.003, warmupSteps: 0, maxKl: 0.1, topP: 0.99 });
    const options = { n: 8, seed: "again" } as const;
    const expected = await actor.write(state, source, options);
    const learned = again.start(Object.fromEntries(named.map(([name, value]) => [name, float32Of(value)])));
    expect(await again.write(learned, source, options)).toEqual(expected);
    const rewarded = expected.map(({ rollout }, i) => ({ rollout, reward: i }));
    const [here, there] = [
      await actor.learn(state, rewarded, createRandom(1)),
      await again.learn(loadState(again, whole), rewarded, createRandom(1)),
    ];
    expect(there).toEqual(here);
    const merged = await loadCodeModel(mergedModel(actor, state, model), { backend });
    const [texts] = await merged.generate([source], { ...options, temperature: 1, topP: 0.99 });
    expect(texts).toEqual(expected.map(({ text }) => text));
    await merged.close();
    const other = await actorOf({ lora: { rank: 2 } });
    expect(() => loadState(other, whole)).toThrow(expect.objectContaining({ code: "reprogram.other-base" }));
    const { tensors, metadata } = decodeSafetensors(whole);
    const cut = (more: object) => encodeSafetensors({ tensors, metadata: { ...metadata, ...more } });
    expect(() => loadState(again, cut({ steps: "many" }))).toThrow("expected a number of steps, found many");
    expect(() => loadState(again, encodeSafetensors({ tensors: {}, metadata }))).toThrow("found nothing");
  });

  test("does not touch the numbers of the base's network", LONG, async () => {
    const form = readForm(model);
    const lora = { rank: 4, alpha: 8 };
    const { policy, network } = actorNetwork(form, model, { lora, temperature: 1, seed: 1 });
    const saved = decodeSafetensors(model).tensors;
    const learner = await createLearner(policy, { backend, minibatch: 1, warmupSteps: 0, learningRate: 0.1 });
    const decisions = [{ at: 1, logProbability: 0, choices: null }];
    const observation = observationOf({ source, tokens: [70, 71], decisions }, form);
    const [, now] = await learner.evaluate(learner.start(), [observation]);
    const episodes = [71, 72].map((action) => ({
      observation,
      decisions: [undefined, { action, logProbability: now!.logPi[action]!, advantage: action, target: 1 }],
    }));
    const { state } = await learner.update(learner.start(), episodes, createRandom(1));
    expect(learner.weights(state)).not.toEqual(learner.weights(learner.start()));
    const base = [...parametersOf(network)].filter(([path]) => !isAdapter(path));
    expect(base.length).toBe(Object.keys(saved).length);
    for (const [path, { data, isFrozen }] of base) {
      expect(isFrozen, path).toBe(true);
      expect(data).toEqual(saved[path]!.data);
    }
    await learner.close();
  });
});
