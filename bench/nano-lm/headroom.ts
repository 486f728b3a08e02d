/**
 * Is there anything to find? Single edits of several kinds to nano-lm's untouched program, each with several seeds, and
 * a few edits together; the difference to the baseline is to be compared with its standard error.
 *
 *     node bench/nano-lm/headroom.ts [--seeds 2] [--seconds 10] [--parallel 2] [--only learningRate]
 */
import { parseArgs } from "node:util";

import { deviation, mean, runTrials, scoresOf, type Constants, type Job, type Result } from "./trials.ts";

const edits: readonly Constants[] = [
  {},
  { learningRate: "0.00015" },
  { learningRate: "0.0015" },
  { learningRate: "0.004" },
  { learningRate: "0.02" },
  { batchSize: "4" },
  { batchSize: "16" },
  { layers: "1" },
  { layers: "3" },
  { headWidth: "8" },
  { headWidth: "32" },
  { hidden: "128" },
  { context: "128" },
  { recentBytes: "1" },
  { recentBytes: "4" },
  { activation: '"gelu"' },
  { normalization: '"rms"' },
  { bias: "false" },
  { tiedOutput: "true" },
  { embeddingScale: "0.5" },
  { weightScale: "0.25" },
  { weightScale: "1" },
  { optimizer: '"sgd"', learningRate: "0.1" },
  { beta2: "0.95" },
  { weightDecay: "0.3" },
  { clipNorm: "1" },
  { clipNorm: "0.1" },
  { schedule: '"linear"' },
  { warmupSteps: "1" },
  { warmupSteps: "100" },
  {
    layers: "1",
    learningRate: "0.006",
    batchSize: "4",
    recentBytes: "3",
    beta2: "0.98",
    clipNorm: "1",
  },
];

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2" },
    seconds: { type: "string", default: "10" },
    parallel: { type: "string", default: "2" },
    only: { type: "string", default: "" },
  },
});

const chosen = edits.filter(
  (edit) => Object.keys(edit).length === 0 || Object.keys(edit).some((name) => name.includes(values.only)),
);
const jobs: Job[] = [];
// Seed by seed, so that a slow hour of the machine does not fall on one edit.
for (let seed = 1; seed <= Number(values.seeds); seed++) for (const edit of chosen) jobs.push({ edit, seed });
const results = await runTrials(jobs, {
  trainSeconds: Number(values.seconds),
  clock: "cpu",
  parallel: Number(values.parallel),
  onResult: ({ edit, outcome, steps }) => console.error(JSON.stringify(edit), outcome.score ?? outcome.reason, steps),
});

const describe = (edit: Constants): string =>
  Object.entries(edit)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ") || "(baseline)";
const of = (edit: Constants): Result[] => results.filter((result) => result.edit === edit);
const baseline = scoresOf(of(edits[0]!));
console.log("| edit | val_bpb | against baseline | steps |");
console.log("|---|---|---|---|");
for (const edit of chosen) {
  const scores = scoresOf(of(edit));
  const difference = mean(scores) - mean(baseline);
  const steps = Math.round(mean(of(edit).map((result) => result.steps)));
  const sign = difference > 0 ? "+" : "−";
  console.log(
    `| ${describe(edit)} | ${mean(scores).toFixed(3)} | ${sign}${Math.abs(difference).toFixed(3)} | ${steps} |`,
  );
}
if (baseline.length > 1)
  console.log(`\nStandard deviation of the baseline's ${baseline.length} scores: ${deviation(baseline).toFixed(4)}`);
