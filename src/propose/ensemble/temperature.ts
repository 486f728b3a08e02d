/**
 * How boldly a model is asked: warmer while nothing helps, cooler after a keep. A low temperature gives the likeliest
 * answer again and again; a higher one gives answers that differ, of which each is a little more often wrong but the best of
 * many is better (Chen et al. 2021, arXiv 2107.03374, §3.2: the best temperature grows with the number of samples).
 */
import type { ProposerContext } from "../types.ts";
import { modelOf } from "./notes.ts";

/** Undefined: the provider's default. */
export type Temperature = (context: ProposerContext) => number | undefined;

/** Of the first ask. */
const START = 0.7;
const [LOW, HIGH] = [0.2, 1.2];
/** Added for every trial that was not kept. */
const RISE = 0.03;
/** Taken off for every keep. */
const FALL = 0.25;
/** Trials of models that are looked at: the window of autoresearch-rl §4.3. */
const WINDOW = 32;

/** A temperature in [LOW, HIGH] from the verdicts on the last 32 trials that came from models, to two decimals. */
export const scheduledTemperature: Temperature = ({ history }) => {
  const judged = history.filter((record) => record.verdict !== null && modelOf(record) !== undefined).slice(-WINDOW);
  const temperature = judged.reduce((now, { verdict }) => {
    const next = verdict?.decision === "keep" ? now - FALL : now + RISE;
    return Math.min(HIGH, Math.max(LOW, next));
  }, START);
  return Math.round(temperature * 100) / 100;
};
