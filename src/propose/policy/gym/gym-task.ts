/** Problems to practise on: literals with domains, rewrites that do hidden things, and a loss with a known minimum. No text, so that a trial costs microseconds. */
import type { Random } from "../../../core/numerics/random.ts";
import type { Domain } from "../../literals/domain.ts";

export interface GymPlace {
  readonly key: string;
  readonly names: readonly string[];
  readonly domain: Domain;
  /** Of the baseline. */
  readonly unit: number;
}

export interface GymRewrite {
  readonly rule: string;
  /** Rewrites of one slot replace each other, as those of one place in a text do; default: a slot of its own. */
  readonly slot?: number;
}

/** Where each literal stands. */
export type Units = ReadonlyMap<string, number>;

export interface GymTask {
  readonly name: string;
  readonly places: readonly GymPlace[];
  readonly rewrites: readonly GymRewrite[];
  /** At least `minimum`; null for a program that fails. `applied` are places in `rewrites`. Noise, if any, comes from `random`. */
  loss(units: Units, applied: ReadonlySet<number>, random: Random): number | null;
  readonly minimum: number;
  readonly isNoisy: boolean;
}

/** Makes another task of its kind for every stream. */
export interface Family {
  readonly name: string;
  readonly make: (random: Random) => GymTask;
}
