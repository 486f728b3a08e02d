/**
 * Keep what is shown to be better, at an error probability of α for the whole run. A first score that looks better only
 * opens a contest; the evidence is in pairs of fresh runs beside the champion, and the first score is never part of it.
 * Knows nothing of who runs them. docs/keeping.md has the equations and the guarantee.
 */
import type { Evidence, Purse, Spending, Spread } from "../../core/contest.ts";
import { studentQuantile } from "../../core/numerics/distributions.ts";
import { shortNumber, withError } from "../../core/figures.ts";
import { comparedGain, gainInUnits, type GainScale } from "../../core/metric.ts";
import { mean } from "../../core/numerics/stats.ts";
import type { JudgeSettings } from "../../core/task.ts";
import { tokenCount } from "../../core/token-count.ts";
import type { Contest, ContestSoFar, Contender, KeepRule, Ruling } from "../keep-rule.ts";
import { NOTHING_SPENT, nextLevel } from "../levels.ts";
import { noiseOf, spreadOf } from "../noise.ts";
import { logEvidence } from "../pair-test.ts";
import { strictRule } from "./strict.ts";

export type TestedSettings = Pick<JudgeSettings, "alpha" | "maxRepeats" | "margin">;

export const testedRule = (settings: TestedSettings): KeepRule => ({
  name: "tested",
  needsNoise: true,
  decide(contest) {
    const { champion, soFar, noise = UNKNOWN, patience = 1 } = contest;
    if (champion === null) return { decision: "keep", reason: "the first score there is" };
    const allowed = { ...settings, maxRepeats: patience * settings.maxRepeats };
    if (soFar !== undefined) return weigh({ ...contest, noise, champion, soFar }, allowed);
    return firstLook({ ...contest, noise, champion }, allowed);
  },
});

const UNKNOWN: Spread = { squares: 0, degrees: 0 };
/** Noise alone makes a look clear once in so many. */
const CLEAR = 50;
/** Share of a program's tokens that must go before the many runs are worth it that show that nothing is lost. */
const WORTHWHILE = 0.02;

type Rivals = Contest & { readonly champion: Contender };
type FirstLook = Rivals & { readonly noise: Spread };

/** Costs nothing: what cannot be shown within the allowed repeats is not contested at all. */
function firstLook(contest: FirstLook, settings: TestedSettings): Ruling {
  const { candidate, champion, noise, championRuns = 1 } = contest;
  const gained = comparedGain(scaleOf(contest), candidate.score, champion.score);
  if (gained === 0 && noise.squares === 0 && noise.degrees > 0) return strictRule.decide(contest);
  const error = noise.degrees === 0 ? 0 : noiseOf(noise) * Math.sqrt(1 + 1 / championRuns);
  const purse = choosePurse(contest, gained, error);
  const shift = allowance(purse, noise, settings);
  const looks = `${shortNumber(candidate.score)} against ${shortNumber(champion.score)}`;
  if (!(gained + shift > 0))
    return { decision: "discard", reason: gained < 0 ? `worse: ${looks}` : `no better: ${looks}` };
  const level = nextLevel(settings.alpha, purse, (contest.spent ?? NOTHING_SPENT)[purse]);
  const needed = -Math.log(level);
  // With unknown noise any gain may be one.
  const hoped = noise.degrees === 0 ? needed : forecast([], gained + shift + error, { noise, settings });
  if (hoped < needed) {
    return {
      decision: "discard",
      reason: `within the noise: ${looks}; a gain like that cannot be shown in ${settings.maxRepeats} pairs`,
    };
  }
  return {
    decision: "measure",
    reason: `looks ${purse === "simpler" ? "as good with less code" : "better"}: ${looks}`,
    purse,
    level,
  };
}

const scaleOf = ({ direction, comparison = "difference", champion }: Rivals): GainScale => ({
  direction,
  comparison,
  unit: champion.score,
});

function choosePurse({ candidate, champion, noise }: FirstLook, gained: number, error: number): Purse {
  if (noise.degrees > 0 && isClear(gained, error, noise)) return "clear";
  return tokenCount(candidate.files) <= (1 - WORTHWHILE) * tokenCount(champion.files) ? "simpler" : "close";
}

