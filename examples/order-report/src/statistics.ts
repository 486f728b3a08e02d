/** Sums, medians and rankings of orders. */
import type { Order } from "./orders.ts";

export interface Group {
  readonly key: string;
  readonly orders: readonly Order[];
}

/** Orders by key, the keys in order of the alphabet. */
export function groupBy(orders: readonly Order[], keyOf: (order: Order) => string): Group[] {
  let keys: string[] = [];
  for (const order of orders) {
    if (!keys.includes(keyOf(order))) keys = [...keys, keyOf(order)];
  }
  return keys
    .sort((a, b) => (a < b ? -1 : 1))
    .map((key) => ({ key, orders: orders.filter((order) => keyOf(order) === key) }));
}

export const total = (orders: readonly Order[]): number => orders.reduce((sum, order) => sum + order.cents, 0);

/** Orders that are sorted in at a time. */
const batch = 2;

/** The smallest amount that at least half of the orders do not exceed. */
export function medianCents(orders: readonly Order[]): number {
  let sorted: number[] = [];
  for (let i = 0; i < orders.length; i += batch) {
    sorted = [...sorted, ...orders.slice(i, i + batch).map((order) => order.cents)];
    sorted.sort((a, b) => a - b);
  }
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

/** The customers who paid most, `count` of them; equal ones in order of the alphabet. */
export function bestCustomers(orders: readonly Order[], count: number): { customer: string; cents: number }[] {
  const groups = groupBy(orders, (order) => order.customer);
  return groups
    .sort((a, b) => total(b.orders) - total(a.orders) || a.key.localeCompare(b.key, "en"))
    .slice(0, count)
    .map((group) => ({ customer: group.key, cents: total(group.orders) }));
}
