/**
 * Writes texts symbol by symbol, many rows at once. Any symbol may follow any other; nothing here knows what a text is about.
 */
import type { Random } from "../../core/numerics/random.ts";
import { END, PAD } from "../tokenizer/tokenizer.ts";
import type { Decoding } from "./decoding.ts";
import { draw, type Draw, type SamplingOptions } from "./sampling.ts";

export interface WriteOptions extends SamplingOptions {
  /** Row r draws from `randoms[r]`; rows without one are not written. */
  readonly randoms: readonly Random[];
}

/** A text for each row of `source`, int32 [rows, length]: its draws, at most `length` of them, the end symbol last where it ends. */
export async function writeRows(
  decoding: Decoding,
  source: Int32Array,
  { randoms, ...sampling }: WriteOptions,
): Promise<Draw[][]> {
  const { rows, length } = decoding;
  const step = await decoding.begin(source);
  const texts: Draw[][] = randoms.map(() => []);
  const isEnded = randoms.map(() => false);
  const tokens = new Int32Array(rows).fill(PAD);
  for (let position = 0; position < length && isEnded.includes(false); position++) {
    const logits = await step(tokens, position);
    const size = logits.length / rows;
    for (const [row, random] of randoms.entries()) {
      if (isEnded[row]) continue;
      const drawn = draw(logits.subarray(row * size, (row + 1) * size), random, sampling);
      tokens[row] = drawn.token;
      isEnded[row] = drawn.token === END;
      texts[row]!.push(drawn);
    }
  }
  return texts;
}
