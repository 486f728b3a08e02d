/** The program: from an export of orders and a list of products to the monthly report. */
import { findDuplicates } from "./duplicates.ts";
import { readOrders } from "./orders.ts";
import { bestCustomers, groupBy, medianCents, total } from "./statistics.ts";

/** The whole report as text; what every line holds is fixed, how it is worked out is not. */
export function writeReport(ordersCsv: string, productsCsv: string): string {
  const orders = readOrders(ordersCsv, productsCsv);
  let report = `${orders.length} orders, ${money(total(orders))}, median ${money(medianCents(orders))}\n`;
  for (const month of groupBy(orders, (order) => order.month)) {
    report += `\n${month.key}: ${month.orders.length} orders, ${money(total(month.orders))}\n`;
    for (const region of groupBy(month.orders, (order) => order.region)) {
      const median = money(medianCents(region.orders));
      report += `  ${region.key.padEnd(8)} ${money(total(region.orders))}, median ${median}\n`;
    }
  }
  report += "\nBest customers\n";
  for (const { customer, cents } of bestCustomers(orders, 20)) report += `  ${customer}: ${money(cents)}\n`;
  report += "\nEntered twice?\n";
  for (const [one, other] of findDuplicates(orders)) report += `  ${one} ${other}\n`;
  return report;
}

const money = (cents: number): string => (cents / 100).toFixed(2);
