/**
 * How the run's error probability α is divided among contests whose number nobody knows. Each purse holds a share of α
 * and pays its j-th contest γ_j of it; a contest that keeps gives its level back to the next one (online fallback,
 * Tian & Ramdas 2021). At any time the levels of all contests that did not keep sum to α or less.
 */
import type { Purse, Spending } from "../core/contest.ts";

/** Shares of α. Clear looks are rare under noise alone, so their purse stays nearly full. */
const SHARES: Readonly<Record<Purse, number>> = { clear: 0.6, close: 0.25, simpler: 0.15 };

export const NOTHING_SPENT: Readonly<Record<Purse, Spending>> = {
  clear: { contests: 0, refund: 0 },
  close: { contests: 0, refund: 0 },
  simpler: { contests: 0, refund: 0 },
};

/** Level of the next contest of a purse. */
export const nextLevel = (alpha: number, purse: Purse, { contests, refund }: Spending): number =>
  (alpha * SHARES[purse] * (contests + 1) ** -EXPONENT) / ZETA + refund;

const EXPONENT = 1.6;
/** Σ j^−1.6, so that γ sums to 1. */
const ZETA = 2.2857656656;
