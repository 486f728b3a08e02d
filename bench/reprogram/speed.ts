/**
 * Symbols per second of the code model in training and in generation, native and as WebAssembly, beside the same model with the
 * same values in PyTorch, in one run: rounds in turn, medians of the rounds' ratios. PyTorch writes without a key–value cache.
 *
 *     node bench/reprogram/speed.ts [--python <python with torch>] [--scale small] [--family transformer] [--rounds 5]
 *
 * `cpu` is the processor's time: on a machine that others use too, only this means much. One thread everywhere.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import * as nn from "../../src/nn/index.ts";
import { batchOf, lengthFor } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel, SCALES, type Scale } from "../../src/reprogram/code-model/code-model.ts";
import { openDecoding } from "../../src/reprogram/code-model/decoding.ts";
import { sample } from "../../src/reprogram/code-model/sampling.ts";
import { codeNetwork } from "../../src/reprogram/code-model/structure.ts";
import type { Design, TransformerDesign } from "../../src/reprogram/design/design.ts";
import { familyNamed } from "../../src/reprogram/families/families.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    scale: { type: "string", default: "small" },
    family: { type: "string", default: "transformer" },
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "4" },
    rows: { type: "string", default: "8" },
  },
});
const [rounds, steps, rows] = [Number(values.rounds), Number(values.steps), Number(values.rows)];
const scale = values.scale as Scale;
const seed = 1;
const model: TransformerDesign = {
  kind: "transformer",
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 8,
  feedForward: 1024,
};
/** The optimiser that PyTorch has too. */
const design: Design = { model, train: { optimizer: "adamW" } };
const pairs = drawRefinements(familyNamed(values.family), { count: 512, seed });
const texts = pairs.flatMap(({ source, target }) => [source, target]);
const tokenizer = learnTokenizer(texts);
const length = lengthFor(tokenizer, texts);
const batch = pairs.slice(0, 16);

interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

async function timed(action: () => Promise<unknown>): Promise<Timing> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  await action();
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/** PyTorch behind a pipe; undefined, with a word, where there is none. */
async function openRival(folder: string) {
  const python = spawn(values.python, [join(import.meta.dirname, "rival.py")], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(command: object): Promise<T | undefined> => {
    python.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await answers.next();
    return done === true ? undefined : (JSON.parse(value) as T);
  };
  python.on("error", () => {});
  python.stdin.on("error", () => {});
  const file = join(folder, "model.safetensors");
  await writeFile(file, await valuesAndBatch());
  const loaded = await ask<{ loss: number; version: string }>({ load: file, heads: model.heads, threads: 1 });
  if (loaded === undefined) console.log(`${values.python} has no PyTorch here: strop's figures stand alone.\n`);
  return loaded && { ...loaded, ask, close: () => python.stdin.end() };
}

async function valuesAndBatch(): Promise<Uint8Array> {
  const fresh = await createCodeModel(design, tokenizer, { backend: await nn.nativeBackend(), scale, seed, length });
  const { tensors } = nn.decodeSafetensors(await fresh.save());
  const { source, previous, target } = batchOf(tokenizer, batch, { rows: batch.length, length });
  const shape = [batch.length, length];
  const fed = Object.entries({ source, previous, target }).map(([name, data]) => [
    `batch.${name}`,
    { dtype: "int32", shape, data } as const,
  ]);
  return nn.encodeSafetensors({ tensors: { ...tensors, ...Object.fromEntries(fed) }, metadata: {} });
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/** One line: our symbols per second, and how many times PyTorch's time ours is. */
async function race(
  what: string,
  ours: () => Promise<Timing>,
  theirs?: () => Promise<Timing | undefined>,
  symbols = 1,
) {
  await ours();
  await theirs?.();
  const laps: { readonly mine: Timing; readonly other: Timing | undefined }[] = [];
  for (let round = 0; round < rounds; round++) laps.push({ mine: await ours(), other: await theirs?.() });
  const rate = (kind: keyof Timing) => Math.round(symbols / (median(laps.map(({ mine }) => mine[kind])) / 1000));
  const ratio = (kind: keyof Timing) =>
    theirs === undefined ? "—" : median(laps.map(({ mine, other }) => mine[kind] / other![kind])).toFixed(2);
  console.log(`| ${what} | ${rate("cpu")} | ${ratio("cpu")} | ${rate("wall")} | ${ratio("wall")} |`);
}

async function measure(backend: nn.Backend, rival: Awaited<ReturnType<typeof openRival>>): Promise<void> {
  const learner = await createCodeModel(design, tokenizer, { backend, scale, seed, length });
  const loss = await learner.loss(batch);
  if (rival !== undefined && Math.abs(loss - rival.loss) > 1e-3)
    throw new Error(`expected the same loss in PyTorch, found ${loss} and ${rival.loss}`);
  const train = async () => {
    for (let step = 0; step < steps; step++) await learner.trainStep(batch);
  };
  const network = codeNetwork(model, { vocabulary: tokenizer.size, width: SCALES[scale], random: nn.createRandom(1) });
  const decoding = await openDecoding(network, { backend, rows, length });
  const random = nn.createRandom(2);
  const { source } = batchOf(tokenizer, batch.slice(0, rows), { rows, length });
  const write = async () => {
    const step = await decoding.begin(source);
    const tokens = new Int32Array(rows);
    for (let position = 0; position < length; position++) {
      const logits = await step(tokens, position);
      for (let row = 0; row < rows; row++)
        tokens[row] = sample(logits.subarray(row * tokenizer.size, (row + 1) * tokenizer.size), random);
    }
  };
  const other = (command: object) => rival && (() => rival.ask<Timing>(command));
  const trained = steps * batch.length * length;
  await race(`training, ${backend.name}`, () => timed(train), other({ train: steps }), trained);
  await race(`generation, ${backend.name}`, () => timed(write), other({ write: length, rows }), rows * length);
  await Promise.all([learner.close(), decoding.close()]);
}

const folder = await mkdtemp(join(tmpdir(), "strop-bench-reprogram-"));
try {
  const rival = await openRival(folder);
  const engine = await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${nn.wasmAsset}`)));
  console.log(
    `${values.family} sources, scale ${scale} (width ${SCALES[scale]}), ${length} symbols, ` +
      `${batch.length} pairs a step, ${rows} rows written at once; PyTorch ${rival?.version ?? "absent"}\n`,
  );
  console.log("| | symbols per cpu second | times PyTorch's cpu time | symbols per second | times PyTorch's time |");
  console.log("|---|---|---|---|---|");
  for (const backend of [await nn.nativeBackend({ threads: 1 }), nn.wasmBackend({ [nn.wasmAsset]: engine })])
    await measure(backend, rival);
  rival?.close();
} finally {
  await rm(folder, { recursive: true });
}
