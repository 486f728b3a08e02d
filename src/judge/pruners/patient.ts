/**
 * Asks another pruner only once the loss has stopped falling: a trial that still improves is left alone (Optuna's
 * PatientPruner). Without another pruner it stops whatever has stopped improving.
 */
import { checkNow, type Pruner } from "../pruner.ts";

export interface PatientOptions {
  /** The pruner that decides; undefined to stop at once. */
  readonly inner?: Pruner;
  /** Checks in a row without improvement. */
  readonly patience?: number;
  /** A fall of the loss by less than this is none. */
  readonly least?: number;
}

export function patientPruner({ inner, patience = 4, least = 0 }: PatientOptions = {}): Pruner {
  return {
    name: "patient",
    judge(evidence) {
      const k = checkNow(evidence);
      const before = lowest(evidence.live.levels.slice(0, -patience));
      if (k <= patience || lowest(evidence.live.levels.slice(-patience)) < before - least) return null;
      return inner === undefined ? `no improvement in ${patience} checks` : inner.judge(evidence);
    },
  };
}

const lowest = (levels: readonly number[]): number => Math.min(...levels.filter(Number.isFinite));
