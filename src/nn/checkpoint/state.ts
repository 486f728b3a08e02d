/** A trainer's state as a safetensors file: what is fed at each step, and how many steps were made. */
import { StropError } from "../../core/errors.ts";
import type { Values } from "../backend.ts";
import { sameShape, showShape } from "../tensor.ts";
import { encodeSafetensors, type Checkpoint } from "./safetensors.ts";

export interface TrainingState {
  readonly values: Values;
  readonly steps: number;
}

/** `metadata` says whose state it is. */
export const writeState = (
  { values, steps }: TrainingState,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> => encodeSafetensors({ tensors: values, metadata: { ...metadata, steps: String(steps) } });

/** @throws StropError `nn.bad-checkpoint` when it is not a state with the names, types and shapes of `expected`. */
export function readState({ tensors, metadata }: Checkpoint, expected: Values): TrainingState {
  requireSameShapes(tensors, expected);
  return { values: tensors, steps: stepsOf(metadata) };
}

function stepsOf({ steps }: Readonly<Record<string, string>>): number {
  const found = Number(steps);
  if (Number.isSafeInteger(found) && found >= 0) return found;
  throw new StropError("nn.bad-checkpoint", `expected a number of steps, found ${steps ?? "none"}`);
}

/** @throws StropError `nn.bad-checkpoint` that names the first tensor that is missing, superfluous or of another kind. */
export function requireSameShapes(
  found: Values,
  expected: Readonly<Record<string, Pick<Values[string], "dtype" | "shape">>>,
): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [wanted, given] = [expected[name], found[name]];
    const fits = wanted && given && wanted.dtype === given.dtype && sameShape(wanted.shape, given.shape);
    if (!fits)
      throw new StropError("nn.bad-checkpoint", `expected ${show(wanted)} for "${name}", found ${show(given)}`, {
        hint: "The checkpoint belongs to a model of another form.",
      });
  }
}

const show = (value: Pick<Values[string], "dtype" | "shape"> | undefined): string =>
  value === undefined ? "nothing" : `${value.dtype} ${showShape(value.shape)}`;
