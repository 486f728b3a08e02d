/**
 * How far does each proposer get on nano-lm at equal budget? Every arm runs the same task with the same seeds; the
 * score of a run is its champion's after 15, 30 and 60 trials, and the champion is trained again with a fresh seed,
 * because the best of many noisy scores flatters.
 * Usage: node bench/search/search.ts [seeds] [trials] [trainSeconds] [parallel] [backwards | PICTURE.svg]
 * A second process with the word `backwards` begins at the last seed; the two meet in the middle.
 */
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { mean, meanInterval } from "../../src/core/numerics/stats.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { errorBarFigure } from "../../src/report/pictures/error-bars.ts";
import { loadTask } from "../../src/workspace/load-task.ts";

const [seeds = 5, trials = 60, trainSeconds = 10, parallel = 2] = process.argv.slice(2, 6).map(Number);
const isBackwards = process.argv[6] === "backwards";
const PROPOSERS = ["portfolio", "tpe", "cma-es", "random"];
const CHECKPOINTS = [15, 30, 60].filter((at) => at <= trials);
const RESULTS = fileURLToPath(new URL("results.jsonl", import.meta.url));
const NANO_LM = fileURLToPath(new URL("../../examples/nano-lm", import.meta.url));

interface Result {
  readonly proposer: string;
  readonly seed: number;
  readonly trials: number;
  readonly trainSeconds: number;
  readonly baseline: number;
  /** The champion's score after that many trials. */
  readonly best: Readonly<Record<number, number>>;
  /** Mean score of the champion in runs with fresh seeds. */
  readonly again: number;
}

const REPEATS = 3;

async function runOne(proposer: string, seed: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "strop-search-"));
  try {
    cpSync(NANO_LM, folder, { recursive: true, filter: (path) => !path.includes(".strop") });
    // The paper's rule and whole trials: what is compared is who proposes, at an equal number of runs.
    const judge = { rule: "strict", pruner: "none" } as const;
    const overrides = { proposer, seed, parallel, judge, budget: { trainSeconds } };
    const { state, files } = await runTask(await loadTask(folder, { ...overrides, stop: { trials: trials + 1 } }));
    const best = Object.fromEntries(
      CHECKPOINTS.map((at) => [at, state.champions.filter((c) => c.trial <= at).at(-1)?.score ?? Number.NaN]),
    );
    cpSync(files.champion, folder, { recursive: true });
    return {
      proposer,
      seed,
      trials,
      trainSeconds,
      baseline: state.baselineScore ?? Number.NaN,
      best,
      again: await scoreAgain(folder, seed),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program in `folder` as a baseline of its own, with seeds that the search never used. */
async function scoreAgain(folder: string, seed: number): Promise<number> {
  const scores: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const judge = { rule: "strict" } as const;
    const overrides = { seed: 1000 + seed * REPEATS + repeat, judge, budget: { trainSeconds }, stop: { trials: 1 } };
    const { state } = await runTask(await loadTask(folder, overrides), { fresh: true });
    scores.push(state.baselineScore ?? Number.NaN);
  }
  return mean(scores);
}

/** Read anew each time: another process may be at work. */
function finished(): readonly Result[] {
  if (!existsSync(RESULTS)) return [];
  const lines = readFileSync(RESULTS, "utf8").trim().split("\n");
  const results = lines.map((line) => JSON.parse(line) as Result);
  return results.filter((one) => one.trials === trials && one.trainSeconds === trainSeconds);
}

// Interleaved by seed, so that an interrupted bench has every arm, and a busy hour hits all alike.
const races = Array.from({ length: seeds }, (_, seed) => PROPOSERS.map((proposer) => ({ proposer, seed }))).flat();
for (const { proposer, seed } of isBackwards ? races.toReversed() : races) {
  if (finished().some((one) => one.proposer === proposer && one.seed === seed)) continue;
  const result = await runOne(proposer, seed);
  appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
  console.error(JSON.stringify(result));
}

console.log(`nano-lm, ${trainSeconds} s per trial, ${seeds} seeds: val_bpb, mean ± half of the 95 % interval`);
console.log(["proposer", ...CHECKPOINTS.map((at) => `after ${at}`), "champion, fresh seeds"].join(" | "));
for (const proposer of PROPOSERS) {
  const results = resultsOf(proposer);
  const cells = [...CHECKPOINTS.map((at) => bestAt(results, at)), results.map((r) => r.again)];
  console.log([proposer, ...cells.map(cell)].join(" | "));
}
const picture = process.argv.at(-1) ?? "";
if (picture.endsWith(".svg")) writeFileSync(picture, drawn());

/** One of each seed: both processes may have run the race in the middle. */
function resultsOf(proposer: string): readonly Result[] {
  const own = finished().filter((one) => one.proposer === proposer);
  return own.filter((one, i) => own.findIndex(({ seed }) => seed === one.seed) === i);
}

function bestAt(results: readonly Result[], at: number): number[] {
  return results.map((one) => (at === 0 ? one.baseline : (one.best[at] ?? Number.NaN)));
}

function cell(values: readonly number[]): string {
  if (values.length < 2) return mean(values).toFixed(4);
  return `${mean(values).toFixed(4)} ± ${halfInterval(values).toFixed(4)}`;
}

function halfInterval(values: readonly number[]): number {
  const { low, high } = meanInterval(values);
  return (high - low) / 2;
}

function drawn(): string {
  const pointsOf = (results: readonly Result[]) =>
    [0, ...CHECKPOINTS].map((x) => {
      const values = bestAt(results, x);
      return { x, y: mean(values), error: halfInterval(values) };
    });
  return errorBarFigure({
    title: `A small language model, improved by four proposers: mean of ${seeds} runs, 95 % intervals`,
    x: `trials of ${trainSeconds} CPU seconds`,
    y: "bits per byte of the best program so far",
    series: PROPOSERS.map((label) => ({ label, points: pointsOf(resultsOf(label)) })),
  });
}
