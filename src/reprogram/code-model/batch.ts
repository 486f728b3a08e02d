/** Pairs of texts as the arrays that a training step takes: rows of one length, filled up with padding. */
import { StropError } from "../../core/errors.ts";
import type { RefinementPair } from "../families/family.ts";
import { END, PAD, type Tokenizer } from "../tokenizer/tokenizer.ts";

export interface BatchSize {
  readonly rows: number;
  /** Symbols of a row, the end symbol among them. */
  readonly length: number;
}

/** int32 [rows, length] each, row-major. Rows beyond the given pairs are all padding, and do not count in the loss. */
export interface Batch {
  readonly source: Int32Array;
  /** What the decoder has seen: the target shifted right by one. */
  readonly previous: Int32Array;
  readonly target: Int32Array;
}

/** @throws StropError `reprogram.batch` for more pairs than rows, `reprogram.too-long` for a text that does not fit. */
export function batchOf(tokenizer: Tokenizer, pairs: readonly RefinementPair[], size: BatchSize): Batch {
  const source = rowsOf(
    pairs.map((pair) => tokenizer.encode(pair.source)),
    size,
  );
  const target = rowsOf(
    pairs.map((pair) => tokenizer.encode(pair.target)),
    size,
  );
  const previous = target.map((_, i) => (i % size.length === 0 ? PAD : target[i - 1]!));
  return { source, previous, target };
}

/** Token lists, each ended, as rows. */
export function rowsOf(texts: readonly (readonly number[])[], { rows, length }: BatchSize): Int32Array<ArrayBuffer> {
  if (texts.length > rows)
    throw new StropError("reprogram.batch", `expected at most ${rows} texts in a batch, found ${texts.length}`);
  const filled = new Int32Array(rows * length).fill(PAD);
  for (const [row, tokens] of texts.entries()) {
    if (tokens.length >= length)
      throw new StropError(
        "reprogram.too-long",
        `expected a text of at most ${length - 1} symbols, found ${tokens.length}`,
        { hint: "Build the code model with a larger length." },
      );
    filled.set([...tokens, END], row * length);
  }
  return filled;
}

/** A length that fits all texts with their end symbols: the next multiple of 8. */
export function lengthFor(tokenizer: Tokenizer, texts: Iterable<string>): number {
  let longest = 0;
  for (const text of texts) longest = Math.max(longest, tokenizer.encode(text).length);
  return Math.ceil((longest + 1) / 8) * 8;
}
