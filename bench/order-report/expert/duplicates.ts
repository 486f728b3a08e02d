/** Compares an order only with later ones of the same customer and amount. */
import type { Order } from "./orders.ts";

const WINDOW_MINUTES = 30;

export function findDuplicates(orders: readonly Order[]): [string, string][] {
  const groups = new Map<string, number[]>();
  for (const [i, { customer, cents }] of orders.entries()) {
    const key = `${cents} ${customer}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  const pairs: [number, number][] = [];
  for (const group of groups.values()) {
    for (let i = 0; i < group.length; i++) {
      for (let j = i + 1; j < group.length; j++) {
        const [one, other] = [group[i] as number, group[j] as number];
        if (Math.abs(minutes(orders[one] as Order) - minutes(orders[other] as Order)) <= WINDOW_MINUTES)
          pairs.push([one, other]);
      }
    }
  }
  pairs.sort(([a, b], [c, d]) => a - c || b - d);
  return pairs.map(([one, other]) => [(orders[one] as Order).id, (orders[other] as Order).id]);
}

const minutes = ({ time }: Order): number => Date.parse(`${time}:00Z`) / 60_000;
