/** What a reader should know of how edits were judged: the noise, how the champion was measured, and what the holdout says. */
import { comparisonIn } from "../journal/fold/contests.ts";
import type { Champion, RunState } from "../journal/state.ts";
import { gain, gainInUnits } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import type { TrialRecord } from "../core/trial.ts";
import { smallestShown } from "../judge/keep-rules/tested.ts";
import { scoresOf } from "../core/contest.ts";
import { knownSpread, noiseOf } from "../judge/noise.ts";
import { standardDeviation, sum } from "../core/numerics/stats.ts";
import { formatCount, formatScore } from "./format.ts";

/** Plain sentences, without markup; empty for a run where one trial decides. */
export function keepingNotes(state: RunState): string[] {
  const noise = baselineNoise(state);
  const { champion, holdouts, repeats, contests } = state;
  const notes: string[] = [];
  if (repeats > 0 && noise !== undefined && champion !== null) {
    notes.push(
      `Noise: ${deviationTold(noise.deviation)} between seeds (${noise.runs} runs of the baseline)${noiseAnew(state)}. The champion's score is the ` +
        `mean of ${formatCount(champion.runs, "run")} ${champion.fresh > 0 ? "since it was kept" : "beside the one before"}; ${formatCount(repeats, "run")} went into checking.`,
    );
  }
  if (contests.length > 0) notes.push(undecidedNote(state));
  notes.push(
    ...[hugeGainNote(state) ?? [], driftNote(state) ?? [], noNoiseNote(state) ?? [], hiddenNote(state) ?? []].flat(),
  );
  const holdout = holdouts.findLast(({ trial }) => trial === champion?.trial);
  if (holdout !== undefined)
    notes.push(`Holdout of the champion (trial ${holdout.trial}): ${formatScore(holdout.score)}.`);
  const overfit = overfitNote(state);
  if (overfit !== undefined) notes.push(overfit);
  return notes;
}

/** Standard deviation of the baseline's score between seeds; undefined before it has two scores. */
export function baselineNoise({
  noise,
}: Pick<Drifting, "noise">): { readonly deviation: number; readonly runs: number } | undefined {
  const scores = scoresOf(noise.baseline);
  return scores.length < 2 ? undefined : { deviation: standardDeviation(scores), runs: scores.length };
}

const deviationTold = (deviation: number): string => formatScore(Number(deviation.toPrecision(2)));

/** The noise of a champion far from the baseline, as a further clause. */
function noiseAnew({ noise: { anew } }: RunState): string {
  const scores = scoresOf(anew?.runs ?? []);
  if (anew === null || scores.length < 2) return "";
  return `, ${deviationTold(standardDeviation(scores))} since trial ${anew.trial} (${scores.length} runs of it)`;
}

/** Which champions gained on the metric only; undefined where none did. */
export function overfitNote({ holdouts, task }: RunState): string | undefined {
  const overfit = holdouts.filter(({ isOverfit }) => isOverfit).map(({ trial }) => trial);
  if (overfit.length === 0) return undefined;
  return `Trial ${overfit.join(", ")} looks overfit: better on ${task.metric.name} than the champion before, worse on the holdout.`;
}

/** Which trials wait for their verdict. */
export const undecidedNote = ({ contests }: RunState): string =>
  `Undecided: ${contests.map(({ record }) => `trial ${record.trial}`).join(", ")}; to be run again beside the champion.`;

interface Headline extends Pick<RunState, "baselineScore" | "repeats"> {
  readonly champion: Pick<Champion, "score" | "trial"> | null;
  readonly task: Pick<Task, "metric">;
}

interface Drifting extends Headline {
  readonly champions: readonly Pick<Champion, "gained">[];
  readonly noise: Pick<RunState["noise"], "baseline">;
}

/** A gain that differs by this share from what the pairs showed, and by more than the noise, is not what the edits brought. */
const MISLEADING = 0.5;

