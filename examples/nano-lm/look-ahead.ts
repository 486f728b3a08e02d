/**
 * Whether a model looks ahead: at later bytes of its row or at other rows. The same batch is shown again in disguise: rows
 * in another order, each with everything after a cut replaced by other text, and some rows replaced entirely. What the
 * model says before a cut must not change. Cuts go through all positions before one comes again.
 */
import type { Random } from "strop/nn";

export interface DisguiseOptions {
  readonly rows: number;
  readonly context: number;
  readonly random: Random;
}

export interface Disguised {
  readonly bytes: Int32Array;
  /** Throws when logits [rows, context, 256] differ where they must not. */
  compare(original: Float32Array, disguised: Float32Array): void;
}

/** Logits are of order 1 to 10; runs of one model on equal bytes differ by rounding, about 1e-6. */
const tolerance = 1e-3;

export function createDisguise(
  text: Uint8Array,
  { rows, context, random }: DisguiseOptions,
): (batch: Int32Array) => Disguised {
  let cuts: number[] = [];
  const nextCut = (): number => {
    if (cuts.length === 0) cuts = random.shuffle(Array.from({ length: context }, (_, i) => i + 1));
    return cuts.pop()!;
  };
  return (batch) => {
    const places = random.shuffle(Array.from({ length: rows }, (_, row) => row));
    const decoys = new Set(random.shuffle(places).slice(0, Math.floor((rows + 2) / 4)));
    const kept = places.map((_, row) => (decoys.has(row) ? 0 : nextCut()));
    const bytes = new Int32Array(batch.length);
    for (let row = 0; row < rows; row++) {
      const original = batch.subarray(row * context, (row + 1) * context);
      bytes.set(replaceAfter(original, kept[row]!, { text, random }), places[row]! * context);
    }
    return { bytes, compare: (before, after) => compare({ before, after, places, kept, context }) };
  };
}

/** The first `kept` bytes of the row, then, if any are left, text from elsewhere that starts with a different byte. */
function replaceAfter(
  row: Int32Array,
  kept: number,
  { text, random }: { text: Uint8Array; random: Random },
): Int32Array {
  let start = random.integer(text.length);
  for (let tries = 0; tries < 100 && text[start] === row[kept]; tries++) start = random.integer(text.length);
  return row.map((byte, i) => (i < kept ? byte : text[(start + i - kept) % text.length]!));
}

interface Comparison {
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Where each row went. */
  readonly places: readonly number[];
  readonly kept: readonly number[];
  readonly context: number;
}

function compare({ before, after, places, kept, context }: Comparison): void {
  for (const [row, place] of places.entries()) {
    for (let i = 0; i < kept[row]! * 256; i++) {
      const [was, is] = [before[row * context * 256 + i]!, after[place * context * 256 + i]!];
      if (Math.abs(was - is) > tolerance)
        throw new Error(
          `expected predictions that depend on earlier bytes of their own row only, found one at byte ${Math.floor(i / 256)} of ` +
            `a row that changed from ${was} to ${is} when bytes from ${kept[row]} on and other rows changed: the model looks ahead`,
        );
    }
  }
}
