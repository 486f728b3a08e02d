/** What the inputs are drawn with: whole numbers from a seed, and made-up words. */
export type Draw = (below: number) => number;

/** Mulberry32, as whole numbers below n. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

const SYLLABLES =
  "ba be bi co da de el en fa ga ha in ka la le li ma mo na ne or pa ra re ri sa se ta ti to un va".split(" ");

export const list = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));
export const pick = <T>(draw: Draw, items: readonly T[]): T => items[draw(items.length)] as T;
export const lines = (rows: readonly string[]): string => `${rows.join("\n")}\n`;
export const two = (n: number): string => String(n).padStart(2, "0");

export const word = (draw: Draw): string => list(2 + draw(3), () => pick(draw, SYLLABLES)).join("");

/** Different words, the first of them to be the most frequent. */
export function vocabulary(draw: Draw, size: number): string[] {
  const words = new Set<string>();
  while (words.size < size) words.add(word(draw));
  return [...words];
}

/** Few words are frequent and many are rare, as in a language. */
export const frequent = (draw: Draw, words: readonly string[]): string =>
  words[Math.floor(words.length * (draw(1_000_000) / 1_000_000) ** 3)] as string;

export const sentence = (draw: Draw, words: readonly string[], length: number): string =>
  list(length, () => frequent(draw, words)).join(" ");
