/** A trainer's state as a safetensors file: what is fed at each step, and how many steps were made. */
import { StropError } from "../../core/errors.ts";
import type { Values } from "../backend.ts";
import { sameShape, showShape } from "../tensor.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

export const writeState = (state: Values, steps: number): Uint8Array<ArrayBuffer> =>
  encodeSafetensors({ tensors: state, metadata: { steps: String(steps) } });

/** @throws StropError `nn.bad-checkpoint` when it is not a state with the names, types and shapes of `expected`. */
export function readState(bytes: Uint8Array, expected: Values): { readonly state: Values; readonly steps: number } {
  const { tensors, metadata } = decodeSafetensors(bytes);
  requireSameShapes(tensors, expected);
  return { state: tensors, steps: readSteps(metadata) };
}

/** @throws StropError `nn.bad-checkpoint` when the metadata have no number of steps. */
export function readSteps({ steps }: Readonly<Record<string, string>>): number {
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
