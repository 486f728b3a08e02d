/**
 * A model that reads a source and writes a refined one. It is built from a design, which is what its own source defines; it
 * learns from pairs of texts, and writes by sampling.
 */
import { StropError } from "../../core/errors.ts";
import {
  createRandom,
  loadParameters,
  parametersOf,
  saveParameters,
  type Backend,
  type Trainer,
} from "../../nn/index.ts";
import type { Design, TrainingDesign } from "../design/design.ts";
import { DEFAULT_BATCH } from "../design/limits.ts";
import type { RefinementPair } from "../families/family.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { batchOf, type Batch } from "./batch.ts";
import { createWriter, type GenerateOptions } from "./writer.ts";
import { scheduleOf } from "./learning.ts";
import { codeNetwork, type CodeNetwork } from "./structure.ts";
import { openEvaluator, openTrainer, type Evaluator } from "./teacher.ts";

/** How a model learns whose source does not say it; docs/reprogram.md has the comparison with AdamW. */
const RECIPE: TrainingDesign = { optimizer: "muon", learningRate: 0.02, schedule: "linear", warmupSteps: 10 };

/** d_model by name. */
export const SCALES = { tiny: 64, small: 128, base: 256 } as const;
export type Scale = keyof typeof SCALES;

export interface CodeModelOptions {
  readonly backend: Backend;
  readonly scale: Scale;
  /** Of the initial values, and of dropout. */
  readonly seed: number;
  /** Symbols of the longest text with its end symbol: see `lengthFor`. */
  readonly length: number;
  /** Where a decay of the learning rate ends, if there is one; default: nowhere, it stays at its peak. */
  readonly totalSteps?: number;
  /** What `checkpoint()` gave: values, optimiser and number of steps go on from there. */
  readonly checkpoint?: Uint8Array;
  /** What `save()` gave: values to start from. */
  readonly values?: Uint8Array;
}

/** Contract: one call at a time. Pairs of a call are at most `batch`; texts have at most `length` − 1 symbols. */
export interface CodeModel {
  readonly design: Design;
  readonly tokenizer: Tokenizer;
  /** Number of trained numbers. */
  readonly parameters: number;
  /** Pairs per step. */
  readonly batch: number;
  readonly length: number;
  /** One update; returns the loss before it: nats per symbol, the end symbols included. */
  trainStep(pairs: readonly RefinementPair[]): Promise<number>;
  /** The same loss without an update, and without dropout. */
  loss(pairs: readonly RefinementPair[]): Promise<number>;
  /** `n` texts for each text. One that does not end in time is returned as far as it got. */
  generate(texts: readonly string[], options: GenerateOptions): Promise<string[][]>;
  /** Whether a text is short enough to be read. */
  fits(text: string): boolean;
  /** Everything that `loadCodeModel` needs, as safetensors. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /** The state of training as safetensors, for `CodeModelOptions.checkpoint`. */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/**
 * A new model with seeded random values, or one that goes on from a checkpoint.
 * @throws StropError `reprogram.not-text` when the design is none of a text-to-text model.
 */
export async function createCodeModel(
  design: Design,
  tokenizer: Tokenizer,
  options: CodeModelOptions,
): Promise<CodeModel> {
  const { backend, length, seed, checkpoint } = options;
  const network = networkOf(design, tokenizer, options);
  if (options.values !== undefined) loadParameters(network, options.values);
  const train = design.train ?? RECIPE;
  const size = { rows: train.batch ?? DEFAULT_BATCH, length };
  const schedule = scheduleOf(train, options.totalSteps ?? Infinity);
  const writer = createWriter(network, tokenizer, { backend, length });
  let opened: Promise<Trainer<keyof Batch>> | undefined;
  let evaluator: Promise<Evaluator> | undefined;
  let isBehind = false;
  const trainer = () => (opened ??= openTrainer(network, { backend, ...size, train, seed, checkpoint }));
  /** The network's parameters get the trained values. */
  const catchUp = async () => {
    if (isBehind) (await trainer()).sync();
    isBehind = false;
  };
  if (checkpoint !== undefined) (await trainer()).sync();
  return {
    design,
    tokenizer,
    parameters: [...parametersOf(network).values()].reduce((total, { data }) => total + data.length, 0),
    batch: size.rows,
    length,
    async trainStep(pairs) {
      const current = await trainer();
      isBehind = true;
      await writer.forget();
      return current.step({ ...batchOf(tokenizer, pairs, size) }, schedule(current.steps() + 1));
    },
    async loss(pairs) {
      await catchUp();
      return (await (evaluator ??= openEvaluator(network, { backend, ...size }))).loss(batchOf(tokenizer, pairs, size));
    },
    async generate(texts, generating) {
      await catchUp();
      const written = await writer.write(texts, generating);
      return written.map((some) => some.map(({ text }) => text));
    },
    fits: (text) => tokenizer.encode(text).length < length,
    async save() {
      await catchUp();
      const form = { design, merges: tokenizer.merges, scale: options.scale, length };
      return saveParameters(network, { model: JSON.stringify(form) });
    },
    checkpoint: async () => (await trainer()).checkpoint(),
    async close() {
      await Promise.all([writer.forget(), opened?.then((one) => one.close()), evaluator?.then((one) => one.close())]);
    },
  };
}

function networkOf({ model }: Design, { size }: Tokenizer, { scale, seed }: CodeModelOptions): CodeNetwork {
  if (model.kind !== "transformer")
    throw new StropError("reprogram.not-text", `expected the design of a transformer, found a ${model.kind}`, {
      hint: "A code model reads and writes text; its source must define a transformer.",
    });
  return codeNetwork(model, { vocabulary: size, width: SCALES[scale], random: createRandom(`code-model/${seed}`) });
}
