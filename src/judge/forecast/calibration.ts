/**
 * What finished trials teach about forecasts: how a trial that ends at a given score looks at each check, and how far
 * the sequential test's evidence against trials as good as the best has wandered. Replaces the Gaussian guess of
 * autoresearch-rl §5.2, so that the false-abort rate holds for curves that no power law fits. Pure.
 *
 * At each check k of the first four fifths, over the better half of the finished trials: s = p + q·y + σ·z, with s what the curve shows
 * at k (readings.ts), y the final, q ≥ 0, and z judged by residuals that leave out the trial itself. The evidence against
 * H0 "ends at τ" for H1 "ends at τ + δ" is d·(z − d/2), d = q·δ/σ: nothing where the curve says nothing about its end.
 *
 * Distribution-free: if the trials are exchangeable, the running one is good enough for the elite, and the evidence
 * against each member of it is computed as if its own final were τ, then the running trial's is the largest of all with
 * probability 1/(n + 1). Over whole curves, so any number of checks is covered by one bound (split conformal, with
 * leave-one-out residuals in the place of a split).
 */
import { mean, sum } from "../../core/numerics/stats.ts";
import type { PastTrial } from "../pruner.ts";
import { type Reading, readingsAt } from "./readings.ts";
import { robustSpread } from "./robust-spread.ts";
import type { Trajectory } from "./trajectory.ts";

export interface CalibrationOptions {
  /** Checks in a whole budget. */
  readonly checks: number;
  /** Trials with the best finals that set the boundary, at most; lines are laid through half to twice as many. */
  readonly elite: number;
}

export interface Calibration {
  /** σ_h: robust standard deviation of the finals. */
  readonly spread: number;
  /** Members of the elite that showed something at check `k`: those with whom a trial that still runs then compares. */
  membersAt(k: number): number;
  /** Largest evidence that each member ever had against it, ascending. */
  readonly worst: readonly number[];
  /** Evidence (log Λ) at check `k` that a trial which showed `live` ends above τ; 0 when nothing is known, and at the last checks. */
  evidence(live: Trajectory, k: number, tau: number): number;
  /** The final that `live` points to at check `k`; NaN when nothing is known. */
  expected(live: Trajectory, k: number): number;
}

/** A trial that has a final, and at which check it was seen. */
type Finished = PastTrial & { readonly final: number };

/** s = p + q·y + σ·z at one check, for one way of reading a curve. */
interface Line {
  readonly see: Reading["see"];
  readonly p: number;
  readonly q: number;
  readonly sigma: number;
  /** Evidence against each member as if its final were τ; 0 for those that had ended before. */
  readonly against: readonly number[];
  /** How much farther from the line than σ a new trial that ends at `y` may lie: its variance is σ²·(1 + leverage). */
  readonly leverage: (y: number) => number;
  /** d. */
  readonly power: number;
  /** Degrees of freedom of σ. */
  readonly freedom: number;
}

/** δ in units of σ_h: the bad trials that the test is sharpest against. Fitted on the benchmark's development pools. */
const SEPARATION = 3;
/**
 * Largest d: Student's deviates grow with the logarithm of the miss, so where curves show the end almost exactly a larger d would
 * ask for more than any trial can show.
 */
const MOST_POWER = 4;
/** Share of the budget after which nothing is judged: a stop saves little there, and the error is better spent before. */
const JUDGED = 0.8;
/** Least share of its own residual that a trial leaves to the others' line; guards a division. */
const LEAST_FREEDOM = 1e-9;
/** Fewest trials that a line is laid through. */
const LEAST = 5;

