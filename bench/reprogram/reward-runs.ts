/**
 * Whole runs that learn from rewards beside runs that only learn from pairs, seed by seed, at equal compute.
 *
 *     node bench/reprogram/reward-runs.ts self --candidates 16 --iterations 2 --work 60 [--seeds 5] [--out FILE] [--folder DIR]
 *     node bench/reprogram/reward-runs.ts mnist --data DIR --candidates 12 --iterations 3 --subset 1000 --work 40
 *
 * Both measure as many sources. What the updates of a seed's PPO run cost, as a share of what its code model's training on pairs cost, the
 * supervised run of that seed gets in more pairs. Sources differ in size, so what measuring them costs cannot be made equal beforehand: the
 * best score is also compared at the multiplications that the cheaper run of a seed had spent in all. Every candidate is trained in full;
 * `--work` is what that may cost, in 10⁹ multiplications. A run is a line of `--out` when it is done, and is not done again; what was
 * interrupted goes on in `--folder`. `--seeds 0` only prints the table.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { mean, meanInterval, sum } from "../../src/core/numerics/stats.ts";
import { chooseBackend } from "../../src/loop/reprogram/open-backend.ts";
import { networkSettings, selfSettings } from "../../src/loop/reprogram/presets.ts";
import type { ReprogramResult } from "../../src/loop/reprogram/result.ts";
import type { Learn } from "../../src/loop/reprogram/writer/reward-settings.ts";
import { runReprogram } from "../../src/loop/reprogram/run-reprogram.ts";
import { sourceReward, USELESS } from "../../src/loop/reprogram/writer/source-reward.ts";
import { repeatedTrial } from "../../src/loop/reprogram/twins.ts";
import { loadDataset } from "../../src/reprogram/data/load-dataset.ts";
import type { DatasetName } from "../../src/reprogram/data/images.ts";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { ...text, default: "5" },
    out: { ...text, default: "reward-runs.jsonl" },
    folder: { ...text, default: "reward-runs" },
    scale: { ...text, default: "tiny" },
    data: text,
    candidates: text,
    iterations: text,
    samples: text,
    subset: text,
    "final-images": text,
    work: text,
  },
});
const name = (positionals[0] ?? "self") as DatasetName | "self";
const signal = new AbortController().signal;
const isTableOnly = Number(values.seeds) === 0;
const dataset = name === "self" || isTableOnly ? undefined : await loadDataset(name, { data: values.data, signal });
const { choice: backend } = await chooseBackend("auto", 1);
const count = (value: string | undefined) => (value === undefined ? undefined : Number(value));
const LEARNING: readonly Learn[] = ["ppo", "supervised"];
const [BATCH, ROUND] = [16, 4];

/** Shares of some sources that are new and work, and what they earned on average. */
interface Written {
  readonly fresh: number;
  readonly reward: number;
}

/** What a run came to. Multiplications are in units of 10⁹. */
interface Run {
  readonly experiment: string;
  readonly learn: Learn;
  readonly seed: number;
  /** Pairs that its code model learned from. */
  readonly pairs: number;
  readonly spent: { readonly pairs: number; readonly updates: number; readonly candidates: number };
  /** After each trial: what was spent, and the best score. */
  readonly curve: readonly (readonly [number, number])[];
  readonly iterations: readonly Written[];
  /** The same for four sources at a time, as many as an update learns from. */
  readonly rounds: readonly Written[];
  readonly validationLoss: readonly number[];
  /** Of the test images, in %; null where there are none. */
  readonly accuracy: { readonly initial: number; readonly best: number } | null;
  readonly cpuSeconds: number;
}

function settingsOf(learn: Learn, seed: number, samples: number | undefined) {
  const [candidates, iterations] = [values.candidates, values.iterations].map(count);
  const choices = { arm: "model", learn, seed, backend, pruner: "none", candidates, iterations, samples } as const;
  const sizes = { subset: count(values.subset), finalImages: count(values["final-images"]), finalSeeds: 1 };
  const settings = dataset ? networkSettings(dataset, { ...choices, ...sizes }) : selfSettings(values.scale, choices);
  return values.work === undefined ? settings : { ...settings, work: 1e9 * Number(values.work) };
}

