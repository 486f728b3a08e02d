/**
 * What proposers are raced over: known functions of the numbers of a little program, each with an optimum of its own
 * that only the host knows. The search's instances and the holdout's are different draws.
 */
import { createRandom, type Random } from "../../core/numerics/random.ts";

export interface Landscape {
  readonly kind: string;
  readonly path: string;
  /** The program to begin with: lines of `name = number`. */
  readonly text: string;
  /** Lower is better, 0 is best; null for a text that is no such program. */
  score(text: string): number | null;
}

export type LandscapeSplit = "search" | "holdout";

const PATH = "program.py";
const LETTERS = "abcdefghijklmnop";

/** `draws` landscapes of every kind. The same split and seed give the same. */
export const landscapes = (split: LandscapeSplit, { draws, seed }: { draws: number; seed: number }): Landscape[] =>
  Array.from({ length: draws }, (_, draw) => {
    const random = createRandom(`landscapes/${split}/${seed}/${draw}`);
    return KINDS.map((kind) => kind(random));
  }).flat();

type Values = readonly number[];

function landscape(
  kind: string,
  names: readonly string[],
  [start, f]: [number, (values: Values) => number],
): Landscape {
  return {
    kind,
    path: PATH,
    text: names.map((name) => `${name} = ${start}\n`).join(""),
    score(text) {
      const values = readValues(text, names);
      const score = values === null ? Number.NaN : f(values);
      return Number.isFinite(score) ? Math.max(0, score) : null;
    },
  };
}

/** Exactly these names in this order, each with a number. */
function readValues(text: string, names: readonly string[]): Values | null {
  const lines = text.slice(0, 10_000).trimEnd().split("\n");
  const values = lines.map((line, i) => {
    const [, name, value] = /^(\w+) = (-?[\d.eE+-]+)$/.exec(line) ?? [];
    return name === names[i] ? Number(value) : Number.NaN;
  });
  return values.length === names.length && values.every(Number.isFinite) ? values : null;
}

const rates = (count: number): string[] => Array.from({ length: count }, (_, i) => `rate_${LETTERS[i]}`);
const decadesApart = (value: number, target: number): number => (Math.log10(value) - Math.log10(target)) ** 2;
const drawRate = (random: Random): number => 10 ** (-3 + 2 * random.next());

const KINDS: readonly ((random: Random) => Landscape)[] = [
  /** Squared distance in decades. */
  (random) => {
    const targets = Array.from({ length: 6 }, () => drawRate(random));
    const f = (values: Values) =>
      targets.reduce((sum, target, i) => sum + decadesApart(values[i] as number, target), 0);
    return landscape("sphere", rates(6), [0.01, f]);
  },
  /** Sixteen numbers of which three matter. */
  (random) => {
    const [names, which] = [rates(16), random.shuffle(Array.from({ length: 16 }, (_, i) => i)).slice(0, 3)];
    const targets = which.map((at): [number, number] => [at, drawRate(random)]);
    const f = (values: Values) =>
      targets.reduce((sum, [at, target]) => sum + decadesApart(values[at] as number, target), 0);
    return landscape("sparse", names, [0.01, f]);
  },
  /** Rosenbrock's valley, every axis stretched: the numbers depend on each other. */
  (random) => {
    const stretch = Array.from({ length: 4 }, () => 1.5 + random.next());
    const f = (values: Values) => {
      const x = values.map((value, i) => value * (stretch[i] as number));
      return x.slice(1).reduce((sum, next, i) => sum + valley(x[i] as number, next), 0);
    };
    return landscape("valley", ["fraction_a", "fraction_b", "fraction_c", "fraction_d"], [0.2, f]);
  },
];

const valley = (x: number, y: number): number => 100 * (y - x ** 2) ** 2 + (1 - x) ** 2;
