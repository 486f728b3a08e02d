/**
 * Which pruner saves most without losing what matters? Replays pools of recorded learning curves under every pruner of
 * strop and its rivals, in the same orders, on pools that no choice was fitted on.
 *
 *   node bench/early-stopping/main.ts <folder with curves> [--python <python with optuna and surestop>] [--rivals cached] [--only <pattern>]
 *
 * Prints the table, and writes results.json and docs/self-evaluation.svg. With `--rivals cached` the rivals' rows are
 * those of the last results.json: their replays take most of the time and depend on nothing that strop computes. With `--only` all rows are,
 * but those whose names match the pattern.
 * With `--development` the pools that choices were fitted on are replayed instead, without rivals, and nothing is written.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createRandom } from "../../src/core/numerics/random.ts";
import type { Pruner } from "../../src/judge/pruner.ts";
import { hyperbandPruner } from "../../src/judge/pruners/hyperband.ts";
import { medianPruner } from "../../src/judge/pruners/median.ts";
import { neverStop } from "../../src/judge/pruners/none.ts";
import { patientPruner } from "../../src/judge/pruners/patient.ts";
import { percentilePruner } from "../../src/judge/pruners/percentile.ts";
import { selfEvaluationPruner } from "../../src/judge/pruners/self-evaluation.ts";
import { successiveHalvingPruner } from "../../src/judge/pruners/successive-halving.ts";
import { knowingFinals, knowingLimits } from "./bounds.ts";
import { type Pool, readPools } from "./pools.ts";
import { plotResults } from "./plot.ts";
import { replay, tally, type Tally } from "./replay.ts";
import { runRivals } from "./run-rivals.ts";
import { type PoolResult, printTable, summarize, type Summary } from "./summary.ts";

const CHECKS = 20;
const ORDERS = 6;
/** Complete runs that self-evaluation begins with: what the bounds grant themselves. */
const WARMUP = 10;

const PRUNERS: Readonly<Record<string, () => Pruner>> = {
  none: () => neverStop,
  "self-evaluation": () => selfEvaluationPruner(),
  "self-evaluation, β 0.1": () => selfEvaluationPruner({ beta: 0.1 }),
  "self-evaluation, β 0.025": () => selfEvaluationPruner({ beta: 0.025 }),
  "self-evaluation, the paper's plain rule": () =>
    selfEvaluationPruner({ warmup: Number.POSITIVE_INFINITY, before: "plain" }),
  median: () => medianPruner(),
  "median, 10 complete first": () => medianPruner({ warmup: 10 }),
  "percentile 25": () => percentilePruner(),
  "percentile 75, 10 first": () => percentilePruner({ percentile: 75, warmup: 10 }),
  "percentile 90, 10 first, second half only": () =>
    percentilePruner({ percentile: 90, warmup: 10, grace: CHECKS / 2 }),
  "successive halving": () => successiveHalvingPruner(),
  hyperband: () => hyperbandPruner(),
  "patient median": () => patientPruner({ inner: medianPruner({ warmup: 10 }) }),
};

const ordersOf = (pool: Pool): number[][] =>
  Array.from({ length: ORDERS }, (_, i) =>
    createRandom(`early-stopping/${pool.family}/${pool.name}`)
      .fork(i)
      .shuffle([...pool.runs.keys()]),
  );

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    rivals: { type: "string", default: "run" },
    only: { type: "string" },
    development: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("expected the folder with the recorded curves as argument, found none");

const pools = readPools(folder, CHECKS).filter(({ isDevelopment }) => isDevelopment === values.development);
const orders = new Map(pools.map((pool) => [pool, ordersOf(pool)]));
const result = (name: string, pool: Pool, tallies: readonly Tally[]): PoolResult => ({
  pruner: name,
  family: pool.family,
  pool: pool.name,
  tallies,
});

const isWanted = ([name]: readonly [string, unknown]): boolean => new RegExp(values.only ?? "", "u").test(name);

const own = Object.entries(PRUNERS)
  .filter(isWanted)
  .flatMap(([name, create]) =>
    pools.map((pool) =>
      result(
        name,
        pool,
        (orders.get(pool) ?? []).map((order) =>
          tally(pool, order, replay(pool, order, { pruner: create(), checks: CHECKS }).stoppedAt),
        ),
      ),
    ),
  );

const bounds = Object.entries({
  "bound: finals known": knowingFinals,
  "bound: best limits known": knowingLimits,
})
  .filter(isWanted)
  .flatMap(([name, stops]) =>
    pools.map((pool) =>
      result(
        name,
        pool,
        (orders.get(pool) ?? []).map((order) =>
          tally(pool, order, stops(pool, order, { checks: CHECKS, warmup: WARMUP })),
        ),
      ),
    ),
  );

interface Results {
  readonly about: {
    readonly checks: number;
    readonly orders: number;
    readonly pools: number;
    readonly versions: Readonly<Record<string, string>>;
  };
  readonly summaries: readonly Summary[];
}

const resultsFile = join(import.meta.dirname, "results.json");

/** The rows that were replayed now, and all others of the last results.json, in its order. */
function updated(fresh: readonly Summary[]): Results {
  const last = JSON.parse(readFileSync(resultsFile, "utf8")) as Results;
  const isSame = (one: Summary) => (other: Summary) => one.pruner === other.pruner && one.family === other.family;
  const added = fresh.filter((row) => !last.summaries.some(isSame(row)));
  return { about: last.about, summaries: [...last.summaries.map((row) => fresh.find(isSame(row)) ?? row), ...added] };
}

function withRivals(): Results {
  const about = { checks: CHECKS, orders: ORDERS, pools: pools.length };
  const { versions, stops } = runRivals(pools, {
    checks: CHECKS,
    orders: (pool) => orders.get(pool) ?? [],
    python: values.python,
  });
  const replayed = Object.entries(stops).flatMap(([name, byPool]) =>
    pools.map((pool, p) =>
      result(
        name,
        pool,
        (orders.get(pool) ?? []).map((order, o) => tally(pool, order, byPool[p]?.[o] ?? [])),
      ),
    ),
  );
  return { about: { ...about, versions }, summaries: [...fresh, ...summarize(replayed)] };
}

const fresh = summarize([...own, ...bounds]);
if (values.development) printTable(fresh);
else {
  const { about, summaries } = values.rivals === "cached" || values.only !== undefined ? updated(fresh) : withRivals();
  printTable(summaries);
  writeFileSync(resultsFile, `${JSON.stringify({ about, summaries }, null, 1)}\n`);
  writeFileSync(join(import.meta.dirname, "../../docs/self-evaluation.svg"), plotResults(summaries));
}