/** Why a champion looks better or worse than its edits made it; undefined where it does not, or where one run decided. */
export function driftNote({ champion, champions, baselineScore, repeats, task, noise }: Drifting): string | undefined {
  if (champion === null || baselineScore === null || champion.trial === 0 || repeats === 0) return undefined;
  const seen = gain(task.metric.direction, champion.score, baselineScore);
  const times = "when the machine was not equally busy or the seeds not equally lucky";
  if (seen < 0)
    return (
      `The two scores are of different times, ${times}: ` +
      "beside each other, in pairs of runs, every edit that was kept did as well or better."
    );
  const gains = champions.slice(1).map(({ gained }) => gained ?? Number.NaN);
  const shown = sum(gains);
  const chance = 2 * (baselineNoise({ noise })?.deviation ?? 0);
  if (!(Math.abs(seen - shown) > Math.max(MISLEADING * Math.abs(shown), chance))) return undefined;
  return (
    `Beside each other, in pairs of runs, the kept edits gained ${formatScore(Number(shown.toPrecision(3)))} in sum, ` +
    `not ${formatScore(Number(seen.toPrecision(3)))}: the two scores are of different times, ${times}.`
  );
}

interface SelfReported extends Pick<Headline, "champion" | "baselineScore"> {
  readonly task: Pick<Task, "metric" | "evaluate" | "check" | "settings">;
}

/** That a score that nobody else looks at became half as large, or twice; undefined for a smaller gain. */
export function hugeGainNote({ champion, baselineScore, task }: SelfReported): string | undefined {
  const { metric, evaluate, check, settings } = task;
  if (champion === null || baselineScore === null || (evaluate ?? check ?? settings) !== undefined) return undefined;
  const share = metric.direction === "minimize" ? 0.5 : 1;
  if (!(gain(metric.direction, champion.score, baselineScore) > share * Math.abs(baselineScore))) return undefined;
  return (
    "So large a gain, reported by the program itself, may come of less work instead of better work: read the diff. " +
    "A `check` or an `evaluate` command in the config tells the two apart."
  );
}

/** Runs of the baseline that tell noise from none. */
const ENOUGH = 3;

interface Repeated {
  readonly noise: Pick<RunState["noise"], "baseline">;
  readonly task: Pick<Task, "metric">;
}

/** That a task may be declared deterministic, which saves every second run; undefined where it is, or where scores differ. */
export function noNoiseNote({ noise, task }: Repeated): string | undefined {
  const scores = noise.baseline.map(({ score }) => score);
  if (task.metric.deterministic || scores.length < ENOUGH || scores.includes(null) || new Set(scores).size > 1)
    return undefined;
  return (
    `The baseline scored the same ${scores.length} times: if that is no chance, ` +
    "`deterministic: true` in the config's metric saves a new run from running edits again."
  );
}

/** Which gains the noise hides, and what to do about it; undefined for a run that has kept an edit, or in which none looked better. */
export function hiddenNote({ champion, noise, recent, spent, task }: RunState): string | undefined {
  const { judge, metric } = task;
  if (champion?.trial !== 0 || judge === undefined || !["auto", "tested"].includes(judge.rule)) return undefined;
  // What its pairs showed counts for more than its first look: one that was worse in them, noise does not hide.
  const gained = ({ outcome, verdict }: TrialRecord) =>
    verdict?.evidence?.gain ?? gain(metric.direction, outcome?.score ?? Number.NaN, champion.score);
  const better = recent.filter((record) => record.trial > 0 && record.verdict !== null && gained(record) > 0);
  const scale = { direction: metric.direction, comparison: comparisonIn({ task, noise }), unit: champion.score };
  const spread = knownSpread(noise, scale);
  if (better.length === 0 || !(spread.squares > 0)) return undefined;
  const shown = smallestShown(spread, spent, judge);
  if (!Number.isFinite(shown)) return undefined;
  const round = (value: number) => formatScore(Number(value.toPrecision(2)));
  return (
    `${formatCount(better.length, "edit")} looked better, which the noise of ${round(noiseOf(spread))} can explain: ` +
    `${judge.maxRepeats} pairs of runs show gains from about ${round(gainInUnits(scale, shown).gain)} on. To see smaller ones, start a ` +
    "new run in which the program averages more, or with more `maxRepeats` in the config's `judge`."
  );
}
