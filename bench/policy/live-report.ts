/**
 * Tables of what live.ts played, in bits per byte, and differences paired by seed. Only seeds that every proposer has played count.
 * Usage: node bench/policy/live-report.ts [--only NAME,…] [--against pretrained] [--picture FILE] FILE…
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { mean, meanInterval } from "../../src/core/numerics/stats.ts";
import { lineChartSvg } from "../../src/report/pictures/line-chart.ts";
import { EDIT_KINDS, type LiveRun, readLiveRuns, seriesOf } from "./runs.ts";

const { values: asked, positionals } = parseArgs({
  options: {
    only: { type: "string" },
    against: { type: "string", default: "pretrained" },
    picture: { type: "string" },
  },
  allowPositionals: true,
});
const runs = positionals.flatMap(readLiveRuns);
const proposers = asked.only?.split(",") ?? [...new Set(runs.map(({ proposer }) => proposer))];
const keyed = new Map(runs.map((run) => [`${run.proposer}/${run.seed}`, run]));
const seeds = [...new Set(runs.map(({ seed }) => seed))].filter((seed) =>
  proposers.every((proposer) => keyed.has(`${proposer}/${seed}`)),
);
const perSeed = (proposer: string, of: (run: LiveRun) => number): readonly number[] =>
  seeds.map((seed) => of(keyed.get(`${proposer}/${seed}`) as LiveRun));

/** Mean and half of Student's 95 % interval. */
function interval(values: readonly number[], digits = 3): string {
  const { low, high } = meanInterval(values);
  return `${mean(values).toFixed(digits)} ± ${((high - low) / 2).toFixed(digits)}`;
}

const after =
  (trial: number) =>
  ({ best }: LiveRun): number =>
    best[Math.min(trial, best.length - 1)] as number;
const trials = Math.max(...runs.map(({ best }) => best.length - 1));
const half = Math.floor(trials / 2);
const MEASURES: readonly (readonly [string, (run: LiveRun) => number])[] = [
  ...[10, 25, 50, 100]
    .filter((trial) => trial <= trials)
    .map((trial): [string, (run: LiveRun) => number] => [`after ${trial} trials`, after(trial)]),
  ["trained again", ({ again }) => mean(again)],
  ["mean over trials", ({ best }) => mean(best.slice(1))],
];
const improvements =
  (from: number, to: number) =>
  ({ best }: LiveRun): number =>
    mean(best.slice(from + 1, to + 1).map((score, i) => (score < (best[from + i] as number) ? 1 : 0)));

const table = (head: readonly string[], some: readonly string[], of: (proposer: string) => readonly string[]): void => {
  for (const cells of [head, head.map(() => "---"), ...some.map((proposer) => [proposer, ...of(proposer)])])
    console.log(`| ${cells.join(" | ")} |`);
  console.log();
};

const baselines = proposers.flatMap((proposer) => perSeed(proposer, after(0)));
const [columns, others] = [MEASURES.map(([name]) => name), proposers.filter((one) => one !== asked.against)];
console.log(`${seeds.length} seeds, ${trials} trials, 95 % intervals; the untouched program: ${interval(baselines)}\n`);
table(["bits per byte", ...columns], proposers, (proposer) =>
  MEASURES.map(([, of]) => interval(perSeed(proposer, of))),
);
table([`${asked.against} less …, by seed`, ...columns], proposers.includes(asked.against) ? others : [], (proposer) =>
  MEASURES.map(([, of]) => {
    const own = perSeed(asked.against, of);
    return interval(perSeed(proposer, of).map((score, i) => (own[i] as number) - score));
  }),
);
table(
  ["improvements per trial", `1–${half}`, `${half + 1}–${trials}`, "failed trials", "steps per training"],
  proposers,
  (proposer) => [
    interval(perSeed(proposer, improvements(0, half))),
    interval(perSeed(proposer, improvements(half, trials))),
    interval(perSeed(proposer, ({ failures }) => failures / trials)),
    interval(
      perSeed(proposer, ({ steps = [] }) => mean(steps)),
      0,
    ),
  ],
);
const mixOf = (proposer: string, from: number, to: number): string => {
  const some = seeds.flatMap((seed) => (keyed.get(`${proposer}/${seed}`) as LiveRun).kinds.slice(from, to));
  const share = (kind: string) => Math.round((100 * some.filter((one) => one === kind).length) / some.length);
  return EDIT_KINDS.map(share).join(" / ");
};
table([`per cent ${EDIT_KINDS.join(" / ")}`, `trials 1–${half}`, `${half + 1}–${trials}`], proposers, (proposer) => [
  mixOf(proposer, 0, half),
  mixOf(proposer, half, trials),
]);

if (asked.picture !== undefined) {
  const lines = proposers.map((label, place) => ({
    label,
    series: seriesOf(label, place),
    points: Array.from({ length: trials + 1 }, (_, trial): [number, number] => [
      trial,
      mean(perSeed(label, after(trial))),
    ]),
  }));
  const title = `nano-lm, trained at every trial: the best so far, mean over ${seeds.length} seeds`;
  writeFileSync(asked.picture, lineChartSvg({ title, x: "trials", y: "bits per byte", lines }));
}
