/**
 * How fast a code model learns to refine: validation loss by step, then what share of the texts that it writes for unseen sources
 * runs in the sandbox, and what share of these is exactly one design change away.
 *
 *     node bench/reprogram/learning.ts [--family transformer] [--scale tiny] [--steps 256] [--train '{"optimizer":"adamW"}']
 *
 * `--train` is what a source's train() would return; without it the default recipe is used. Every pair is seen once.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { mean } from "../../src/core/numerics/stats.ts";
import { nativeBackend } from "../../src/nn/index.ts";
import { lengthFor } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel, SCALES, type Scale } from "../../src/reprogram/code-model/code-model.ts";
import type { Design, TrainingDesign } from "../../src/reprogram/design/design.ts";
import { DEFAULT_BATCH, type Setting } from "../../src/reprogram/design/limits.ts";
import { familyNamed } from "../../src/reprogram/families/families.ts";
import { countChanges } from "../../src/reprogram/families/family.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { runSource } from "../../src/reprogram/source/run-source.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";

const { values } = parseArgs({
  options: {
    family: { type: "string", default: "transformer" },
    scale: { type: "string", default: "tiny" },
    steps: { type: "string", default: "256" },
    feedForward: { type: "string", default: "256" },
    train: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const [steps, seed, scale] = [Number(values.steps), Number(values.seed), values.scale as Scale];
const train = values.train === undefined ? undefined : (JSON.parse(values.train) as TrainingDesign);
const batch = train?.batch ?? DEFAULT_BATCH;
const family = familyNamed(values.family);
const pairs = drawRefinements(family, { count: steps * batch, seed });
const unseen = drawRefinements(family, { count: 64, seed: `${seed}/unseen` });
const texts = [...pairs, ...unseen].flatMap(({ source, target }) => [source, target]);
const tokenizer = learnTokenizer(texts.slice(0, 1024));
const length = lengthFor(tokenizer, texts);
const design: Design = {
  model: {
    kind: "transformer",
    encoderLayers: 2,
    decoderLayers: 2,
    heads: 8,
    feedForward: Number(values.feedForward),
  },
  train,
};
const setting: Setting =
  values.family === "conv"
    ? { kind: "network", channels: 3, height: 32, width: 32, classes: 10 }
    : { kind: "transformer", width: SCALES[scale], vocabulary: tokenizer.size, length };

const backend = await nativeBackend({ threads: 1 });
const model = await createCodeModel(design, tokenizer, { backend, scale, seed, length, totalSteps: steps });

async function validation(): Promise<number> {
  const losses: number[] = [];
  for (let i = 0; i < unseen.length; i += batch) losses.push(await model.loss(unseen.slice(i, i + batch)));
  return mean(losses);
}

const used = process.cpuUsage();
for (let step = 0; step < steps; step++) {
  await model.trainStep(pairs.slice(step * batch, (step + 1) * batch));
  if ((step + 1) % Math.ceil(steps / 4) === 0)
    console.log(`step ${step + 1}: ${(await validation()).toFixed(3)} nats per symbol`);
}
const { user, system } = process.cpuUsage(used);
console.log(`${((user + system) / 1000 / steps).toFixed(0)} cpu ms a step, ${model.parameters} parameters`);

const written = await model.generate(
  unseen.map(({ source }) => source),
  { topP: 0.95, seed },
);
await using sandbox = await disposable();
const signal = new AbortController().signal;
const run = (text: string) => runSource(text, { sandbox, setting, signal, limits: { parameters: 1e9 } });
const changes: number[] = [];
for (const [i, [text = ""]] of written.entries()) {
  const [before, after] = await Promise.all([run(unseen[i]!.source), run(text)]);
  const [from, to] = [before, after].map((one) => (one.ok ? family.settings(one.design) : undefined));
  if (from !== undefined && to !== undefined) changes.push(countChanges(from, to));
}
const share = (count: number) => `${Math.round((100 * count) / unseen.length)} %`;
console.log(`${share(changes.length)} run, ${share(changes.filter((n) => n === 1).length)} are one change away`);
await model.close();

async function disposable() {
  const opened = await openSandbox({ needs: ["module"], spares: availableParallelism() });
  return { ...opened, [Symbol.asyncDispose]: () => opened.close() };
}
