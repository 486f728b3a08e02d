/** The edit policy's network: its shape, its weights as a file, and learners on it, of which equal ones are shared. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { StropError } from "../../core/errors.ts";
import {
  createRandom,
  decodeSafetensors,
  encodeSafetensors,
  nativeBackend,
  parametersOf,
  wasmAsset,
  wasmBackend,
  type Backend,
} from "../../nn/index.ts";
import { mergeAdapters as mergeLora } from "../../policy/adapters.ts";
import { createLearner, type Learner, type PpoOptions } from "../../policy/learner.ts";
import type { PolicyNetwork, Weights } from "../../policy/network.ts";
import { siteTransformer } from "../../policy/site-transformer.ts";
import { OPERATORS, SITES } from "./board.ts";
import { FEATURES } from "./features.ts";

/** Rank and α of the adapters that learn during a run. */
const LORA = { rank: 2, alpha: 4 };

/**
 * The network, with the values of `weights` where it has them. `isAdapted` freezes all but the norms and heads and learns low-rank adapters
 * instead (autoresearch-rl §7.3), so that what a run learned is small enough for its journal.
 */
export function editNetwork(weights: Weights, { isAdapted = false } = {}): PolicyNetwork {
  const network = siteTransformer({
    random: createRandom("edit policy"),
    sites: SITES,
    features: FEATURES,
    operators: OPERATORS,
    ...(isAdapted && { lora: LORA }),
  });
  for (const [name, parameter] of parametersOf(network.model)) {
    const given = weights[name];
    if (given === undefined) continue;
    if (given.length !== parameter.data.length) throw unfit(name, parameter.data.length, given.length);
    parameter.data.set(given);
  }
  return network;
}

/** An untrained network's weights. */
export function freshWeights(seed: string | number): Weights {
  const { model } = siteTransformer({
    random: createRandom(seed),
    sites: SITES,
    features: FEATURES,
    operators: OPERATORS,
  });
  return Object.fromEntries([...parametersOf(model)].map(([name, { data }]) => [name, data]));
}

/** Weights as a .safetensors file; equal weights give equal bytes. */
export const encodeWeights = (weights: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array =>
  encodeSafetensors({
    tensors: Object.fromEntries(
      Object.entries(weights).map(([name, data]) => [name, { dtype: "float32", shape: [data.length], data }]),
    ),
    metadata,
  });

/** A hundred times what the gym makes. Larger ones are no policy: its answers would not be numbers. */
const LARGEST = 100;

/**
 * Throws StropError `nn.bad-checkpoint` for bytes that are no such file, `policy.weights` for those of another network or with numbers that
 * are not finite or absurdly large. Whatever else is in the file is left out.
 */
export function decodeWeights(bytes: Uint8Array): Weights {
  const { tensors } = decodeSafetensors(bytes);
  const names = [...parametersOf(editNetwork({}).model)].map(([name, { data }]) => [name, data.length] as const);
  return Object.fromEntries(
    names.map(([name, length]): [string, Float32Array] => {
      const found = tensors[name]?.data;
      if (!(found instanceof Float32Array) || found.length !== length) throw unfit(name, length, found?.length ?? 0);
      if (!found.every((weight) => Math.abs(weight) <= LARGEST))
        throw unfit(name, `${length} finite and moderate`, "others");
      return [name, found];
    }),
  );
}

/** The weights that strop comes with, made by the gym (docs/policy.md). */
export async function shippedWeights(): Promise<Weights> {
  const file = new URL("../../policy/weights/edit-policy.safetensors", import.meta.url);
  return decodeWeights(await readFile(file));
}

/** The native runtime where it is installed, else WebAssembly; on one thread, so that results repeat. */
export async function policyBackend(): Promise<Backend> {
  try {
    return await nativeBackend({ threads: 1 });
  } catch (thrown) {
    if (!(thrown instanceof StropError && thrown.code === "nn.no-native")) throw thrown;
    const engine = await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${wasmAsset}`)));
    return wasmBackend({ [wasmAsset]: engine });
  }
}

/** A learner on the network with adapters, for use during a run. */
export const runLearner = (weights: Weights, options: PpoOptions): Promise<Learner> =>
  createLearner(editNetwork(weights, { isAdapted: true }), options);

/** The weights of a learner with adapters, these added to the matrices that they adapt. */
export const mergeAdapters = (base: Weights, learned: Weights): Weights => mergeLora(base, learned, LORA);

const unfit = (name: string, expected: number | string, found: number | string): StropError =>
  new StropError("policy.weights", `expected ${expected} numbers for "${name}" of the edit policy, found ${found}`, {
    hint: "The weights belong to another version of the policy; train them again with the gym.",
  });
