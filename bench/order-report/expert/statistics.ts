/** Groups in one pass, sorts once. */
import type { Order } from "./orders.ts";

export interface Group {
  readonly key: string;
  readonly orders: readonly Order[];
}

export function groupBy(orders: readonly Order[], keyOf: (order: Order) => string): Group[] {
  const groups = new Map<string, Order[]>();
  for (const order of orders) {
    const group = groups.get(keyOf(order));
    if (group === undefined) groups.set(keyOf(order), [order]);
    else group.push(order);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, some]) => ({ key, orders: some }));
}

export const total = (orders: readonly Order[]): number => orders.reduce((sum, order) => sum + order.cents, 0);

export function medianCents(orders: readonly Order[]): number {
  const sorted = Float64Array.from(orders, (order) => order.cents).sort();
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

export function bestCustomers(orders: readonly Order[], count: number): { customer: string; cents: number }[] {
  return groupBy(orders, (order) => order.customer)
    .map((group) => ({ customer: group.key, cents: total(group.orders) }))
    .sort((a, b) => b.cents - a.cents || a.customer.localeCompare(b.customer, "en"))
    .slice(0, count);
}
