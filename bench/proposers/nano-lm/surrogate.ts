/**
 * nano-lm without training it: the score that a fit to real trials expects of a program (fit.ts), for searches over many seeds.
 * Rewritten lines count with an effect drawn, by the hash of the line, from those that rewrites really had.
 */
import { readFileSync } from "node:fs";

import type { ProgramFiles } from "../../../src/core/edit.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { ProgramFunction } from "../functions.ts";
import { type Features, featuresOf, nanoLm, PATH } from "./points.ts";

/** Bits per byte that nothing here comes near in five seconds. */
export const FLOOR = 2.4;

/** How ln(score − FLOOR) scatters from one training to the next: by 0.02 to 0.05 bits per byte in five seconds of a busy machine. */
const NOISE = 0.04;

export interface Surrogate {
  /** Trials that were fitted. */
  readonly trials: number;
  /** Of ln(score − FLOOR), on trials that were left out. */
  readonly heldOutError: number;
  readonly heldOutExplained: number;
  readonly residual: number;
  /** By feature; "" is the shipped program. */
  readonly effects: Readonly<Record<string, number>>;
  /** What rewrites that ran changed ln(score − FLOOR) by, in order. */
  readonly rewrites: readonly number[];
  readonly failedRewrites: number;
}

/** ln(score − FLOOR). */
export function predicted(effects: Surrogate["effects"], features: Features): number {
  let sum = effects[""] ?? 0;
  for (const [name, value] of features) sum += (effects[name] ?? 0) * value;
  return sum;
}

/** The text without its literals: programs that differ in these only have the same. */
export const skeletonOf = (files: ProgramFiles): string =>
  (files[PATH] ?? "").replace(/"[^"\n]*"|\b(?:true|false)\b|\b\d[\d_.]*(?:e-?\d+)?/g, "_");

const linesOf = (files: ProgramFiles): readonly string[] =>
  skeletonOf(files)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Lines that are new, or, where there are none, that are gone. */
function changedLines(files: ProgramFiles): readonly string[] {
  const [before, after] = [new Set(linesOf(nanoLm)), new Set(linesOf(files))];
  const added = [...after].filter((line) => !before.has(line));
  return added.length > 0 ? added : [...before].filter((line) => !after.has(line));
}

/** The surrogate as a function of a program. */
export function nanoLmSurrogate(): ProgramFunction {
  const text = readFileSync(new URL("surrogate.json", import.meta.url), "utf8");
  const { effects, rewrites, failedRewrites } = JSON.parse(text) as Surrogate;
  const score = async (files: ProgramFiles): Promise<number | null> => {
    let y = predicted(effects, await featuresOf(files));
    for (const line of changedLines(files)) {
      const random = createRandom(line);
      if (random.next() < failedRewrites) return null;
      y += random.pick(rewrites);
    }
    return FLOOR + Math.exp(y);
  };
  return { name: "nano-lm surrogate", program: nanoLm, minimum: FLOOR, noise: NOISE, score };
}