/** The supervised run has, in pairs, what the updates of the other one cost. */
function pairsFor(other: Run | undefined): number | undefined {
  if (other === undefined) return count(values.samples);
  return other.pairs + BATCH * Math.round((other.pairs * other.spent.updates) / other.spent.pairs / BATCH);
}

const billions = (multiplications: number): number => Number((multiplications / 1e9).toFixed(3));

/** What the code model cost before a trial: its training, and an update before a round. */
function learningBefore(trial: number, { settings, generations, writer, updates }: ReprogramResult) {
  const { candidates } = settings;
  const [done, at] = [Math.floor((trial - 1) / candidates), ((trial - 1) % candidates) + 1];
  const trained = at === 1 ? (generations[done] ?? (done === 0 ? writer : null)) : null;
  const updated = updates.filter(({ iteration, index }) => iteration === done + 1 && index === at);
  return sum([trained?.multiplications ?? 0, ...updated.map((one) => one.multiplications)]);
}

function curveOf(result: ReprogramResult): [number, number][] {
  let [spent, best] = [0, Number.NaN];
  return result.candidates.map(({ trial, multiplications, isKept, score }) => {
    spent += (trial === 0 ? 0 : learningBefore(trial, result)) + (multiplications ?? 0);
    if (isKept) best = score ?? best;
    return [billions(spent), best];
  });
}

function writtenIn(some: ReprogramResult["candidates"], { candidates, settings }: ReprogramResult): Written {
  const direction = settings.experiment === "self" ? "minimize" : "maximize";
  const earned = some.map((one) => {
    const parent = candidates.findLast(({ isKept, iteration }) => isKept && iteration < one.iteration)?.score ?? 0;
    return repeatedTrial(one) === undefined ? sourceReward(one, { direction, parent }) : USELESS;
  });
  return { fresh: mean(some.map(({ status }) => Number(status !== "invalid"))), reward: mean(earned) };
}

/** So many sources at a time, without the initial one. */
function writtenBy(size: number, result: ReprogramResult): Written[] {
  const all = result.candidates.slice(1);
  return Array.from({ length: all.length / size }, (_, i) => writtenIn(all.slice(i * size, (i + 1) * size), result));
}

function runOf(result: ReprogramResult, { learn, seed }: { readonly learn: Learn; readonly seed: number }): Run {
  const { settings, candidates, generations, writer, updates, finals } = result;
  const trained = writer === null ? generations : [writer];
  const costOf = (some: readonly { readonly multiplications: number | null }[]) =>
    billions(sum(some.map((one) => one.multiplications ?? 0)));
  const accuracy = (some: ReprogramResult["finals"]["best"]) => mean(some.map((one) => 100 * (one.accuracy ?? 0)));
  return {
    experiment: name,
    learn,
    seed,
    pairs: settings.codeModel.samples,
    spent: { pairs: costOf(trained), updates: costOf(updates), candidates: costOf(candidates) },
    curve: curveOf(result),
    iterations: writtenBy(settings.candidates, result),
    rounds: writtenBy(ROUND, result),
    validationLoss: trained.map((one) => one.validationLoss),
    accuracy: dataset ? { initial: accuracy(finals.initial), best: accuracy(finals.best) } : null,
    cpuSeconds: sum([candidates, trained, updates, finals.best, finals.initial].flat().map((one) => one.cpuSeconds)),
  };
}

const known = (): Run[] =>
  (existsSync(values.out) ? readFileSync(values.out, "utf8").split("\n") : [])
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Run)
    .filter(({ experiment }) => experiment === name);

