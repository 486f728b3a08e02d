/** The two questions of this bench, asked of one rule: how often does it keep nothing but noise, and how much does it find? */
import { createRandom, type Random } from "../../src/core/numerics/random.ts";
import type { Comparison } from "../../src/core/metric.ts";
import { mean } from "../../src/core/numerics/stats.ts";
import type { KeepRule } from "../../src/judge/keep-rule.ts";
import type { Noise } from "./noise-models.ts";
import { type SimulatedCandidate, type SimulatedKeep, simulateKeeping } from "./simulate.ts";

export interface NullResult {
  /** Runs in which anything was kept. */
  readonly runs: number;
  readonly keepsPerRun: number;
  /** Executions per candidate, the baseline's repeats included. */
  readonly cost: number;
}

export interface NullOptions {
  readonly runs: number;
  readonly candidates: number;
  readonly candidate?: SimulatedCandidate;
  /** As in `simulateKeeping`. */
  readonly times?: Comparison;
}

/** `runs` runs of `candidates` candidates that all equal the baseline (or what `candidate` says). */
export function measureNull(
  rule: KeepRule,
  noise: (random: Random) => Noise,
  { runs, candidates, candidate = { effect: 0 }, times }: NullOptions,
): NullResult {
  const all = Array.from({ length: runs }, (_, seed) =>
    simulateKeeping(
      rule,
      Array.from({ length: candidates }, () => candidate),
      noise(createRandom(`null/${seed}`)),
      times,
    ),
  );
  return {
    runs: all.filter(({ keeps }) => keeps.length > 0).length,
    keepsPerRun: mean(all.map(({ keeps }) => keeps.length)),
    cost: mean(all.map((run) => run.runs)) / candidates,
  };
}

export interface PowerResult {
  /** Share of runs in which the improvement was kept. */
  readonly power: number;
  /** Runs that the improvement cost, its first included. */
  readonly cost: number;
  /** Mean of reported less true gain of kept improvements, by what one reports. */
  readonly bias: { readonly firstLook: number; readonly contest: number; readonly fresh: number };
}

/** An improvement of `effect` standard deviations after ten candidates that are none. */
export function measurePower(
  rule: KeepRule,
  noise: (random: Random) => Noise,
  { runs, effect, times }: { runs: number; effect: number; times?: Comparison },
): PowerResult {
  const candidates = [...Array.from({ length: NULLS_BEFORE }, () => ({ effect: 0 })), { effect }];
  const all = Array.from({ length: runs }, (_, seed) =>
    simulateKeeping(rule, candidates, noise(createRandom(`power/${effect}/${seed}`)), times),
  );
  const kept = all.flatMap(({ keeps }) => keeps.filter(({ candidate }) => candidate === NULLS_BEFORE));
  const bias = (of: (keep: SimulatedKeep) => number) => mean(kept.map((keep) => of(keep) - effect));
  return {
    power: kept.length / runs,
    cost: mean(all.map(({ costs }) => costs[NULLS_BEFORE] ?? Number.NaN)),
    bias: {
      firstLook: bias((keep) => keep.firstLook),
      contest: bias((keep) => keep.contest),
      fresh: bias((keep) => keep.fresh),
    },
  };
}

const NULLS_BEFORE = 10;
