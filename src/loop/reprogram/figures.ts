/** Figures 2 to 6 of the paper from a run, and one of learning from rewards, each as data (JSON) and picture (SVG), beside its journal. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { mean } from "../../core/numerics/stats.ts";
import { type Line, type LineChart, lineChartSvg } from "../../report/pictures/line-chart.ts";
import { type CandidateResult, type ReprogramResult, winners } from "./result.ts";
import type { RewardUpdate } from "./writer/reward-writer.ts";

/** Writes `figures/<name>.json` and `.svg`; returns the folder. */
export async function writeFigures(runFolder: string, result: ReprogramResult): Promise<string> {
  const folder = join(runFolder, "figures");
  await mkdir(folder, { recursive: true });
  for (const [name, chart] of Object.entries(figuresOf(result))) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(chart, null, 1)}\n`);
    await writeFile(join(folder, `${name}.svg`), lineChartSvg(chart));
  }
  return folder;
}

export function figuresOf(result: ReprogramResult): Readonly<Record<string, LineChart>> {
  const common = {
    "figure-5-design": design(result),
    "figure-6-parameters": parameters(result),
    ...(result.updates.length > 0 && { "figure-7-rewards": rewards(result) }),
  };
  return result.settings.experiment === "self"
    ? { "figure-2-loss": generationLosses(result), ...common }
    : { "figure-3-loss": winnerLosses(result), "figure-4-candidates": byCandidates(result), ...common };
}

/** Steps that are averaged for a point of a loss curve. */
const POINTS = 40;

function smoothed(losses: readonly number[]): [number, number][] {
  const size = Math.max(1, Math.floor(losses.length / POINTS));
  return Array.from({ length: Math.floor(losses.length / size) }, (_, i) => [
    (i + 1) * size,
    mean(losses.slice(i * size, (i + 1) * size)),
  ]);
}

const generationLosses = ({ generations }: ReprogramResult): LineChart => ({
  title: "Figure 2: training loss of each generation",
  x: "step",
  y: "nats per symbol",
  isLogarithmic: true,
  lines: generations
    .filter(({ sameAs }) => sameAs === null)
    .map(({ generation, losses }) => ({ label: `generation ${generation}`, points: smoothed(losses) })),
});

const winnerLosses = (result: ReprogramResult): LineChart => ({
  title: "Figure 3: training loss of the best network after each iteration",
  x: "step",
  y: "nats",
  lines: winners(result).flatMap(({ curve, trial }, iteration, all): Line[] =>
    all[iteration - 1]?.trial === trial
      ? []
      : [{ label: `iteration ${iteration} (trial ${trial})`, points: smoothed(curve) }],
  ),
});

function byCandidates({ candidates }: ReprogramResult): LineChart {
  const scored = candidates.filter(({ score }) => score !== null);
  let best = -Infinity;
  const rising = candidates.map(({ trial, score }): [number, number] => [
    trial,
    (best = Math.max(best, score ?? best)),
  ]);
  return {
    title: "Figure 4: accuracy against candidates tested (selection split)",
    x: "candidates tested",
    y: "accuracy",
    isShare: true,
    lines: [
      { label: "best so far", points: rising, isStep: true },
      { label: "candidate", points: scored.map(({ trial, score }) => [trial, score as number]), isScattered: true },
    ],
  };
}

/** Numbers in a source by the word that they belong to: `conv(64)`, `heads: 8`. */
const NAMED_NUMBER = /([A-Za-z]+)(?:: |\()(\d+)/g;

/** As in the paper: counts of layers as they are, widths as log2 of their mean. */
function designNumbers(source: string): Record<string, number> {
  const found = Map.groupBy([...source.matchAll(NAMED_NUMBER)], ([, name]) => name as string);
  const numbers: Record<string, number> = {};
  for (const [name, matches] of found) {
    const values = matches.map(([, , value]) => Number(value));
    const isList = name === "conv" || name === "dense";
    if (isList) numbers[`${name} layers`] = values.length;
    const isWidth = isList || name === "feedForward";
    numbers[isWidth ? `log2 ${name}${isList ? " size" : ""}` : name] = isWidth ? Math.log2(mean(values)) : mean(values);
  }
  return numbers;
}

function design(result: ReprogramResult): LineChart {
  const byIteration = winners(result).map(({ source }) => designNumbers(source));
  const names = [...new Set(byIteration.flatMap((numbers) => Object.keys(numbers)))];
  return {
    title: "Figure 5: design of the best source after each iteration",
    x: "iteration",
    y: "value",
    lines: names.map((label) => ({
      label,
      points: byIteration.map((numbers, iteration): [number, number] => [iteration, numbers[label] ?? 0]),
    })),
  };
}

const parameters = (result: ReprogramResult): LineChart => ({
  title: "Figure 6: parameters of the best source after each iteration",
  x: "iteration",
  y: "parameters",
  lines: [
    { label: "best source", points: parametersOf(winners(result)) },
    { label: "mean of candidates", points: meanParameters(result) },
  ],
});

/** By updates: before each of them, what the round before it earned; its size is in nats per decision. */
function rewards({ updates }: ReprogramResult): LineChart {
  const line = (label: string, of: (update: RewardUpdate) => number): Line => ({
    label,
    points: updates.map((update, i) => [i + 1, of(update)]),
  });
  return {
    title: "Figure 7: learning from rewards",
    x: "update",
    y: "value",
    lines: [
      line("mean reward", ({ meanReward }) => meanReward),
      line("share of valid sources", ({ valid }) => valid),
      line("KL of the update", ({ kl }) => kl),
    ],
  };
}

const parametersOf = (best: readonly CandidateResult[]): [number, number][] =>
  best.map(({ parameters: count }, iteration) => [iteration, count ?? 0]);

function meanParameters({ candidates }: ReprogramResult): [number, number][] {
  const byIteration = Map.groupBy(candidates, ({ iteration }) => iteration);
  return [...byIteration].flatMap(([iteration, some]): [number, number][] => {
    const counts = some.flatMap(({ parameters: count }) => (count === null ? [] : [count]));
    return counts.length === 0 ? [] : [[iteration, mean(counts)]];
  });
}
