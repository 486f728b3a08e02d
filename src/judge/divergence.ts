/**
 * Tells a training run that has blown up, from its curve alone. Deliberately blunt: one spike is forgiven, and so is a loss
 * that a program may still come back from (bench/early-stopping/divergence.ts).
 */
import type { CurvePoint } from "../core/trial.ts";

/** Points in a row that must agree. */
const PERSISTENCE = 2;
/** How many times its size at the start the loss must have risen above that start. */
const EXPLOSION = 1000;
/** Losses that start nearer to zero than this say nothing about the size of later ones. */
const SMALLEST = 1;

/** One sentence if the loss has stopped being a number or has exploded, twice in a row, else undefined. */
export function divergence(curve: readonly CurvePoint[]): string | undefined {
  const recent = curve.slice(-PERSISTENCE);
  const [first, last] = [curve[0], recent.at(-1)];
  if (first === undefined || last === undefined || recent.length < PERSISTENCE) return undefined;
  const size = Number.isFinite(first.loss) ? Math.abs(first.loss) : 0;
  const ceiling = (Number.isFinite(first.loss) ? first.loss : 0) + EXPLOSION * Math.max(size, SMALLEST);
  if (recent.some(({ loss }) => Number.isFinite(loss) && loss <= ceiling)) return undefined;
  return Number.isFinite(last.loss)
    ? `the loss exploded from ${format(first.loss)} to ${format(last.loss)}`
    : `the loss became ${last.loss}`;
}

const format = (loss: number): string => loss.toPrecision(4);
