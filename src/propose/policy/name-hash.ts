/** Identifiers as numbers: words and character trigrams, each hashed to a signed place of a short vector (Weinberger et al. 2009). */

export const NAME_WIDTH = 32;

const cache = new Map<string, Float32Array>();
const LARGEST_CACHE = 4096;

/** A vector of length 1 (0 without names); the first name counts most, each further one half. */
export function hashNames(names: readonly string[]): Float32Array {
  const key = names.join("\0");
  const known = cache.get(key);
  if (known !== undefined) return known;
  const out = new Float32Array(NAME_WIDTH);
  for (const [i, name] of names.slice(0, 4).entries()) {
    for (const word of wordsOf(name)) {
      addHashed(out, word, 0.5 ** i);
      const padded = `^${word}$`;
      for (let at = 0; at + 3 <= padded.length; at++) addHashed(out, padded.slice(at, at + 3), 0.25 * 0.5 ** i);
    }
  }
  const norm = Math.hypot(...out);
  if (norm > 0) for (let i = 0; i < out.length; i++) out[i]! /= norm;
  if (cache.size >= LARGEST_CACHE) cache.clear();
  cache.set(key, out);
  return out;
}

/** `learningRate`, `learning_rate` and `LEARNING_RATE` are `learning` and `rate`; digits stay with their word. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

function addHashed(out: Float32Array, text: string, weight: number): void {
  // FNV-1a, 32 bits; the top bit is the sign.
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  out[(hash >>> 1) % NAME_WIDTH]! += hash < 0 ? -weight : weight;
}
