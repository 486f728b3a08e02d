/**
 * One running trial under a pruner: cuts its curve into checks, asks the pruner once at each, and lets a random share
 * of those it would stop run on (the audit), so that the share of wrong stops can be measured. No clock, no I/O.
 */
import type { Random } from "../core/numerics/random.ts";
import type { CurvePoint } from "../core/trial.ts";
import { divergence } from "./divergence.ts";
import { type CheckGrid, trajectoryOf } from "./forecast/trajectory.ts";
import type { PastTrial, Pruner } from "./pruner.ts";

export interface WatchOptions {
  readonly trial: number;
  readonly pruner: Pruner;
  readonly grid: CheckGrid;
  /** The champion's score, in regret space; null while there is none. */
  readonly incumbent: number | null;
  /**
   * Finished trials when this one starts; later ones are not looked at, so that a replay sees the same. Asked at checks
   * only: a program that reports nothing has none, and the others run meanwhile.
   */
  readonly past: () => readonly PastTrial[];
  /** Share of would-be stops that run to their end, in [0, 1]. */
  readonly audit: number;
  /** Draws the audit; of this trial alone. */
  readonly random: Random;
}

/** A stop that was not carried out. */
export interface AuditedStop {
  /** On the budget's clock. */
  readonly seconds: number;
  readonly reason: string;
}

export interface TrialWatch {
  /** Call after every new point with all points so far. A sentence means: stop. Cheap between checks. */
  observe(curve: readonly CurvePoint[]): string | undefined;
  audited(): AuditedStop | undefined;
}

export function watchTrial({ trial, pruner, grid, incumbent, past, audit, random }: WatchOptions): TrialWatch {
  const isAudited = random.next() < audit;
  const { trainSeconds, checks } = grid;
  let judged = 0;
  let audited: AuditedStop | undefined;
  const judge = (curve: readonly CurvePoint[], seconds: number): string | undefined => {
    const live = trajectoryOf(curve, grid);
    judged = live.levels.length;
    if (judged === 0 || judged >= checks || audited !== undefined) return undefined;
    const reason = pruner.judge({ trial, live, checks, incumbent, past: past() });
    if (reason === null) return undefined;
    if (!isAudited) return `${pruner.name}: ${reason}`;
    audited = { seconds, reason };
    return undefined;
  };
  return {
    observe(curve) {
      const broken = divergence(curve);
      if (broken !== undefined) return broken;
      const { seconds } = curve.at(-1) ?? { seconds: 0 };
      return seconds * checks >= (judged + 1) * trainSeconds * (1 - 1e-12) ? judge(curve, seconds) : undefined;
    },
    audited: () => audited,
  };
}
