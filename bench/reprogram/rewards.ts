/**
 * Does learning from rewards pay more than learning from more pairs? A code model learns from pairs; then one copy learns by PPO from what its
 * texts earn, and another goes on with pairs for as many multiplications. Counted is the share of texts that are new sources of the family.
 *
 *     node bench/reprogram/rewards.ts [--seeds 5] [--steps 64] [--updates 12] [--texts 16]
 *
 * A text earns 1 when it is another source of the family, −0.5 when it changed nothing, −1 when it is none.
 */
import { parseArgs } from "node:util";

import { createRandom } from "../../src/core/random.ts";
import { mean, meanInterval } from "../../src/core/stats.ts";
import { nativeBackend } from "../../src/nn/index.ts";
import { lengthFor } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel } from "../../src/reprogram/code-model/code-model.ts";
import type { Design } from "../../src/reprogram/design/design.ts";
import { sizeOfDesign, type DesignSize } from "../../src/reprogram/design/limits.ts";
import { renderTransformer, transformerFamily } from "../../src/reprogram/families/transformer.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { openSequenceActor } from "../../src/reprogram/sequence-policy/sequence-actor.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "5" },
    steps: { type: "string", default: "64" },
    updates: { type: "string", default: "12" },
    texts: { type: "string", default: "16" },
  },
});
const [seeds, steps, updates, texts] = Object.values(values).map(Number) as [number, number, number, number];
const [BATCH, TESTED, EPOCHS] = [16, 96, 6];
const sampling = { temperature: 0.8, topP: 0.9 };
const model = { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 4, feedForward: 128 } as const;
const design: Design = { model };
const source = transformerFamily.initial;
const backend = await nativeBackend({ threads: 1 });

/** Exactly as the family writes its members, which tests run in the sandbox: what else would run counts as broken. */
function isMember(text: string): boolean {
  const [encoderLayers, decoderLayers, heads, feedForward] = [...text.matchAll(/: (\d+),/g)].map(([, n]) => Number(n));
  const settings = { encoderLayers, decoderLayers, heads, feedForward } as Parameters<typeof renderTransformer>[0];
  return renderTransformer(settings) === text && transformerFamily.isInRange(settings);
}

const earned = (text: string): number => (text === source ? -0.5 : isMember(text) ? 1 : -1);
const newShare = (some: readonly string[]): number => mean(some.map((text) => (earned(text) === 1 ? 1 : 0)));

async function compare(seed: number) {
  const pairs = drawRefinements(transformerFamily, { count: 8192, seed });
  const tokenizer = learnTokenizer(pairs.slice(0, 512).flatMap((pair) => [pair.source, pair.target]));
  const length = lengthFor(
    tokenizer,
    pairs.flatMap((pair) => [pair.source, pair.target]),
  );
  const setting = { kind: "transformer", width: 64, vocabulary: tokenizer.size, length } as const;
  const { work } = sizeOfDesign(design, setting) as DesignSize;
  const learner = await createCodeModel(design, tokenizer, {
    backend,
    scale: "tiny",
    seed,
    length,
    totalSteps: Infinity,
  });
  const learnFrom = async (from: number, to: number) => {
    for (let step = from; step < to; step++) await learner.trainStep(pairs.slice(step * BATCH, (step + 1) * BATCH));
  };
  const tested = async () => (await learner.generate([source], { n: TESTED, seed: "test", ...sampling }))[0]!;
  await learnFrom(0, steps);
  const before = newShare(await tested());
  const ppo = { epochs: EPOCHS, learningRate: 3e-3, warmupSteps: 4, maxKl: 0.05, minibatch: texts };
  const actor = await openSequenceActor(await learner.save(), { backend, seed, ...sampling, ...ppo });
  let state = actor.start();
  let spent = 0;
  const rewards: number[] = [];
  for (let update = 0; update < updates; update++) {
    const written = await actor.write(state, source, { n: texts, seed: `${seed}/${update}` });
    const rewarded = written.map(({ text, rollout }) => ({ rollout, reward: earned(text) }));
    rewards.push(mean(rewarded.map(({ reward }) => reward)));
    const learned = await actor.learn(state, rewarded, createRandom(seed).fork(update));
    state = learned?.state ?? state;
    // Forward passes, a step counted as three: writing, values, the first measure, and each epoch's step and measure.
    spent += (texts * work * (3 + 4 * (learned?.report.epochs ?? 0))) / 3;
  }
  const byPpo = newShare((await actor.write(state, source, { n: TESTED, seed: "test" })).map(({ text }) => text));
  await actor.close();
  const more = Math.round(spent / (work * BATCH));
  await learnFrom(steps, steps + more);
  const byPairs = newShare(await tested());
  await learner.close();
  console.log(
    `seed ${seed}: ${[before, byPpo, byPairs].map((x) => x.toFixed(3)).join(" ")}, ${more} steps more;`,
    rewards,
  );
  return { before, byPpo, byPairs };
}

const results = [];
for (let seed = 1; seed <= seeds; seed++) results.push(await compare(seed));
for (const name of ["before", "byPpo", "byPairs"] as const) {
  const { low, high } = meanInterval(results.map((one) => one[name]));
  console.log(`${name}: ${mean(results.map((one) => one[name])).toFixed(3)} ± ${((high - low) / 2).toFixed(3)}`);
}
