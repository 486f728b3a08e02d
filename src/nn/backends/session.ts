/** A session over either build of ONNX Runtime; the builds share their JavaScript interface. */
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import { messageOf, StropError } from "../../core/errors.ts";
import type { Session, Value, Values } from "../backend.ts";
import type { DType } from "../tensor.ts";

/** The part of the runtime's module that is used. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: DType, data: Value["data"], shape: readonly number[]) => OrtTensor;
}

export interface OpenOptions {
  readonly session: InferenceSession.SessionOptions;
  /** Whether the runtime writes into offered buffers; the WebAssembly build ignores them, silently. */
  readonly reusesBuffers: boolean;
}

export async function openSession(runtime: Runtime, model: Uint8Array, options: OpenOptions): Promise<Session> {
  const session = await refused("nn.open", runtime.InferenceSession.create(model, options.session));
  const wrap = (values: Values): Record<string, OrtTensor> =>
    Object.fromEntries(
      Object.entries(values).map(([name, { dtype, data, shape }]) => [name, new runtime.Tensor(dtype, data, shape)]),
    );
  return {
    async run(feeds, reuse) {
      const inputs = wrap(feeds);
      const running =
        reuse !== undefined && options.reusesBuffers
          ? session.run(inputs, { ...absent(session.outputNames), ...wrap(reuse) })
          : session.run(inputs);
      return unwrap(await refused("nn.run", running));
    },
    close: () => session.release(),
  };
}

/** null asks for an output without offering a buffer. */
const absent = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));

const unwrap = (tensors: InferenceSession.OnnxValueMapType): Values =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, valueOf(name, tensor)]));

function valueOf(name: string, { type, dims, data }: OrtTensor): Value {
  if (type === "float32" && data instanceof Float32Array) return { dtype: type, shape: dims, data };
  if (type === "int32" && data instanceof Int32Array) return { dtype: type, shape: dims, data };
  if (type === "int64" && data instanceof BigInt64Array) return { dtype: type, shape: dims, data };
  if (type === "bool" && data instanceof Uint8Array) return { dtype: type, shape: dims, data };
  throw new StropError("nn.run", `expected the output "${name}" to hold float32, int32, int64 or bool, found ${type}`);
}

async function refused<T>(code: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (thrown) {
    throw new StropError(code, messageOf(thrown), { cause: thrown });
  }
}
