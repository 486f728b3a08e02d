/**
 * When an agent whose edits come to nothing is asked again. One that worked before may have used up what its account
 * allows per hour, or its server is away: that ends no night. One that never worked is set up wrongly.
 */

/** Edits in a row without a usable change after which it rests. */
const FAILURES = 3;
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

export interface AgentRest {
  /** Milliseconds until it is asked again; Infinity: not in this session. */
  leftMs(): number;
  /** To be told what each edit came to. Returns how long a rest begins with it, in milliseconds: 0 for none. */
  after(isUsable: boolean): number;
}

/** A rest is twice as long as the one before, until an edit is usable. `now` in milliseconds. */
export function agentRest(now: () => number): AgentRest {
  let [failures, hasWorked, until] = [0, false, 0];
  return {
    leftMs: () => Math.max(0, until - now()),
    after(isUsable) {
      hasWorked ||= isUsable;
      failures = isUsable ? 0 : failures + 1;
      const restMs = hasWorked ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - FAILURES)) : Number.POSITIVE_INFINITY;
      if (failures < FAILURES) return 0;
      until = now() + restMs;
      return restMs;
    },
  };
}
