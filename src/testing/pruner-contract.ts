/**
 * What every pruner must do, as named checks for any test framework: `for (const { name, run } of prunerContract(create)) it(name, run)`.
 */
import assert from "node:assert/strict";

import { createRandom } from "../core/numerics/random.ts";
import type { CurvePoint } from "../core/trial.ts";
import { type Trajectory, trajectoryOf } from "../judge/forecast/trajectory.ts";
import type { Evidence, PastTrial, Pruner } from "../judge/pruner.ts";

export interface PrunerCheck {
  /** A sentence about the pruner. */
  readonly name: string;
  /** Throws an AssertionError when it does not hold. */
  run(): void;
}

const GRID = { trainSeconds: 100, checks: 20 };

/** Losses by second that a pruner meets sooner or later. */
const ODD: Readonly<Record<string, (second: number) => number>> = {
  "a constant curve": () => 2,
  "a curve of zeros": () => 0,
  "nothing but NaN": () => Number.NaN,
  "infinite losses": (s) => (s % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
  "a rising curve": (s) => s,
  "negative losses": (s) => -s * s,
  "huge losses": (s) => 1e300 / (s + 1),
  "tiny losses": (s) => 1e-300 / (s + 1),
  spikes: (s) => (s % 7 === 0 ? 1e12 : 1 / (s + 1)),
  "a staircase of ties": (s) => Math.floor(10 - s / 20),
};

const curveOf = (loss: (second: number) => number, seconds = 100, step = 1): CurvePoint[] =>
  Array.from({ length: Math.floor(seconds / step) }, (_, i) => ({
    seconds: (i + 1) * step,
    loss: loss((i + 1) * step),
  }));

/** Trials that end at `final`, noisily, after a decay that differs from one to the next. */
function decaying(count: number, seed: string): PastTrial[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, trial) => {
    const final = 1 + random.next();
    const [speed, noise] = [0.3 + random.next(), 0.01 * random.next()];
    const curve = curveOf((s) => final + (s / 100) ** -speed - 1 + noise * random.normal());
    return { trial, trajectory: trajectoryOf(curve, GRID), final };
  });
}

/** The checks; `create` makes a pruner. */
export function prunerContract(create: () => Pruner): readonly PrunerCheck[] {
  return [
    { name: "has a name", run: () => assert.match(create().name, /^[a-z-]+$/) },
    {
      name: "stops nothing before anything has finished, except by the curve alone",
      run: () => firstTrialRuns(create),
    },
    { name: "says why in one printable line", run: () => reasonsAreLines(create) },
    { name: "decides the same for the same evidence, whatever it was asked before", run: () => isPure(create) },
    {
      name: "never stops the best trial of all when the others are far worse from the start",
      run: () => sparesTheBest(create),
    },
    ...Object.entries(ODD).map(([what, loss]) => ({ name: `survives ${what}`, run: () => survives(create, loss) })),
  ];
}

/** Asks at every check; the first reason, or null. */
function firstReason(pruner: Pruner, live: Trajectory, rest: Omit<Evidence, "live" | "checks">): string | null {
  for (let k = 1; k <= Math.min(live.levels.length, GRID.checks - 1); k++) {
    const reason = pruner.judge({ ...rest, live: { ...live, levels: live.levels.slice(0, k) }, checks: GRID.checks });
    if (reason !== null) return reason;
  }
  return null;
}

const known = (past: readonly PastTrial[]) => ({
  past,
  incumbent: Math.min(...past.map(({ final }) => final ?? Number.POSITIVE_INFINITY)),
});

function firstTrialRuns(create: () => Pruner): void {
  const [first] = decaying(1, "first");
  assert.ok(first !== undefined);
  const live = { ...first.trajectory, levels: first.trajectory.levels.map((_, i) => 3 - i / 10) };
  assert.equal(firstReason(create(), live, { trial: 0, past: [], incumbent: null }), null);
}

function reasonsAreLines(create: () => Pruner): void {
  const past = decaying(30, "lines");
  const bad = trajectoryOf(
    curveOf((s) => 50 + 1 / s),
    GRID,
  );
  const reason = firstReason(create(), bad, { trial: 30, ...known(past) });
  if (reason !== null) assert.match(reason, /^\P{Cc}{10,300}$/u);
}

function isPure(create: () => Pruner): void {
  const past = decaying(40, "pure");
  const [given, fresh] = [create(), create()];
  for (const [i, { trajectory }] of decaying(12, "pure live").entries()) {
    const rest = { trial: 40 + i, ...known(past) };
    const [answer, again] = [firstReason(given, trajectory, rest), firstReason(given, trajectory, rest)];
    assert.equal(again, answer);
    assert.equal(firstReason(fresh, trajectory, { ...rest, past: [...past] }), answer);
  }
}

function sparesTheBest(create: () => Pruner): void {
  const past = decaying(30, "spares");
  const best = trajectoryOf(
    curveOf((s) => 0.1 + 0.001 * (100 - s)),
    GRID,
  );
  assert.equal(firstReason(create(), best, { trial: 30, ...known(past) }), null);
}

function survives(create: () => Pruner, loss: (second: number) => number): void {
  const healthy = decaying(24, "survives");
  for (const step of [0.3, 1, 30, 100]) {
    const odd = trajectoryOf(curveOf(loss, 100, step), GRID);
    const oddPast = healthy.map((trial, i) => (i % 3 === 0 ? { ...trial, trajectory: odd } : trial));
    const allOdd = healthy.map((trial) => ({ ...trial, trajectory: odd, final: 1 }));
    for (const past of [healthy, oddPast, allOdd]) {
      for (const live of [odd, healthy[0]?.trajectory ?? odd])
        firstReason(create(), live, { trial: 24, ...known(past) });
    }
  }
}
