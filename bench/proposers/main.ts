/**
 * Which proposer finds good programs soonest? Races all of them over known functions written as programs.
 * Deterministic: the same figures on every machine. Usage: node bench/proposers/main.ts [--seeds 12] [--first 101] [--trials 60] [--only NAME,…] [--parallel 1] [--islands 1]
 */
import { parseArgs } from "node:util";

import { candidateId } from "../../src/core/candidate.ts";
import type { ProgramFiles } from "../../src/core/edit.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import type { CandidateId } from "../../src/core/trial.ts";
import { bayes } from "../../src/propose/literals/bayes.ts";
import { cmaEs } from "../../src/propose/literals/cma-es.ts";
import { crossover } from "../../src/propose/ensemble/crossover.ts";
import { portfolio } from "../../src/propose/portfolio.ts";
import { randomLiterals } from "../../src/propose/literals/random.ts";
import { createProposer, proposerNames } from "../../src/propose/registry.ts";
import { rewrites } from "../../src/propose/rewrites.ts";
import { tpe } from "../../src/propose/literals/tpe.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { simulateRun } from "../../src/testing/simulate-run.ts";
import { functions, noisyFunctions, type ProgramFunction } from "./functions.ts";
import { nanoLmSurrogate } from "./nano-lm/surrogate.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "12" },
    // Seeds below 100 were looked at while the parameters were chosen.
    first: { type: "string", default: "101" },
    trials: { type: "string", default: "60" },
    only: { type: "string" },
    parallel: { type: "string", default: "1" },
    islands: { type: "string", default: "1" },
    // exact: the known functions; noisy: two of them with noise; nano-lm: a surrogate of the shipped task.
    family: { type: "string", default: "exact,noisy,nano-lm" },
  },
});
const seeds = Number(options.seeds);
const first = Number(options.first);
const trials = Number(options.trials);
// Models and agents have no part in this: they would know these functions by heart.
const offline = proposerNames.filter(({ needs }) => needs === "nothing");
const names = options.only?.split(",") ?? offline.map(({ name }) => name);
const checkpoints = [Math.ceil(trials / 2), trials];

/** The portfolio as it would be with crossover among its arms when there is no model. */
const withCrossover = (): Proposer =>
  portfolio([
    { proposer: bayes(), prior: [2, 2] },
    { proposer: rewrites() },
    { proposer: tpe() },
    { proposer: randomLiterals(), prior: [0.5, 2] },
    { proposer: cmaEs(), from: 60 },
    { proposer: crossover() },
  ]);
const create = (name: string): Proposer =>
  name === "portfolio+crossover" ? withCrossover() : createProposer(name, { islands: Number(options.islands) });

/** Share of the way from the baseline to the optimum, on a logarithmic scale: 0 nothing gained, 1 a tenth of the gap left, 2 a hundredth. */
const decades = (f: ProgramFunction, baseline: number, best: number): number =>
  -Math.log10(Math.max(1e-6, (best - f.minimum) / (baseline - f.minimum)));

/** Mean and half-width of its 95 % interval (normal approximation). */
function summary(sample: readonly number[]): { readonly mean: number; readonly half: number } {
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, sample.length - 1);
  return { mean, half: 1.96 * Math.sqrt(variance / sample.length) };
}

const show = ({ mean, half }: { mean: number; half: number }): string => `${mean.toFixed(2)} ± ${half.toFixed(2)}`;

/** A run of one proposer, judged by what its champions are worth without noise: a lucky score is no gain. */
async function runOne(f: ProgramFunction, name: string, seed: number): Promise<readonly number[]> {
  const worth = new Map<CandidateId, number>();
  const luck = createRandom(`${seed}/luck`);
  const score = async (files: ProgramFiles): Promise<number | null> => {
    const value = await f.score(files);
    if (value === null || f.noise === undefined) return value;
    worth.set(candidateId(files), value);
    return f.minimum + (value - f.minimum) * Math.exp(f.noise * luck.normal());
  };
  const { best, history } = await simulateRun({
    proposer: create(name),
    parallel: Number(options.parallel),
    program: f.program,
    deterministic: f.noise === undefined,
    score,
    trials,
    seed,
  });
  const truths = best.map((shown, at) => {
    const champion = history.slice(0, at + 1).findLast(({ verdict }) => verdict?.decision === "keep");
    return worth.get(champion?.candidate as CandidateId) ?? shown;
  });
  return checkpoints.map((at) => decades(f, truths[0] as number, truths[Math.min(at, truths.length - 1)] as number));
}

/** One row per proposer: decades gained at each checkpoint, per seed. */
async function race(f: ProgramFunction, name: string): Promise<readonly (readonly number[])[]> {
  const gained: number[][] = checkpoints.map(() => []);
  for (let seed = first; seed < first + seeds; seed++)
    (await runOne(f, name, seed)).forEach((value, i) => gained[i]?.push(value));
  return gained;
}

const FAMILIES: Readonly<Record<string, () => readonly ProgramFunction[]>> = {
  exact: () => functions,
  noisy: () => noisyFunctions,
  "nano-lm": () => [nanoLmSurrogate()],
};

/** Races all proposers over a family and prints a row for each, then the means over its functions. */
async function raceFamily(members: readonly ProgramFunction[]): Promise<void> {
  const totals = new Map(names.map((name) => [name, checkpoints.map(() => Array.from({ length: seeds }, () => 0))]));
  for (const f of members) {
    for (const name of names) {
      const began = performance.now();
      const gained = await race(f, name);
      const perTrial = (performance.now() - began) / seeds / trials;
      console.log(`| ${f.name} | ${name} | ${gained.map((sample) => show(summary(sample))).join(" | ")} |`);
      console.error(`${f.name}, ${name}: ${perTrial.toFixed(1)} ms per trial`);
      gained.forEach((sample, i) =>
        sample.forEach(
          (value, seed) => (((totals.get(name) as number[][])[i] as number[])[seed]! += value / members.length),
        ),
      );
    }
  }
  if (members.length === 1) return;
  for (const name of names)
    console.log(
      `| mean of all | ${name} | ${(totals.get(name) as number[][]).map((sample) => show(summary(sample))).join(" | ")} |`,
    );
}

console.log(`decades gained after ${checkpoints.join(" and ")} trials, mean of ${seeds} seeds ± 95 % interval\n`);
console.log(`| function | proposer | ${checkpoints.map((at) => `${at} trials`).join(" | ")} |`);
console.log(`|---|---|${checkpoints.map(() => "---").join("|")}|`);
for (const family of options.family.split(",")) await raceFamily(FAMILIES[family]?.() ?? []);
