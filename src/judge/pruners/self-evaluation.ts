/**
 * Self-evaluation (autoresearch-rl §5): stops a trial when the sequential probability ratio test is sure that its final
 * score will lie above τ = best + α·σ_h (eq. 7). Once enough trials have finished, what they showed calibrates the test;
 * before, nothing is stopped, or the paper's plain rule is used.
 */
import { standardDeviation } from "../../core/numerics/stats.ts";
import { calibrate, type Calibration } from "../forecast/calibration.ts";
import { logLikelihoodRatio, waldBoundaries } from "../forecast/sprt.ts";
import { checkNow, type Evidence, type PastTrial, type Pruner } from "../pruner.ts";

export interface SelfEvaluationOptions {
  /** β: the false-abort rate is at most β/(1 − β) (eq. 8). */
  readonly beta?: number;
  /** α: how many σ_h worse than the best a trial may end and still be wanted (eq. 7). */
  readonly tolerance?: number;
  /** Finished trials before the calibrated rule begins. */
  readonly warmup?: number;
  /** What happens before: complete runs, or the paper's rule on the power law and a Gaussian. */
  readonly before?: "complete" | "plain";
}

/**
 * The part of β that the calibrated boundary may spend. The rest is for what exchangeability does not cover: trials that
 * were stopped are missing from the calibration, and a new best trial is the extreme of the elite, not a typical member.
 */
const RESERVE = 0.5;

export function selfEvaluationPruner(options: SelfEvaluationOptions = {}): Pruner {
  const { beta = 0.05, tolerance = 0.1, warmup = 10, before = "complete" } = options;
  const elite = Math.ceil(1 / (RESERVE * beta)) - 1;
  const calibration = remembering((finished, checks) => calibrate(finished, { checks, elite }));
  const wald = waldBoundaries(beta).bad;
  return {
    name: "self-evaluation",
    judge(evidence) {
      const { incumbent } = evidence;
      if (incumbent === null) return null;
      const finished = evidence.past.filter(({ final }) => final !== null);
      if (finished.length < warmup)
        return before === "plain" ? judgePlainly(evidence, incumbent, { tolerance, boundary: wald }) : null;
      const learnt = calibration(finished, evidence.checks);
      if (learnt === null) return null;
      const k = checkNow(evidence);
      const tau = incumbent + tolerance * learnt.spread;
      // The largest of n is reached with probability 1/(n + 1): too often while n is small, so Wald's boundary holds as well.
      const boundary = Math.max(learnt.membersAt(k) < elite ? wald : 0, learnt.worst.at(-1) ?? 0);
      const ratio = learnt.evidence(evidence.live, k, tau);
      return ratio > boundary
        ? `forecast worse than ${tau.toPrecision(4)} (log-likelihood ratio ${ratio.toFixed(1)} above ${boundary.toFixed(1)})`
        : null;
    },
  };
}

type Calibrate = (finished: readonly PastTrial[], checks: number) => Calibration | null;

/** Calibrations kept: trials that run side by side started with different ones. */
const MOST_REMEMBERED = 8;

/** Calls `learn` only when other trials have finished: not at every check, nor after a trial that was stopped. */
function remembering(learn: Calibrate): Calibrate {
  const known: { finished: readonly PastTrial[]; checks: number; calibration: Calibration | null }[] = [];
  return (finished, checks) => {
    let last = known.find((one) => one.checks === checks && areSame(one.finished, finished));
    if (last === undefined) {
      last = { finished, checks, calibration: learn(finished, checks) };
      known.unshift(last);
      known.length = Math.min(known.length, MOST_REMEMBERED);
    }
    return last.calibration;
  };
}

const areSame = (some: readonly PastTrial[], others: readonly PastTrial[]): boolean =>
  some.length === others.length &&
  some.every(({ trajectory, final }, i) => trajectory === others[i]?.trajectory && final === others[i]?.final);

/** The paper's rule: power law, Gaussian, Wald's boundary. Finals and losses must be the same quantity. */
function judgePlainly(
  evidence: Evidence,
  incumbent: number,
  { tolerance, boundary }: { tolerance: number; boundary: number },
): string | null {
  const finals = evidence.past.flatMap(({ final }) => (final === null ? [] : [final]));
  const spread = standardDeviation(finals);
  const forecast = evidence.live.forecast(checkNow(evidence));
  if (forecast === null || !(spread > 0)) return null;
  const tau = incumbent + tolerance * spread;
  const ratio = logLikelihoodRatio(forecast, { good: tau, separation: spread });
  return ratio >= boundary ? `forecast ${forecast.loss.toPrecision(4)} is worse than ${tau.toPrecision(4)}` : null;
}
