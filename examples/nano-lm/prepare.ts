/** The data pipeline: windows of the training text at random places. Part of the environment: not for editing. */
import type { Random } from "strop/nn";

export interface BatchOptions {
  readonly batchSize: number;
  /** Bytes in a window. */
  readonly context: number;
  readonly random: Random;
}

export interface Batch {
  /** [batchSize, context], row-major. */
  readonly bytes: Int32Array;
  /** The byte that follows each of `bytes`. */
  readonly next: Int32Array;
}

/** A function that draws another batch at each call. */
export function createBatches(text: Uint8Array | undefined, options: BatchOptions): () => Batch {
  const { batchSize, context, random } = options;
  if (text === undefined || text.length <= context)
    throw new Error(`expected a training text of more than ${context} bytes, found ${text?.length ?? "none"}`);
  return () => {
    const bytes = new Int32Array(batchSize * context);
    const next = new Int32Array(batchSize * context);
    for (let row = 0; row < batchSize; row++) {
      const start = random.integer(text.length - context);
      bytes.set(text.subarray(start, start + context), row * context);
      next.set(text.subarray(start + 1, start + context + 1), row * context);
    }
    return { bytes, next };
  };
}