/** Null while nothing can be learnt: no finished trial, or all of them equal. */
export function calibrate(past: readonly PastTrial[], { checks, elite }: CalibrationOptions): Calibration | null {
  const finished = past.filter((trial): trial is Finished => trial.final !== null && Number.isFinite(trial.final));
  const finals = finished.map(({ final }) => final);
  const spread = robustSpread(finals);
  if (!(spread > 0)) return null;
  const fitted = finished
    .toSorted((a, b) => a.final - b.final || a.trial - b.trial)
    .slice(0, Math.max(Math.ceil(elite / 2), Math.min(2 * elite, Math.ceil(finished.length / 2))));
  const separation = SEPARATION * spread;
  const known = Array.from({ length: Math.floor(JUDGED * checks) }, (_, i) =>
    bestLine(fitted, readingsAt(fitted, i + 1, checks), separation),
  );
  const worst = fitted.slice(0, elite).map((_, i) => Math.max(0, ...known.map((line) => line?.against[i] ?? 0)));
  return {
    spread,
    membersAt: (k) =>
      fitted.slice(0, elite).filter(({ trajectory }) => Number.isFinite(trajectory.levels[k - 1])).length,
    worst: worst.toSorted((a, b) => a - b),
    evidence: (live, k, tau) => {
      const line = known[k - 1];
      if (line === undefined || line === null) return 0;
      const { see, p, q, sigma, power, freedom } = line;
      const t = (see(live) - p - q * tau) / (sigma * Math.sqrt(1 + line.leverage(tau)));
      return evidenceOf(asNormal(t, freedom), power);
    },
    expected: (live, k) => {
      const line = known[k - 1];
      return line === undefined || line === null ? Number.NaN : (line.see(live) - line.p) / line.q;
    },
  };
}

/** The normal deviate about as unlikely as Student's `t` (Wallace 1959): σ is known from few trials only. */
const asNormal = (t: number, freedom: number): number =>
  Math.sign(t) * Math.sqrt(freedom * Math.log1p((t * t) / freedom)) * ((8 * freedom + 1) / (8 * freedom + 3));

/** d, from what a bad trial's reading differs by and σ. */
const powerOf = (difference: number, sigma: number): number => Math.min(MOST_POWER, difference / sigma);

/** log Λ between means 0 and d of a unit normal; a curve that shows no number says nothing. */
const evidenceOf = (z: number, d: number): number => (Number.isNaN(z) || d === 0 ? 0 : d * (z - d / 2));

/** The line of the reading that tells finals apart best. */
function bestLine(members: readonly Finished[], ways: readonly Reading[], separation: number): Line | null {
  return ways
    .map((reading) => lineThrough(members, reading, separation))
    .reduce((best, line) => (line !== null && line.power > (best?.power ?? 0) ? line : best), null);
}

function lineThrough(members: readonly Finished[], { seen, see }: Reading, separation: number): Line | null {
  const used = members.flatMap(({ final }, i) =>
    Number.isFinite(seen[i]) ? [{ s: seen[i] as number, y: final }] : [],
  );
  if (used.length < LEAST) return null;
  const [s0, y0] = [mean(used.map(({ s }) => s)), mean(used.map(({ y }) => y))];
  const yy = sum(used.map(({ y }) => (y - y0) ** 2));
  const q = yy > 0 ? Math.max(0, sum(used.map(({ s, y }) => (s - s0) * (y - y0))) / yy) : 0;
  const p = s0 - q * y0;
  const n = used.length;
  const leverage = (y: number) => 1 / n + (q > 0 ? (y - y0) ** 2 / yy : 0);
  const residual = (s: number, y: number) => (s - p - q * y) / Math.max(LEAST_FREEDOM, 1 - leverage(y));
  const squares = sum(used.map(({ s, y }) => residual(s, y) ** 2));
  const sigma = Math.sqrt(squares / n);
  if (!(sigma > 0)) return null;
  const power = powerOf(q * separation, sigma);
  // As if the member had never been seen: its own share in the line, the slope and the spread is taken out.
  const against = members.map(({ final: y }, i) => {
    const miss = residual(seen[i] as number, y);
    const without = Math.sqrt(Math.max(0, squares - miss * miss) / (n - 1));
    const slope = yy > 0 ? Math.max(0, q - (miss * (y - y0)) / yy) : 0;
    const t = (miss / without) * Math.sqrt(Math.max(0, 1 - leverage(y)));
    return evidenceOf(asNormal(t, n - 3), powerOf(slope * separation, without));
  });
  return { see, p, q, sigma, power, against, leverage, freedom: n - 2 };
}
