/** What a reader of a recursion should know of its numbers. */
import type { RunState } from "../../journal/state.ts";
import { BUILTIN } from "../../propose/builtin/builtin-model.ts";
import { copiesAgain, type RecursionSettings } from "./settings.ts";

export const recursionNotes = (state: RunState): string[] => {
  const again = foundAgain(state);
  return [
    ...(again === undefined ? [] : [`${again.verdict}: ${again.figures}.`]),
    `${whatIsScored(state)}.`,
    ...(settingsOf(state).models.includes(BUILTIN)
      ? [`${BUILTIN} is no language model: it makes small syntax-aware edits, and these numbers say nothing of one.`]
      : []),
  ];
};

/** What the figures are of, for whoever has never heard of improvers. */
export const whatIsScored = (state: RunState): string => {
  const tasks = new Set(settingsOf(state).tasks.map(({ name }) => name));
  return `An improver is a program that makes others better; its score, 0 to 1, is that of its versions of ${[...tasks].join(" and ")} programs`;
};

const settingsOf = ({ task }: RunState): RecursionSettings => task.settings as unknown as RecursionSettings;

/** Whether the champion is better than the first improver, by the runs that chose nothing. */
export interface FoundAgain {
  /** Whether the whole interval is above zero. */
  readonly isBetter: boolean;
  /** `Improver 2 is not shown to be better than the first, on test instances, in 12 new runs of each that chose nothing` */
  readonly verdict: string;
  /** `0.456 → 0.694, a difference of 0.239, 95 % interval 0.133 to 0.345` */
  readonly figures: string;
}

/** Undefined where nothing was measured again: before the last round, without test instances, or when the first is the best. */
export function foundAgain(state: RunState): FoundAgain | undefined {
  const { recent, champion } = state;
  const { metrics = {} } =
    recent.find(({ outcome }) => outcome?.metrics["again_champion"] !== undefined)?.outcome ?? {};
  const [first, best, low, high] = ["again_first", "again_champion", "again_gain_low", "again_gain_high"].map(
    (name) => metrics[name],
  );
  if (champion === null || first === undefined || best === undefined || low === undefined || high === undefined)
    return undefined;
  const settings = settingsOf(state);
  const runs = copiesAgain(settings) * settings.tasks.length;
  const told = low > 0 ? "is better" : high < 0 ? "is worse" : "is not shown to be better";
  return {
    isBetter: low > 0,
    verdict: `Improver ${champion.trial} ${told} than the first, on test instances, in ${runs} new runs of each that chose nothing`,
    figures: `${fixed(first)} → ${fixed(best)}, a difference of ${fixed(best - first)}, 95 % interval ${fixed(low)} to ${fixed(high)}`,
  };
}

/** Three digits, a real minus sign, and none before a zero. */
const fixed = (value: number): string => (Math.round(value * 1000) / 1000 || 0).toFixed(3).replace("-", "−");
