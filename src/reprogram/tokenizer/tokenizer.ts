/**
 * Text to numbers and back: byte-pair encoding (Sennrich et al. 2016; over bytes as in Radford et al. 2019). Any text can be
 * written, and reads back the same: what no learned piece covers is written as bytes. Numbers are written digit by digit.
 */
import { StropError } from "../../core/errors.ts";
import { splitText } from "./split.ts";

/** Fills up rows; also what a decoder is given before the first symbol. */
export const PAD = 0;
/** Ends a text. */
export const END = 1;
const FIRST_BYTE = 2;
const FIRST_PIECE = FIRST_BYTE + 256;

/** Two pieces that are written as one, which is numbered by its place in the list. */
export type Merge = readonly [left: number, right: number];

export interface Tokenizer {
  /** Number of symbols: pad, end, 256 bytes and the learned pieces. */
  readonly size: number;
  /** What was learned, in order: `createTokenizer(merges)` is the same tokenizer. */
  readonly merges: readonly Merge[];
  /** Without an end symbol. */
  encode(text: string): readonly number[];
  /** Up to the first end symbol; what is no UTF-8 becomes U+FFFD. */
  decode(tokens: Iterable<number>): string;
}

/** @throws StropError `reprogram.bad-tokenizer` when a merge names a piece that does not exist yet. */
export function createTokenizer(merges: readonly Merge[]): Tokenizer {
  const pieces = piecesOf(merges);
  const ranks = new Map(merges.map((merge, rank) => [keyOf(merge), rank]));
  const kept = new Map<string, readonly number[]>();
  const encodePart = (part: string): readonly number[] => {
    const known = kept.get(part);
    if (known !== undefined) return known;
    const tokens = mergeAll(bytesOf(part), ranks);
    // Parts of hostile texts are not worth keeping.
    if (kept.size < 10_000) kept.set(part, tokens);
    return tokens;
  };
  return {
    size: FIRST_PIECE + merges.length,
    merges,
    encode: (text) => splitText(text).flatMap(encodePart),
    decode(tokens) {
      const bytes: number[] = [];
      for (const token of tokens) {
        if (token === END) break;
        bytes.push(...(pieces[token] ?? []));
      }
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
    },
  };
}

/**
 * Learns pieces from a corpus: again and again the pair of neighbours that occurs most often becomes one piece, until none occurs
 * twice or there are `size` symbols. Of equally frequent pairs the one with the smaller numbers wins, so that the result is certain.
 * @param size default 512
 */
export function learnTokenizer(corpus: Iterable<string>, { size = 512 }: { readonly size?: number } = {}): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of corpus) for (const part of splitText(text)) counts.set(part, (counts.get(part) ?? 0) + 1);
  let words = [...counts].map(([part, count]) => ({ tokens: bytesOf(part), count }));
  const merges: Merge[] = [];
  while (FIRST_PIECE + merges.length < size) {
    const merge = mostFrequent(words);
    if (merge === undefined) break;
    const piece = FIRST_PIECE + merges.length;
    merges.push(merge);
    words = words.map(({ tokens, count }) => ({ tokens: mergeOnce(tokens, merge, piece), count }));
  }
  return createTokenizer(merges);
}

interface Word {
  readonly tokens: readonly number[];
  readonly count: number;
}

function mostFrequent(words: readonly Word[]): Merge | undefined {
  const counts = new Map<number, number>();
  for (const { tokens, count } of words)
    for (let i = 1; i < tokens.length; i++) {
      const key = keyOf([tokens[i - 1]!, tokens[i]!]);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  let best: { readonly key: number; readonly count: number } = { key: 0, count: 1 };
  for (const [key, count] of counts)
    if (count > best.count || (count === best.count && count > 1 && key < best.key)) best = { key, count };
  return best.count > 1 ? [Math.floor(best.key / PAIRS), best.key % PAIRS] : undefined;
}

const PAIRS = 2 ** 24;
const keyOf = ([left, right]: Merge): number => left * PAIRS + right;

const bytesOf = (text: string): readonly number[] =>
  Array.from(new TextEncoder().encode(text), (byte) => FIRST_BYTE + byte);

/** The merge that was learned first, wherever it applies, then the next, until none does. */
function mergeAll(bytes: readonly number[], ranks: ReadonlyMap<number, number>): readonly number[] {
  let tokens = bytes;
  for (;;) {
    let rank = Infinity;
    for (let i = 1; i < tokens.length; i++)
      rank = Math.min(rank, ranks.get(keyOf([tokens[i - 1]!, tokens[i]!])) ?? Infinity);
    if (rank === Infinity) return tokens;
    const at = tokens.findIndex(
      (left, i) => i + 1 < tokens.length && ranks.get(keyOf([left, tokens[i + 1]!])) === rank,
    );
    tokens = mergeOnce(tokens, [tokens[at]!, tokens[at + 1]!], FIRST_PIECE + rank);
  }
}

function mergeOnce(tokens: readonly number[], [left, right]: Merge, piece: number): readonly number[] {
  const merged: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const isPair = tokens[i] === left && tokens[i + 1] === right;
    merged.push(isPair ? piece : tokens[i]!);
    if (isPair) i++;
  }
  return merged;
}

/** Bytes; merges that double would otherwise grow without end. */
const LONGEST_PIECE = 4_096;

/** The bytes of every symbol. */
function piecesOf(merges: readonly Merge[]): readonly (readonly number[])[] {
  const pieces: (readonly number[])[] = [[], [], ...Array.from({ length: 256 }, (_, byte) => [byte])];
  for (const [left, right] of merges) {
    const [a, b] = [pieces[left], pieces[right]];
    if (a === undefined || b === undefined || left < FIRST_BYTE || right < FIRST_BYTE)
      throw new StropError(
        "reprogram.bad-tokenizer",
        `expected a merge of two of ${pieces.length} pieces, found ${left} and ${right}`,
        { hint: "The file may be damaged; learn the tokenizer again." },
      );
    if (a.length + b.length > LONGEST_PIECE)
      throw new StropError(
        "reprogram.bad-tokenizer",
        `expected pieces of at most ${LONGEST_PIECE} bytes, found one of ${a.length + b.length}`,
        { hint: "The file may be damaged; learn the tokenizer again." },
      );
    pieces.push([...a, ...b]);
  }
  return pieces;
}