for (let seed = 0; seed < Number(values.seeds); seed++)
  for (const learn of LEARNING) {
    const of = (which: Learn) => known().find((run) => run.seed === seed && run.learn === which);
    if (of(learn) !== undefined) continue;
    const settings = settingsOf(learn, seed, pairsFor(learn === "ppo" ? undefined : of("ppo")));
    const folder = join(resolve(values.folder), `${name}-${learn}-${seed}`);
    const { result } = await runReprogram(folder, { settings, dataset });
    appendFileSync(values.out, `${JSON.stringify(runOf(result, { learn, seed }))}\n`);
  }

const total = ({ spent }: Run): number => spent.pairs + spent.updates + spent.candidates;
const bestAt = ({ curve }: Run, budget: number): number =>
  curve.findLast(([spent]) => spent <= budget)?.[1] ?? Number.NaN;

/** Both runs of a seed, as far as both are done. */
const pairs = known().flatMap((ppo) => {
  const supervised = known().find(({ learn, seed }) => learn === "supervised" && seed === ppo.seed);
  return ppo.learn === "ppo" && supervised !== undefined ? [{ ppo, supervised }] : [];
});
const iterations = pairs[0]?.ppo.iterations ?? [];
const FIGURES: readonly (readonly [string, (run: Run, budget: number) => number])[] = [
  ["score of the initial source", ({ curve }) => curve[0]?.[1] ?? Number.NaN],
  ["score of the best", ({ curve }) => curve.at(-1)?.[1] ?? Number.NaN],
  ["score of the best at equal multiplications", bestAt],
  ["accuracy of the best, %", ({ accuracy }) => accuracy?.best ?? Number.NaN],
  ["validation loss at last", ({ validationLoss }) => validationLoss.at(-1) ?? Number.NaN],
  ...iterations.flatMap((_, i): (readonly [string, (run: Run) => number])[] => [
    [`valid new sources, iteration ${i + 1}, %`, (run) => 100 * (run.iterations[i]?.fresh ?? Number.NaN)],
    [`mean reward, iteration ${i + 1}`, (run) => run.iterations[i]?.reward ?? Number.NaN],
  ]),
  ["pairs", (run) => run.pairs],
  ["10⁹ multiplications: pairs", ({ spent }) => spent.pairs],
  ["10⁹ multiplications: updates", ({ spent }) => spent.updates],
  ["10⁹ multiplications: candidates", ({ spent }) => spent.candidates],
  ["10⁹ multiplications in all", total],
  ["CPU seconds", ({ cpuSeconds }) => cpuSeconds],
];

const told = (some: readonly number[]): string => {
  const { low, high } = meanInterval(some);
  const digits = Math.abs(mean(some)) < 10 ? 3 : 1;
  return `${mean(some).toFixed(digits)} ± ${((high - low) / 2).toFixed(digits)}`.padStart(20);
};
console.log(`${name}: mean and 95 % interval over ${pairs.length} seeds, and of the differences within a seed`);
console.log(`${"".padEnd(44)}${["ppo", "supervised", "difference"].map((one) => one.padStart(20)).join("")}`);
for (const [figure, of] of FIGURES) {
  const found = pairs.map(({ ppo, supervised }) => {
    const budget = Math.min(total(ppo), total(supervised));
    return [of(ppo, budget), of(supervised, budget)] as const;
  });
  if (!found.flat().every(Number.isFinite)) continue;
  const columns = [found.map(([a]) => a), found.map(([, b]) => b), found.map(([a, b]) => a - b)];
  console.log(figure.padEnd(44) + columns.map(told).join(""));
}
for (const [what, of] of [
  ["valid new sources by round, %", ({ fresh }: Written) => 100 * fresh],
  ["mean reward by round", ({ reward }: Written) => reward],
] as const)
  for (const learn of LEARNING) {
    const runs = pairs.map((pair) => pair[learn].rounds);
    const byRound = runs[0]?.map((_, round) => mean(runs.map((rounds) => of(rounds[round] as Written))).toFixed(2));
    console.log(`${what}, ${learn}: ${byRound?.join(" ")}`);
  }
