/**
 * Of trials that would have become champion, how many does self-evaluation stop? Simulated curves that no power law fits: a warm-up, noise
 * with heavy tails, new at every check, and a cliff at 85 % of the budget. The promise is β/(1 − β) = 5.3 %.
 *
 *   node bench/early-stopping/coverage.ts [--repeats 2000]
 */
import { parseArgs } from "node:util";

import { normalCdf, normalQuantile } from "../../src/core/numerics/distributions.ts";
import { createRandom, type Random } from "../../src/core/numerics/random.ts";
import { wilsonInterval } from "../../src/core/numerics/stats.ts";
import type { PastTrial, Pruner } from "../../src/judge/pruner.ts";
import { selfEvaluationPruner } from "../../src/judge/pruners/self-evaluation.ts";

const { values } = parseArgs({ options: { repeats: { type: "string", default: "2000" } } });
const repeats = Number(values.repeats);

interface Finished extends PastTrial {
  readonly final: number;
}

function drawTrial(trial: number, random: Random, { checks, quality }: { checks: number; quality: number }): Finished {
  const levels = Array.from({ length: checks }, (_, i) => {
    const share = (i + 1) / checks;
    const heavy = random.normal() / Math.sqrt(0.2 + random.next());
    return 10 - (share > 0.85 ? 3 : 0) + quality * share + (1.2 - share) * heavy;
  });
  return { trial, trajectory: { levels, forecast: () => null }, final: quality };
}

function isStopped({ trajectory }: Finished, past: readonly Finished[], pruner: Pruner): boolean {
  const [{ levels }, checks] = [trajectory, trajectory.levels.length];
  const incumbent = Math.min(...past.map(({ final }) => final));
  return levels.slice(1).some((_, i) => {
    const live = { levels: levels.slice(0, i + 1), forecast: () => null };
    return pruner.judge({ trial: past.length, live, checks, incumbent, past }) !== null;
  });
}

/** A quality of the same distribution, given that it beats `best`. */
const qualityBelow = (best: number, random: Random): number => normalQuantile(normalCdf(best) * (1 - random.next()));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

for (const checks of [10, 20])
  for (const others of [12, 25, 40, 80]) {
    const random = createRandom(`coverage ${others}`);
    const pruner = selfEvaluationPruner();
    let stopped = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const draw = (trial: number, quality = random.normal()) => drawTrial(trial, random, { checks, quality });
      const past = Array.from({ length: others }, (_, trial) => draw(trial));
      const best = Math.min(...past.map(({ final }) => final));
      if (isStopped(draw(others, qualityBelow(best, random)), past, pruner)) stopped++;
    }
    const { low, high } = wilsonInterval(stopped, repeats);
    console.log(
      `${checks} checks, after ${others} others: ${percent(stopped / repeats)} (${percent(low)} to ${percent(high)})`,
    );
  }
