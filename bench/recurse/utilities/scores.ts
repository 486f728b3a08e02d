/**
 * What the seed and a good solution of every task and variant score, and what an evaluation takes.
 * Usage: node bench/recurse/utilities/scores.ts
 */
import { calibrate } from "../../../src/downstream/calibrate.ts";
import { createDownstreamTask, type DownstreamOptions, downstreamTaskNames } from "../../../src/downstream/registry.ts";
import { taskUtility } from "../../../src/downstream/task-utility.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";
import { good } from "../../../test/downstream/solutions.ts";

const variants: readonly (readonly [string, DownstreamOptions])[] = [
  ...downstreamTaskNames.map((name) => [name, {}] as const),
  ["parity-noise", { hard: true }],
  ["parity", { hard: true }],
  ["sat", { hard: true }],
  ["max-cut", { hard: true }],
  ["qap", { formula: "paper" }],
  ["max-cut", { formula: "paper" }],
];
const sandbox = await openSandbox({ needs: ["module"] });
const calibration = await calibrate(sandbox);
console.log(`tier ${sandbox.tier}, calibration ${calibration.factor.toFixed(2)}`);
console.log("task: instances drawn in ms | seed's score, ms | good solution's score, ms, losses");
for (const [name, options] of variants) {
  const task = createDownstreamTask(name, options);
  const drawn = await timed(async () => taskUtility({ task, split: "validation", seed: 1, sandbox, calibration }));
  const scored = (solution: string) => timed(() => drawn.value.score(solution, new AbortController().signal));
  const [seed, better] = [await scored(task.seedSolution), await scored(good[name] ?? "")];
  console.log(
    `${task.name}: ${drawn.ms} | ${seed.value.score.toFixed(3)}, ${seed.ms} | ${better.value.score.toFixed(3)}, ${better.ms} ${JSON.stringify(better.value.losses)}`,
  );
}
await sandbox.close();

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - startedAt) };
}
