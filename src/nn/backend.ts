/**
 * What runs an .onnx model. Two implementations: `nativeBackend` (onnxruntime-node) and `wasmBackend` (onnxruntime-web,
 * one thread, no access to anything). Both compute the same numbers up to float rounding.
 */
import { StropError } from "../core/errors.ts";
import type { DType, Shape } from "./tensor.ts";

/** A tensor with its numbers, row-major. int64 comes as BigInt64Array, bool as Uint8Array. */
export interface Value {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** The numbers of a float32 value. */
export function float32Of(value: Value | undefined): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new StropError("nn.run", `expected float32 numbers, found ${value?.dtype ?? "none"}`);
}

export type Values = Readonly<Record<string, Value>>;

export interface Session {
  /**
   * All outputs for these inputs. `reuse` offers buffers that an output of that name may be written to; whether they
   * are taken is the backend's choice, so read the returned values only.
   * @throws StropError `nn.run` with the runtime's message.
   */
  run(feeds: Values, reuse?: Values): Promise<Values>;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: "native" | "wasm";
  /** @throws StropError `nn.open` when the runtime refuses the model. */
  open(model: Uint8Array): Promise<Session>;
}
