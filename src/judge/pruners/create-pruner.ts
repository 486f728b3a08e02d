/** The pruner that a task names. */
import { StropError } from "../../core/errors.ts";
import type { Pruner } from "../pruner.ts";
import { hyperbandPruner } from "./hyperband.ts";
import { medianPruner } from "./median.ts";
import { neverStop } from "./none.ts";
import { patientPruner } from "./patient.ts";
import { percentilePruner } from "./percentile.ts";
import { type SelfEvaluationOptions, selfEvaluationPruner } from "./self-evaluation.ts";
import { successiveHalvingPruner } from "./successive-halving.ts";
import { thresholdPruner } from "./threshold.ts";

export interface PrunerOptions extends SelfEvaluationOptions {
  /** For `percentile`. */
  readonly percentile?: number;
  /** For `threshold`: stop above this loss. */
  readonly threshold?: number;
  /** For `patient`: checks without improvement. */
  readonly patience?: number;
}

const PRUNERS: Readonly<Record<string, (options: PrunerOptions) => Pruner>> = {
  "self-evaluation": selfEvaluationPruner,
  median: () => medianPruner(),
  percentile: ({ percentile }) => percentilePruner(percentile === undefined ? {} : { percentile }),
  "successive-halving": () => successiveHalvingPruner(),
  hyperband: () => hyperbandPruner(),
  patient: ({ patience }) => patientPruner(patience === undefined ? {} : { patience }),
  threshold: ({ threshold }) => thresholdPruner(threshold === undefined ? {} : { upper: threshold }),
  none: () => neverStop,
};

export const PRUNER_NAMES: readonly string[] = Object.freeze(Object.keys(PRUNERS));

/** Throws StropError `judge.unknown-pruner`. Options that a pruner has not are ignored. */
export function createPruner(name: string, options: PrunerOptions = {}): Pruner {
  const create = Object.hasOwn(PRUNERS, name) ? PRUNERS[name] : undefined;
  if (create !== undefined) return create(options);
  throw new StropError("judge.unknown-pruner", `expected one of ${PRUNER_NAMES.join(", ")}, found ${name}`, {
    hint: "name one of these, with --pruner or as `judge.pruner` in the task's config",
  });
}
