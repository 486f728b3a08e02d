/**
 * The arms of an experiment beside each other, over several seeds: what the best source was worth, what became of it, what it cost.
 *
 *     node bench/reprogram/arms.ts self [--scale tiny] [--arms model,random,none] [--seeds 3] [--folder DIR]
 *     node bench/reprogram/arms.ts mnist --data DIR [--subset 2000] [--iterations 4] [--candidates 6]
 *
 * Each arm and seed is a run of its own in `--folder`; what was interrupted goes on, and what is done is not done again. With
 * `--from 2` it begins at that seed: several processes share the work so, and a last one without it prints all.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { mean, meanInterval } from "../../src/core/numerics/stats.ts";
import type { FinalTraining } from "../../src/loop/reprogram/networks/final-training.ts";
import { chooseBackend } from "../../src/loop/reprogram/open-backend.ts";
import { networkSettings, selfSettings } from "../../src/loop/reprogram/presets.ts";
import { type ReprogramResult, validity } from "../../src/loop/reprogram/result.ts";
import { runReprogram } from "../../src/loop/reprogram/run-reprogram.ts";
import type { Arm } from "../../src/loop/reprogram/settings.ts";
import { loadDataset } from "../../src/reprogram/data/load-dataset.ts";
import type { DatasetName } from "../../src/reprogram/data/images.ts";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    arms: { ...text, default: "model,random" },
    seeds: { ...text, default: "3" },
    from: { ...text, default: "0" },
    folder: { ...text, default: "reprogram-arms" },
    scale: { ...text, default: "tiny" },
    pruner: { ...text, default: "percentile" },
    data: text,
    family: text,
    candidates: text,
    iterations: text,
    samples: text,
    subset: text,
    "final-seeds": text,
  },
});
const name = (positionals[0] ?? "self") as DatasetName | "self";
const signal = new AbortController().signal;
const dataset = name === "self" ? undefined : await loadDataset(name, { data: values.data, signal });
const { choice: backend } = await chooseBackend("auto", 1);
const count = (value: string | undefined) => (value === undefined ? undefined : Number(value));

function settingsOf(arm: Arm, seed: number) {
  const { family, pruner } = values;
  const [candidates, iterations, samples] = [values.candidates, values.iterations, values.samples].map(count);
  const choices = { arm, seed, backend, pruner, family, candidates, iterations, samples };
  if (dataset === undefined) return selfSettings(values.scale, choices);
  const sizes = { subset: count(values.subset), finalSeeds: count(values["final-seeds"]) };
  return networkSettings(dataset, { ...choices, ...sizes });
}

/** What one run came to; NaN for what its experiment does not measure. */
function figuresOf(result: ReprogramResult) {
  const accuracy = (finals: readonly FinalTraining[]) => mean(finals.map((one) => 100 * (one.accuracy ?? 0)));
  const scores = result.candidates.filter(({ isKept }) => isKept).map(({ score }) => score ?? Number.NaN);
  const spent = [...result.candidates, ...result.generations, ...result.finals.best, result.writer ?? []].flat();
  const { valid, all } = validity(result);
  return {
    "score of the initial source": scores[0] ?? Number.NaN,
    "score of the best": scores.at(-1) ?? Number.NaN,
    "validation loss at first": result.generations[0]?.validationLoss ?? Number.NaN,
    "validation loss at last": result.generations.at(-1)?.validationLoss ?? Number.NaN,
    "accuracy of the initial, %": accuracy(result.finals.initial),
    "accuracy of the best, %": accuracy(result.finals.best),
    "sources that run, %": (100 * valid) / all,
    "CPU seconds": spent.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

for (const arm of values.arms.split(",") as Arm[]) {
  const runs: ReturnType<typeof figuresOf>[] = [];
  for (let seed = Number(values.from); seed < Number(values.seeds); seed++) {
    const folder = join(resolve(values.folder), `${name}-${arm}-${seed}`);
    const { result } = await runReprogram(folder, { settings: settingsOf(arm, seed), dataset });
    runs.push(figuresOf(result));
  }
  console.log(`\n${name}, arm ${arm}, mean and 95 % interval over ${runs.length} runs`);
  for (const figure of Object.keys(runs[0] ?? {}) as (keyof ReturnType<typeof figuresOf>)[]) {
    const found = runs.map((run) => run[figure]).filter(Number.isFinite);
    if (found.length === 0) continue;
    const { low, high } = meanInterval(found);
    const spread = found.length > 1 ? ` ± ${((high - low) / 2).toFixed(3)}` : "";
    console.log(`  ${figure.padEnd(28)} ${mean(found).toFixed(3)}${spread}`);
  }
}
