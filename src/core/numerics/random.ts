/**
 * Seeded randomness. The same seed and label always give the same stream, so every draw of a run can be repeated
 * from the journal alone. Generator: xoshiro128** (Blackman & Vigna 2021), seeded by a 128-bit string hash (cyrb128).
 */

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Standard normal (Marsaglia polar method). */
  normal(): number;
  /** One element, uniformly; throws a RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A new list in uniformly random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream named by `label`; does not advance this one. */
  fork(label: string | number): Random;
}

/** A stream named by `seed`; numbers and strings with the same spelling are the same seed. */
export function createRandom(seed: number | string): Random {
  const name = String(seed);
  const state = hash128(name);
  const next = () => nextUint32(state) / 0x1_0000_0000;
  const integer = (n: number) => Math.floor(next() * n);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError("expected at least one item to pick from, found none");
    return items[integer(items.length)] as T;
  };
  return {
    next,
    integer,
    pick,
    shuffle,
    normal: () => polarNormal(next),
    fork: (label) => createRandom(`${name}/${label}`),
  };
}

function nextUint32(s: Uint32Array): number {
  const [a, b, c, d] = s as unknown as [number, number, number, number];
  const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  s[2] = c ^ a;
  s[3] = d ^ b;
  s[1] = b ^ s[2]!;
  s[0] = a ^ s[3]!;
  s[2] = s[2]! ^ (b << 9);
  s[3] = rotateLeft(s[3]!, 11);
  return result;
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

function polarNormal(next: () => number): number {
  for (;;) {
    const u = 2 * next() - 1;
    const v = 2 * next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

function hash128(text: string): Uint32Array {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  // An all-zero state would stay zero for ever.
  return Uint32Array.of(h1 | 1, h2 ^ h1, h3 ^ h1, h4 ^ h1);
}
