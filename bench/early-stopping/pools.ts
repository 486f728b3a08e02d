/**
 * Recorded learning curves as pools: runs of one task or record folder, which compete as the trials of one research run
 * would. Reads JSONL.gz files of `{ run_id, task, points: [[t, loss], …] }`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { type Trajectory, trajectoryOf } from "../../src/judge/forecast/trajectory.ts";

export interface RecordedRun {
  readonly trajectory: Trajectory;
  /** Last recorded loss. */
  readonly final: number;
  /** Share of the budget that the run took by itself. */
  readonly length: number;
  /** Share of the budget at which the point came that let check k = index + 1 be judged. */
  readonly reachedAt: readonly number[];
}

export interface Pool {
  readonly family: string;
  readonly name: string;
  /** Method choices were fitted on these; results are reported on the others. */
  readonly isDevelopment: boolean;
  readonly runs: readonly RecordedRun[];
}

interface Line {
  readonly run_id: string;
  readonly task: string;
  readonly points: readonly (readonly [number, number])[];
}

interface Family {
  readonly name: string;
  readonly file: string;
  readonly pool: (line: Line) => string;
  /** Whether all runs of a pool had one budget; if not, each run's own length is its budget. */
  readonly hasSharedBudget: boolean;
  readonly leastRuns: number;
}

const FAMILIES: readonly Family[] = [
  {
    name: "AlgoPerf",
    file: "algoperf",
    pool: (line) => `${line.task} ${/self/.test(line.run_id) ? "self" : "external"}`,
    hasSharedBudget: true,
    leastRuns: 12,
  },
  {
    name: "modded-nanogpt",
    file: "modded_nanogpt",
    pool: (line) => line.run_id.split("/").slice(1, 3).join("/"),
    hasSharedBudget: false,
    leastRuns: 12,
  },
  { name: "DAWNBench", file: "dawnbench", pool: (line) => line.task, hasSharedBudget: false, leastRuns: 11 },
  { name: "RL zoo", file: "rl_zoo", pool: (line) => line.task, hasSharedBudget: false, leastRuns: 4 },
];

/** Fewest points of a run: one that was looked at less often cannot be stopped in time. */
const LEAST_POINTS = 5;

export function readPools(folder: string, checks: number): Pool[] {
  const present = new Set(readdirSync(folder));
  return FAMILIES.filter(({ file }) => present.has(`${file}.jsonl.gz`)).flatMap((family) =>
    poolsOf(family, folder, checks),
  );
}

function poolsOf(family: Family, folder: string, checks: number): Pool[] {
  const text = gunzipSync(readFileSync(join(folder, `${family.file}.jsonl.gz`))).toString();
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const groups = Map.groupBy(
    lines.filter(({ points }) => points.length >= LEAST_POINTS),
    family.pool,
  );
  const names = [...groups.keys()].sort().filter((name) => (groups.get(name)?.length ?? 0) >= family.leastRuns);
  return names.map((name, i) => {
    const members = groups.get(name) ?? [];
    const longest = Math.max(...members.map(lengthOf));
    return {
      family: family.name,
      name,
      isDevelopment: i % 3 === 0,
      runs: members.map((line) =>
        recorded(line, { budget: family.hasSharedBudget ? longest : lengthOf(line), checks }),
      ),
    };
  });
}

const lengthOf = ({ points }: Line): number => points.at(-1)?.[0] ?? 0;

function recorded(line: Line, { budget, checks }: { budget: number; checks: number }): RecordedRun {
  const curve = line.points.map(([seconds, loss]) => ({ seconds, loss }));
  const trajectory = trajectoryOf(curve, { trainSeconds: budget, checks });
  const times = line.points.map(([t]) => t / budget);
  const reachedAt = trajectory.levels.map((_, i) => times.find((t) => t * checks >= i + 1 - 1e-9) ?? 1);
  return { trajectory, final: curve.at(-1)?.loss ?? Number.NaN, length: lengthOf(line) / budget, reachedAt };
}
