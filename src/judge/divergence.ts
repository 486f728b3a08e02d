/**
 * Tells a training run that has blown up, from its curve alone. Deliberately blunt: it is right about every curve it
 * condemns, and leaves the subtle ones to a forecast.
 */
import type { CurvePoint } from "../core/trial.ts";

/** Points in a row that must agree, so that one spike is forgiven. */
const PERSISTENCE = 3;
/** How many times its size at the start the loss must have risen above that start. */
const EXPLOSION = 4;
/** Losses that start near zero are measured against this. */
const SMALLEST = 1e-3;

/** One sentence if the loss has stopped being a number or has exploded for good, else undefined. */
export function divergence(curve: readonly CurvePoint[]): string | undefined {
  const last = curve.at(-1);
  const first = curve[0];
  if (last === undefined || first === undefined) return undefined;
  if (!Number.isFinite(last.loss)) return `the loss became ${last.loss}`;
  const ceiling = first.loss + EXPLOSION * Math.max(Math.abs(first.loss), SMALLEST);
  const recent = curve.slice(-PERSISTENCE);
  const hasExploded = recent.length === PERSISTENCE && recent.every((point) => point.loss > ceiling);
  return hasExploded ? `the loss exploded from ${format(first.loss)} to ${format(last.loss)}` : undefined;
}

const format = (loss: number): string => loss.toPrecision(4);
