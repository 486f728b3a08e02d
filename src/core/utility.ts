/**
 * Utilities (STOP §3): a function from a program's text to a number in [0, 1], with a description. A downstream task is
 * one, and so is the meta-utility of an improver, so they nest.
 */

export interface UtilityResult {
  /** In [0, 1]; 0 for a solution that fails (App. A: u(⊥) = 0). */
  readonly score: number;
  /** Why it failed, one sentence; "" when it did not. */
  readonly reason: string;
  /** What a reward hack would look like, by name: `out-of-range`, `not-a-number`, `wrong-shape` … (§6.3). */
  readonly flags: readonly string[];
  /** By instance, or by downstream run of a meta-utility. */
  readonly parts: readonly number[];
}

export interface UtilityFunction {
  /** What an improver is told of it: source text or prose, at most a few kilobytes. */
  readonly description: string;
  /** Rejects only when the harness fails; a bad solution is a result. */
  score(solution: string, signal: AbortSignal): Promise<UtilityResult>;
}
