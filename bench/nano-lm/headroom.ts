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
  { learningRate: "0.0007" },
  { learningRate: "0.006" },
  { learningRate: "0.02" },
  { batchSize: "4" },
  { batchSize: "16" },
  { layers: "1" },
  { layers: "3" },
  { headWidth: "8" },
  { headWidth: "32" },
  { hidden: "64" },
  { hidden: "512" },
  { context: "32" },
  { context: "128" },
  { recentBytes: "1" },
  { recentBytes: "6" },
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
  { schedule: '"linear"', learningRate: "0.004" },
  { warmupSteps: "1" },
  { warmupSteps: "100" },
  {
    layers: "1",
    learningRate: "0.008",
    schedule: '"linear"',
    recentBytes: "6",
    embeddingScale: "0.3",
    weightScale: "0.25",
    normalization: '"rms"',
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
  onResult: ({ edit, outcome }) => console.error(JSON.stringify(edit), outcome.score ?? outcome.reason),
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
