/** Runs the Python rivals on the same pools and orders, in a virtual environment that is made for the purpose. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Pool } from "./pools.ts";

export interface RivalStops {
  readonly versions: Readonly<Record<string, string>>;
  /** By rival, pool and order: for each run the check at which it was stopped, or 0. */
  readonly stops: Readonly<Record<string, readonly (readonly (readonly number[])[])[]>>;
}

export interface RivalsOptions {
  readonly checks: number;
  readonly orders: (pool: Pool) => readonly (readonly number[])[];
  /** A Python with optuna and surestop; without one a virtual environment is made and thrown away. */
  readonly python: string | undefined;
}

export function runRivals(pools: readonly Pool[], { checks, orders, python }: RivalsOptions): RivalStops {
  const folder = mkdtempSync(join(tmpdir(), "strop-early-stopping-"));
  try {
    const [source, target] = [join(folder, "in.json"), join(folder, "out.json")];
    writeFileSync(source, JSON.stringify({ checks, pools: pools.map((pool) => plain(pool, checks, orders(pool))) }));
    execFileSync(python ?? makeEnvironment(folder), [join(import.meta.dirname, "rivals.py"), source, target], {
      stdio: "inherit",
    });
    return JSON.parse(readFileSync(target, "utf8")) as RivalStops;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plain(pool: Pool, checks: number, orders: readonly (readonly number[])[]): object {
  return {
    levels: pool.runs.map(({ trajectory }) =>
      trajectory.levels.map((level) => (Number.isFinite(level) ? level : null)),
    ),
    finals: pool.runs.map(({ final }) => final),
    judged: pool.runs.map(({ reachedAt, length }) =>
      Math.min(checks - 1, reachedAt.filter((share) => share < length).length),
    ),
    orders,
  };
}

function makeEnvironment(folder: string): string {
  const venv = join(folder, "venv");
  execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit" });
  execFileSync(
    join(venv, "bin/pip"),
    ["install", "-q", "--disable-pip-version-check", "optuna==5.0.0", "surestop==0.2.0"],
    { stdio: "inherit" },
  );
  return join(venv, "bin/python");
}
