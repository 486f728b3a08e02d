/**
 * Does learning from rewards pay more than learning from more pairs? A code model learns from pairs; then one copy learns by PPO from what its
 * texts earn, and another goes on with pairs for as many multiplications. Counted is the share of texts that are new sources of the family, and
 * what texts earn on average.
 *
 *     node bench/reprogram/rewards.ts [--reward new] [--seeds 5] [--steps 64] [--updates 12] [--texts 16] [--rate 0.001] [--kl 0.05]
 *
 * A text earns −1 when it is no source of the family and −0.5 when it changed nothing. Another source earns 1 under `--reward new`; under
 * `--reward smaller`, what it saves of the multiplications of a training step, a quarter of them being 1: pairs do not teach that.
 */
import { parseArgs } from "node:util";

import { createRandom } from "../../src/core/numerics/random.ts";
import { mean, meanInterval } from "../../src/core/numerics/stats.ts";
import { nativeBackend } from "../../src/nn/index.ts";
import { lengthFor } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel } from "../../src/reprogram/code-model/code-model.ts";
import type { Design } from "../../src/reprogram/design/design.ts";
import { sizeOfDesign, type DesignSize } from "../../src/reprogram/design/limits.ts";
import {
  initialTransformer,
  renderTransformer,
  transformerFamily,
  type TransformerSettings,
} from "../../src/reprogram/families/transformer.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { openSequenceActor } from "../../src/reprogram/sequence-policy/sequence-actor.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";

const { values } = parseArgs({
  options: {
    reward: { type: "string", default: "new" },
    seeds: { type: "string", default: "5" },
    steps: { type: "string", default: "64" },
    updates: { type: "string", default: "12" },
    texts: { type: "string", default: "16" },
    rate: { type: "string", default: "0.001" },
    kl: { type: "string", default: "0.05" },
  },
});
const [seeds, steps, updates, texts] = [values.seeds, values.steps, values.updates, values.texts].map(Number) as [
  number,
  number,
  number,
  number,
];
const [BATCH, TESTED, EPOCHS] = [16, 96, 6];
const sampling = { temperature: 0.8, topP: 0.9 };
const model = { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 4, feedForward: 128 } as const;
const design: Design = { model };
const source = transformerFamily.initial;
const SETTING = { kind: "transformer", width: 64, vocabulary: 330, length: 56 } as const;
const backend = await nativeBackend({ threads: 1 });

/** The design of a text that is exactly as the family writes its members, which tests run in the sandbox; all else counts as broken. */
function memberOf(text: string): TransformerSettings | undefined {
  const [encoderLayers, decoderLayers, heads, feedForward] = [...text.matchAll(/: (\d+),/g)].map(([, n]) => Number(n));
  const settings = { encoderLayers, decoderLayers, heads, feedForward } as TransformerSettings;
  return renderTransformer(settings) === text && transformerFamily.isInRange(settings) ? settings : undefined;
}

const workOf = (settings: TransformerSettings): number => {
  const size = sizeOfDesign({ model: { kind: "transformer", ...settings } }, SETTING);
  return "reason" in size ? Infinity : size.work;
};

function earned(text: string): number {
  if (text === source) return -0.5;
  const member = memberOf(text);
  if (member === undefined) return -1;
  if (values.reward === "new") return 1;
  const whole = workOf(initialTransformer);
  return Math.min(1, Math.max(-1, (whole - workOf(member)) / (whole / 4)));
}

const isNew = (text: string): boolean => text !== source && memberOf(text) !== undefined;
const judge = (some: readonly string[]) => ({
  share: mean(some.map((text) => (isNew(text) ? 1 : 0))),
  earned: mean(some.map(earned)),
});

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
  const before = judge(await tested());
  const ppo = {
    epochs: EPOCHS,
    learningRate: Number(values.rate),
    warmupSteps: 4,
    maxKl: Number(values.kl),
    minibatch: texts,
  };
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
  const byPpo = judge((await actor.write(state, source, { n: TESTED, seed: "test" })).map(({ text }) => text));
  await actor.close();
  const more = Math.round(spent / (work * BATCH));
  await learnFrom(steps, steps + more);
  const byPairs = judge(await tested());
  await learner.close();
  const told = [before, byPpo, byPairs].map((one) => `${one.share.toFixed(3)} / ${one.earned.toFixed(3)}`);
  console.log(`seed ${seed}: ${told.join(", ")}; ${more} steps; ${rewards.map((one) => one.toFixed(2)).join(" ")}`);
  return { before, byPpo, byPairs };
}

const results = [];
for (let seed = 1; seed <= seeds; seed++) results.push(await compare(seed));
for (const name of ["before", "byPpo", "byPairs"] as const)
  for (const what of ["share", "earned"] as const) {
    const all = results.map((one) => one[name][what]);
    const { low, high } = meanInterval(all);
    console.log(`${name}, ${what}: ${mean(all).toFixed(3)} ± ${((high - low) / 2).toFixed(3)}`);
  }
