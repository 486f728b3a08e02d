/** Learned parameters as text, small enough for a journal: float32, little-endian, in the order of their names, base64. */
import type { Weights } from "./network.ts";

const namesOf = (weights: Weights): readonly string[] => Object.keys(weights).sort();

export function packWeights(weights: Weights): string {
  const parts = namesOf(weights).map((name) => {
    const data = weights[name] as Float32Array;
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  });
  return Buffer.concat(parts).toString("base64");
}

/** `like`: weights of the same network. Undefined for a text that is not of it. */
export function unpackWeights(text: string, like: Weights): Weights | undefined {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  const total = namesOf(like).reduce((sum, name) => sum + (like[name] as Float32Array).byteLength, 0);
  if (bytes.length !== total) return undefined;
  const numbers = new Float32Array(bytes.buffer);
  let at = 0;
  return Object.fromEntries(
    namesOf(like).map((name) => {
      const { length } = like[name] as Float32Array;
      at += length;
      return [name, numbers.slice(at - length, at)];
    }),
  );
}
