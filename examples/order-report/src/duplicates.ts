/** Orders that were probably entered twice. */
import type { Order } from "./orders.ts";

const WINDOW_MINUTES = 30;

/** Pairs of ids: the same customer and amount, at most half an hour apart. In order of the first, then of the second. */
export function findDuplicates(orders: readonly Order[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < orders.length; i++) {
    for (let j = 0; j < orders.length; j++) {
      if (j <= i) continue;
      const [one, other] = [orders[i] as Order, orders[j] as Order];
      if (one.customer !== other.customer || one.cents !== other.cents) continue;
      if (Math.abs(minutes(one.time) - minutes(other.time)) <= WINDOW_MINUTES) pairs.push([one.id, other.id]);
    }
  }
  return pairs;
}

const minutes = (time: string): number => Date.parse(`${time}:00Z`) / 60_000;
