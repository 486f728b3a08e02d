/**
 * The same report, worked out another way: what the evaluator compares with. The program cannot see this file. Written to
 * be plainly right and quick enough, not to be the fastest.
 */
import type { Input } from "./generate.ts";

interface Sale {
  readonly id: string;
  readonly minute: number;
  readonly month: string;
  readonly customer: string;
  readonly region: string;
  readonly cents: number;
}

export function referenceReport({ orders, products }: Input): string {
  const prices = new Map(rowsOf(products).map(([product, , cents]) => [product, Number(cents)]));
  const sales = rowsOf(orders).map(([id, time, customer, region, product, quantity]): Sale => {
    const minute = Date.parse(`${time}:00Z`) / 60_000;
    const cents = Number(quantity) * (prices.get(product as string) ?? 0);
    return { id: id!, minute, month: time!.slice(0, 7), customer: customer!, region: region!, cents };
  });
  return [
    `${sales.length} orders, ${money(sum(sales))}, median ${money(median(sales))}`,
    ...grouped(sales, "month").flatMap(([month, some]) => [
      `\n${month}: ${some.length} orders, ${money(sum(some))}`,
      ...grouped(some, "region").map(
        ([region, few]) => `  ${region.padEnd(8)} ${money(sum(few))}, median ${money(median(few))}`,
      ),
    ]),
    "\nBest customers",
    ...best(sales, 20).map(([customer, cents]) => `  ${customer}: ${money(cents)}`),
    "\nEntered twice?",
    ...twice(sales, 30).map(([one, other]) => `  ${one} ${other}`),
    "",
  ].join("\n");
}

/** The fields of every row but the header. */
const rowsOf = (csv: string): string[][] =>
  csv
    .split("\n")
    .slice(1, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain as string) : quoted.replaceAll('""', '"'),
      ),
    );

function grouped(sales: readonly Sale[], by: "month" | "region" | "customer"): [string, Sale[]][] {
  const groups = new Map<string, Sale[]>();
  for (const sale of sales) {
    const group = groups.get(sale[by]);
    if (group === undefined) groups.set(sale[by], [sale]);
    else group.push(sale);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const sum = (sales: readonly Sale[]): number => sales.reduce((all, { cents }) => all + cents, 0);

function median(sales: readonly Sale[]): number {
  const sorted = Float64Array.from(sales, ({ cents }) => cents).sort();
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

const best = (sales: readonly Sale[], count: number): [string, number][] =>
  grouped(sales, "customer")
    .map(([customer, some]): [string, number] => [customer, sum(some)])
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b, "en"))
    .slice(0, count);

function twice(sales: readonly Sale[], minutes: number): [string, string][] {
  const pairs: [Sale, Sale][] = grouped(sales, "customer").flatMap(([, some]) =>
    some.flatMap((one, i) =>
      some
        .slice(i + 1)
        .filter((other) => other.cents === one.cents && Math.abs(other.minute - one.minute) <= minutes)
        .map((other): [Sale, Sale] => [one, other]),
    ),
  );
  const place = new Map(sales.map(({ id }, i) => [id, i]));
  const at = ({ id }: Sale): number => place.get(id) as number;
  return pairs.sort(([a, x], [b, y]) => at(a) - at(b) || at(x) - at(y)).map(([one, other]) => [one.id, other.id]);
}

const money = (cents: number): string => (cents / 100).toFixed(2);
