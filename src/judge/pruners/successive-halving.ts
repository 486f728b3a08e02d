/**
 * Asynchronous successive halving (ASHA, Li et al. 2020): at rungs that lie a factor η apart, only the best 1/η of all
 * trials that came so far go on. Needs no warm-up and gives no guarantee.
 */
import { checkNow, levelsAt, type Pruner } from "../pruner.ts";

export interface HalvingOptions {
  /** η > 1. */
  readonly reduction?: number;
  /** Check of the first rung. */
  readonly firstRung?: number;
}

export function successiveHalvingPruner({ reduction = 4, firstRung = 1 }: HalvingOptions = {}): Pruner {
  return {
    name: "successive-halving",
    judge(evidence) {
      const k = checkNow(evidence);
      if (!isRung(k, { firstRung, reduction })) return null;
      const own = evidence.live.levels[k - 1] ?? Number.NaN;
      const others = levelsAt(evidence.past, k);
      const promoted = Math.max(1, Math.floor((others.length + 1) / reduction));
      // Not `level <= own`: whatever shows no number is worse than all that do.
      const better = others.filter((level) => !(level > own)).length;
      if (others.length === 0 || better < promoted) return null;
      return Number.isFinite(own)
        ? `not among the best ${promoted} of ${others.length + 1} at this rung`
        : "no finite loss at this rung";
    },
  };
}

/** Rungs are at firstRung·η^j, rounded. */
function isRung(k: number, { firstRung, reduction }: Required<HalvingOptions>): boolean {
  for (let rung = firstRung; Math.round(rung) <= k; rung *= reduction) if (Math.round(rung) === k) return true;
  return false;
}
