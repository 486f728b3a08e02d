/**
 * How boldly a model is asked: warmer while nothing helps, cooler after a keep. A low temperature gives the likeliest
 * answer again and again; a higher one gives answers that differ, of which each is a little more often wrong but the best of
 * many is better (Chen et al. 2021, arXiv 2107.03374, §3.2: the best temperature grows with the number of samples).
 */
import type { ProposerContext } from "../types.ts";
import { modelOf } from "./notes.ts";

/** Undefined: the provider's default. */
export type Temperature = (context: ProposerContext) => number | undefined;

export interface ScheduleOptions {
  /** Of the first ask. */
  readonly start?: number;
  readonly low?: number;
  readonly high?: number;
  /** Added for every trial that was not kept. */
  readonly rise?: number;
  /** Taken off for every keep. */
  readonly fall?: number;
}

/** Trials of models that are looked at: the window of autoresearch-rl §4.3. */
const WINDOW = 32;

/** A temperature in [low, high] from the verdicts on the last 32 trials that came from models, to two decimals. */
export const temperatureSchedule =
  ({ start = 0.7, low = 0.2, high = 1.2, rise = 0.03, fall = 0.25 }: ScheduleOptions = {}): Temperature =>
  ({ history }) => {
    const judged = history.filter((record) => record.verdict !== null && modelOf(record) !== undefined).slice(-WINDOW);
    const temperature = judged.reduce((now, { verdict }) => {
      const next = verdict?.decision === "keep" ? now - fall : now + rise;
      return Math.min(high, Math.max(low, next));
    }, start);
    return Math.round(temperature * 100) / 100;
  };
