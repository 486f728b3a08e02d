/** What a sequence policy has learned, in files: adapters by name, the whole state of learning, and a code model with them merged in. */
import { StropError } from "../../core/errors.ts";
import { decodeSafetensors, encodeSafetensors, float32Of, readState, writeState, type Value } from "../../nn/index.ts";
import type { LearnerState } from "../../policy/learner.ts";
import { mergeAdapters } from "../../policy/adapters.ts";
import type { Weights } from "../../policy/network.ts";
import type { SequenceActor } from "./sequence-actor.ts";

/** Adapters and critic by name as safetensors: `decoder.blocks.0.attention.query.adapter.down`, … */
export function saveAdapters(actor: SequenceActor, state: LearnerState): Uint8Array<ArrayBuffer> {
  const { base, lora } = actor;
  const tensors = Object.entries(actor.weights(state)).map(([name, data]): [string, Value] => [
    name,
    { dtype: "float32", shape: actor.shapes.get(name) ?? [data.length], data },
  ]);
  return encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: { base, lora: JSON.stringify(lora) } });
}

/** Parameters, moments and number of steps, for learning that goes on exactly. */
export const saveState = ({ base }: SequenceActor, state: LearnerState): Uint8Array<ArrayBuffer> =>
  writeState(state, { base });

/** @throws StropError `nn.bad-checkpoint`, or `reprogram.other-base` for what was learned beside another model. */
export function loadState(actor: SequenceActor, bytes: Uint8Array): LearnerState {
  const saved = decodeSafetensors(bytes);
  const { base = "no name" } = saved.metadata;
  if (base !== actor.base)
    throw new StropError("reprogram.other-base", `expected what was learned on ${actor.base}, found ${base}`, {
      hint: "Adapters belong to one code model, with one rank, temperature and top-p.",
    });
  return readState(saved, actor.start().values);
}

/** The code model `model`, which the actor was opened on, as it writes with what was learned: an ordinary file of such a model. */
export function mergedModel(actor: SequenceActor, state: LearnerState, model: Uint8Array): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = decodeSafetensors(model);
  const base: Weights = Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, float32Of(value)]));
  const merged = mergeAdapters(base, actor.weights(state), actor.lora);
  const values = Object.entries(tensors).map(([name, value]): [string, Value] => [
    name,
    { ...value, data: merged[name]! },
  ]);
  return encodeSafetensors({ tensors: Object.fromEntries(values), metadata });
}
