/**
 * Tables of what main.ts or live.ts played, and a picture. Only seeds that every proposer has played on every task count.
 * Usage: node bench/policy/report.ts [--only NAME,…] [--picture FILE] FILE…
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { lineChartSvg } from "../../src/report/pictures/line-chart.ts";
import { EDIT_KINDS, type PlayedRun, readRuns, seriesOf } from "./runs.ts";

const { values: asked, positionals } = parseArgs({
  options: { only: { type: "string" }, picture: { type: "string" } },
  allowPositionals: true,
});
const wanted = asked.only?.split(",");
const runs = positionals.flatMap(readRuns).filter(({ proposer }) => wanted?.includes(proposer) ?? true);
const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
const proposers = unique(runs.map(({ proposer }) => proposer));
const tasks = unique(runs.map(({ task }) => task));
const keyed = new Map(runs.map((run) => [`${run.proposer}/${run.task}/${run.seed}`, run]));
const seeds = unique(runs.map(({ seed }) => seed)).filter((seed) =>
  proposers.every((proposer) => tasks.every((task) => keyed.has(`${proposer}/${task}/${seed}`))),
);

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Mean over seeds with the half-width of its 95 % interval (normal approximation). */
function interval(values: readonly number[]): string {
  const center = mean(values);
  const variance = values.reduce((sum, x) => sum + (x - center) ** 2, 0) / Math.max(1, values.length - 1);
  return `${center.toFixed(3)} ± ${(1.96 * Math.sqrt(variance / values.length)).toFixed(3)}`;
}

/** Share of the gap between baseline and minimum that is closed after each trial; a run that ended early stays where it was. */
const closed = ({ best, minimum }: PlayedRun, trial: number): number => {
  const first = best[0] as number;
  return (first - (best[Math.min(trial, best.length - 1)] as number)) / (first - minimum);
};
/** −log10 of the share that is left: 1 is a tenth. */
const decades = (run: PlayedRun, trial: number): number => -Math.log10(Math.max(1e-6, 1 - closed(run, trial)));
const area = (run: PlayedRun): number => mean(Array.from({ length: 100 }, (_, i) => closed(run, i + 1)));
const improvements = (run: PlayedRun, from: number, to: number): number =>
  mean(
    Array.from({ length: to - from }, (_, i) => {
      const [before, after] = [run.best[from + i], run.best[from + i + 1]];
      return before !== undefined && after !== undefined && after < before ? 1 : 0;
    }),
  );

/** One number per seed: the mean over tasks. */
const perSeed = (proposer: string, of: (run: PlayedRun) => number, some = tasks): readonly number[] =>
  seeds.map((seed) => mean(some.map((task) => of(keyed.get(`${proposer}/${task}/${seed}`) as PlayedRun))));

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
const table = (head: readonly string[], of: (proposer: string) => readonly string[]): void => {
  row(head);
  row(head.map(() => "---"));
  for (const proposer of proposers) row([proposer, ...of(proposer)]);
  console.log();
};

console.log(`${seeds.length} seeds, ${tasks.length} tasks; mean over tasks, 95 % interval over seeds\n`);
table(["share of the gap closed", "25 trials", "50", "100", "area"], (proposer) => [
  ...[25, 50, 100].map((trial) => interval(perSeed(proposer, (run) => closed(run, trial)))),
  interval(perSeed(proposer, area)),
]);
table(["decades", "25 trials", "50", "100", "improvements per trial, 1–50", "51–100"], (proposer) => [
  ...[25, 50, 100].map((trial) => interval(perSeed(proposer, (run) => decades(run, trial)))),
  interval(perSeed(proposer, (run) => improvements(run, 0, 50))),
  interval(perSeed(proposer, (run) => improvements(run, 50, 100))),
]);
table(["decades after 100 trials", ...tasks], (proposer) =>
  tasks.map((task) => interval(perSeed(proposer, (run) => decades(run, 100), [task]))),
);

/** Share of each kind of edit among these trials of all runs. */
const mixOf = (proposer: string, from: number, to: number): string => {
  const some = runs
    .filter((run) => run.proposer === proposer && seeds.includes(run.seed))
    .flatMap(({ kinds }) => kinds.slice(from, to));
  return EDIT_KINDS.map(
    (kind) => `${Math.round((100 * some.filter((one) => one === kind).length) / some.length)}`,
  ).join(" / ");
};
console.log(`edits in per cent: ${EDIT_KINDS.join(" / ")}\n`);
table(["edits", ...["1–25", "26–50", "51–75", "76–100"].map((trials) => `trials ${trials}`)], (proposer) =>
  [0, 25, 50, 75].map((from) => mixOf(proposer, from, from + 25)),
);

if (asked.picture !== undefined) {
  const lines = proposers.map((label, place) => ({
    label,
    series: seriesOf(label, place),
    points: Array.from({ length: 101 }, (_, trial): [number, number] => [
      trial,
      mean(perSeed(label, (run) => closed(run, trial))),
    ]),
  }));
  const title = `Share of the gap closed, mean over ${tasks.length} tasks and ${seeds.length} seeds`;
  writeFileSync(
    asked.picture,
    lineChartSvg({
      title,
      x: "trials",
      y: "share of the gap between the first score and the optimum",
      isShare: true,
      lines,
    }),
  );
}
