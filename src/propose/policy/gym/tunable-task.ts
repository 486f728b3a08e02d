/** A gym task around something that is really evaluated: its literals by name, and which rewrites its code has. */
import type { Random } from "../../../core/numerics/random.ts";
import type { LiteralValue } from "../../../syntax/literals.ts";
import { type Domain, fromUnit } from "../../literals/domain.ts";
import type { GymRewrite, GymTask, Units } from "./gym-task.ts";

export interface Tunable {
  /** Also the key, so no two of a task are the same. */
  readonly name: string;
  readonly scope: string;
  readonly domain: Domain;
}

export type Values = Readonly<Record<string, LiteralValue>>;

export interface Evaluated {
  readonly name: string;
  readonly literals: readonly Tunable[];
  readonly rewrites: readonly GymRewrite[];
  /** At least 0, the minimum; null for a program that fails. Contract: the same for the same arguments. */
  readonly evaluate: (values: Values, applied: ReadonlySet<number>) => number | null;
}

/** Begins somewhere at random, but where the program runs and there is something to gain. */
export function tunableTask({ name, literals, rewrites, evaluate }: Evaluated, random: Random): GymTask {
  const loss = (units: Units, applied: ReadonlySet<number>): number | null => {
    const values = literals.map(({ name: key, domain }) => [key, fromUnit(domain, units.get(key) as number)]);
    const value = evaluate(Object.fromEntries(values) as Values, applied);
    return value === null || !Number.isFinite(value) ? null : Math.max(0, value);
  };
  const start = (): Units => new Map(literals.map(({ name: key, domain }) => [key, startAt(domain, random)]));
  let units = start();
  for (let tries = 0; tries < TRIES && (loss(units, NONE) ?? 0) <= 0; tries++) units = start();
  const places = literals.map(({ name: key, scope, domain }) => ({
    key,
    names: [key, scope],
    domain,
    unit: units.get(key) as number,
  }));
  return { name, places, rewrites, minimum: 0, isNoisy: false, loss };
}

const TRIES = 20;
const NONE: ReadonlySet<number> = new Set();

/** Domains are made around what a program has, so most literals begin in the middle. */
const startAt = (domain: Domain, random: Random): number =>
  domain.kind === "choice"
    ? random.integer(domain.options.length)
    : random.next() < 0.5
      ? 0.5
      : 0.1 + 0.8 * random.next();
