/**
 * Of recorded runs that a rule calls diverged: how many came back, and how well they ended. No rule may condemn a run that
 * would have been good.
 *
 *   node bench/early-stopping/divergence.ts <folder with curves>
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import type { CurvePoint } from "../../src/core/trial.ts";
import { divergence } from "../../src/judge/divergence.ts";

interface Line {
  readonly task: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Whether the last `persistence` points lie `times` the size of the first above it; starts below `smallest` count as that. */
const risen =
  (times: number, persistence: number, smallest: number) =>
  (curve: readonly CurvePoint[]): boolean => {
    const { loss } = curve[0] ?? { loss: Number.NaN };
    const recent = curve.slice(-persistence);
    return (
      recent.length === persistence &&
      recent.every((point) => point.loss > loss + times * Math.max(Math.abs(loss), smallest))
    );
  };

const RULES: Readonly<Record<string, (curve: readonly CurvePoint[]) => boolean>> = {
  "4 times, 3 in a row": risen(4, 3, 1e-3),
  "100 times, 2 in a row": risen(100, 2, 1),
  "the rule in use": (curve) => divergence(curve) !== undefined,
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("expected the folder with the recorded curves as argument, found none");

for (const family of ["algoperf", "modded_nanogpt", "dawnbench", "rl_zoo"]) {
  const runs = gunzipSync(readFileSync(join(folder, `${family}.jsonl.gz`)))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const finals = Map.groupBy(runs, ({ task }) => task);
  const rankOf = (run: Line): number => {
    const others = finals.get(run.task) ?? [];
    return others.filter((other) => finalOf(other) < finalOf(run)).length / others.length;
  };
  for (const [name, condemns] of Object.entries(RULES)) {
    const condemned = runs.filter(({ points }) => {
      const curve = points.map(([seconds, loss]) => ({ seconds, loss }));
      return curve.some((_, i) => condemns(curve.slice(0, i + 1)));
    });
    const back = condemned.filter((run) => finalOf(run) < (run.points[0]?.[1] ?? Number.NaN)).length;
    const ranks = condemned.map(rankOf);
    console.log(
      `${family}, ${name}: ${condemned.length} of ${runs.length} condemned, ${back} ended below their start, ` +
        `${ranks.filter((rank) => rank < 0.5).length} in the better half of their task, ${ranks.filter((rank) => rank < 0.2).length} in the best fifth`,
    );
  }
}

function finalOf({ points }: Line): number {
  return points.at(-1)?.[1] ?? Number.NaN;
}