const isClear = (gained: number, error: number, noise: Spread): boolean =>
  gained > error * studentQuantile(1 - 1 / CLEAR, noise.degrees);

/** How much worse a program with less code may be. */
function allowance(purse: Purse, noise: Spread, { margin }: TestedSettings): number {
  if (purse !== "simpler") return 0;
  return margin ?? (noise.degrees === 0 ? 0 : 2 * noiseOf(noise));
}

type Weighed = Rivals & { readonly soFar: ContestSoFar; readonly noise: Spread };

function weigh(contest: Weighed, settings: TestedSettings): Ruling {
  const { soFar, noise } = contest;
  const { purse, level, pairs } = soFar;
  const scale = scaleOf(contest);
  const shift = allowance(purse, noise, settings);
  const gains = pairs.flatMap(({ candidate, champion }) =>
    candidate === null || champion === null ? [] : [comparedGain(scale, candidate, champion)],
  );
  const shifted = gains.map((gained) => gained + shift);
  const log = logEvidence(shifted, ofDifferences(noise));
  const error = errorOf(gains, noise);
  const evidence: Evidence = {
    purse,
    level,
    logEvidence: log,
    pairs: gains.length,
    ...gainInUnits(scale, mean(gains.length > 0 ? gains : [0]), error),
  };
  const needed = -Math.log(level);
  const told = `${withError(evidence.gain, evidence.error)} over ${gains.length} ${gains.length === 1 ? "pair" : "pairs"}`;
  if (log >= needed) {
    return {
      decision: "keep",
      reason: `${purse === "simpler" ? "as good with less code" : "better"}: gain ${told}`,
      evidence,
    };
  }
  if (pairs.some((pair) => pair.candidate === null))
    return { decision: "discard", reason: "gave no score when it was run again", evidence };
  const left = settings.maxRepeats - pairs.length;
  const hoped = gains.length < 1 ? needed : forecast(shifted, mean(shifted) + error, { noise, settings, left });
  if (left <= 0 || hoped < needed)
    return { decision: "discard", reason: `not shown to be better: gain ${told}`, evidence };
  return { decision: "measure", reason: `undecided: gain ${told}`, purse, level };
}

/** A difference of two scores varies twice as much as one. */
const ofDifferences = ({ squares, degrees }: Spread): Spread => ({ squares: 2 * squares, degrees });

/** Standard error of the mean gain, from the noise known before and the gains' own spread. */
function errorOf(gains: readonly number[], noise: Spread): number {
  const own = spreadOf(gains);
  const known = ofDifferences(noise);
  const degrees = own.degrees + known.degrees;
  return degrees === 0 || gains.length === 0 ? 0 : Math.sqrt((own.squares + known.squares) / degrees / gains.length);
}

interface Prospect {
  readonly noise: Spread;
  readonly settings: TestedSettings;
  readonly left?: number;
}

/**
 * The smallest gain, in the metric's unit, that all allowed pairs together can show where each shows just that. What lies below is
 * "within the noise". Infinity where none can be shown.
 */
export function smallestShown(
  noise: Spread,
  spent: Readonly<Record<Purse, Spending>>,
  settings: TestedSettings,
): number {
  const isShown = (gained: number) => {
    const purse = isClear(gained, noiseOf(noise) * Math.SQRT2, noise) ? "clear" : "close";
    return forecast([], gained, { noise, settings }) >= -Math.log(nextLevel(settings.alpha, purse, spent[purse]));
  };
  let [low, high] = [0, LARGEST_GAIN * noiseOf(noise)];
  if (!isShown(high)) return Infinity;
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (isShown(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** In units of the noise. */
const LARGEST_GAIN = 20;

/** ln of the e-value if every remaining pair showed `hoped`: an upper guess, so that what falls below may end. */
const forecast = (
  seen: readonly number[],
  hoped: number,
  { noise, settings, left = settings.maxRepeats }: Prospect,
): number => logEvidence([...seen, ...Array<number>(Math.max(0, left)).fill(hoped)], ofDifferences(noise));
