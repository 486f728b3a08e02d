/**
 * A run as the keep rule sees it: candidates of known effect, scores with noise, contests measured pair by pair. What the
 * loop does through the journal happens here in memory, so that a thousand runs take seconds.
 */
import type { Pair, Purse, Spending, Spread } from "../../src/core/contest.ts";
import { comparedGain, type Comparison } from "../../src/core/metric.ts";
import { mean, variance } from "../../src/core/numerics/stats.ts";
import type { KeepRule } from "../../src/judge/keep-rule.ts";
import { NOTHING_SPENT } from "../../src/judge/levels.ts";
import { knownSpread, missingRuns } from "../../src/judge/noise.ts";
import type { Noise } from "./noise-models.ts";

export interface SimulatedCandidate {
  /** True gain over the champion of the moment, positive when better. */
  readonly effect: number;
  /** Its own runs vary so many times as much as the others' (models without drift only). */
  readonly noisiness?: number;
  readonly isSimpler?: boolean;
}

export interface SimulatedKeep {
  readonly candidate: number;
  readonly effect: number;
  /** Gain over the champion before, by the candidate's first run, by its contest, and by a run after it was kept. */
  readonly firstLook: number;
  readonly contest: number;
  readonly fresh: number;
}

export interface SimulatedRun {
  readonly keeps: readonly SimulatedKeep[];
  /** Runs of any program, the baseline's repeats included. */
  readonly runs: number;
  /** Runs that each candidate cost, its first included. */
  readonly costs: readonly number[];
}

/** Lower is better. With `times`, noise and effects multiply scores as times are multiplied, by their exponentials; that is how they are compared. */
export function simulateKeeping(
  rule: KeepRule,
  candidates: readonly SimulatedCandidate[],
  noise: Noise,
  times?: Comparison,
): SimulatedRun {
  let level = 0;
  let runs = 0;
  const shown = times === undefined ? (value: number) => value : Math.exp;
  const score = (gain: number, noisiness = 1) => (runs++, shown(level - gain + noisiness * noise()));
  const baseline = [score(0)];
  while (rule.needsNoise && missingRuns(baseline.length, baseline) > 0) baseline.push(score(0));
  const comparison = times ?? "difference";
  const known = { baseline: baseline.map((value) => ({ score: value })), anew: null };
  let pooled: Spread = { squares: 0, degrees: 0 };
  let champion = { score: mean(baseline), runs: baseline.length };
  const spent: Record<Purse, Spending> = { ...NOTHING_SPENT };
  const keeps: SimulatedKeep[] = [];
  const costs: number[] = [];
  for (const [index, { effect, noisiness, isSimpler }] of candidates.entries()) {
    const before = runs;
    const first = { score: score(effect, noisiness), files: { a: isSimpler === true ? "x" : "x y z" } };
    const pairs: Pair[] = [];
    const contest = () => ({
      direction: "minimize" as const,
      candidate: first,
      comparison,
      champion: { score: champion.score, files: { a: "x y" } },
      noise: knownSpread({ ...known, pooled }, { comparison, unit: champion.score }),
      championRuns: champion.runs,
      spent,
    });
    let ruling = rule.decide(contest());
    const opened = ruling.decision === "measure" ? { purse: ruling.purse, level: ruling.level } : undefined;
    if (opened !== undefined) spent[opened.purse] = { contests: spent[opened.purse].contests + 1, refund: 0 };
    while (ruling.decision === "measure" && opened !== undefined) {
      pairs.push(
        pairOf(
          () => score(effect, noisiness),
          () => score(0),
          pairs.length,
        ),
      );
      ruling = rule.decide({ ...contest(), soFar: { ...opened, pairs } });
    }
    costs.push(runs - before);
    pooled = withPairs(pooled, pairs, comparison);
    champion = withRuns(
      champion,
      pairs.map((pair) => pair.champion as number),
    );
    if (ruling.decision !== "keep") continue;
    if (opened !== undefined)
      spent[opened.purse] = {
        contests: spent[opened.purse].contests,
        refund: spent[opened.purse].refund + opened.level,
      };
    const firstLook = champion.score - first.score;
    const contested = "evidence" in ruling && ruling.evidence !== undefined ? ruling.evidence.gain : firstLook;
    const again = rule.needsNoise ? score(effect, noisiness) : first.score;
    keeps.push({ candidate: index, effect, firstLook, contest: contested, fresh: champion.score - again });
    champion = { score: again, runs: 1 };
    level -= effect;
  }
  return { keeps, runs, costs };
}

/** Alternating order: even pairs run the candidate first. */
function pairOf(candidate: () => number, champion: () => number, index: number): Pair {
  if (index % 2 === 0) return { candidate: candidate(), champion: champion() };
  const [second, first] = [champion(), candidate()];
  return { candidate: first, champion: second };
}

/** Differences within a contest tell of the noise too: their variance is twice a single score's. */
function withPairs(spread: Spread, pairs: readonly Pair[], comparison: Comparison): Spread {
  const scale = { direction: "minimize", comparison, unit: 1 } as const;
  const gains = pairs.map((pair) => comparedGain(scale, pair.candidate as number, pair.champion as number));
  if (gains.length < 2) return spread;
  const degrees = gains.length - 1;
  return { squares: spread.squares + (variance(gains) * degrees) / 2, degrees: spread.degrees + degrees };
}

function withRuns(
  champion: { score: number; runs: number },
  scores: readonly number[],
): { score: number; runs: number } {
  const runs = champion.runs + scores.length;
  return { score: (champion.score * champion.runs + scores.reduce((a, b) => a + b, 0)) / runs, runs };
}
