/** Orders with the price of their product and the month that they count for. */
import { records } from "./csv.ts";
import { createIndex } from "./index-by.ts";

export interface Order {
  readonly id: string;
  /** As exported: `2024-05-17T09:30`, in UTC. */
  readonly time: string;
  /** `2024-05`. */
  readonly month: string;
  readonly customer: string;
  readonly region: string;
  readonly cents: number;
}

export function readOrders(ordersCsv: string, productsCsv: string): Order[] {
  const products = createIndex(records(productsCsv), (product) => product["product"] as string);
  return records(ordersCsv).map((record) => {
    const product = products.find(record["product"] as string);
    return {
      id: record["id"] as string,
      time: record["time"] as string,
      month: monthOf(record["time"] as string),
      customer: record["customer"] as string,
      region: record["region"] as string,
      cents: Number(record["quantity"]) * Number(product?.["cents"] ?? 0),
    };
  });
}

function monthOf(time: string): string {
  const date = new Date(`${time}:00Z`);
  const month = date.toLocaleDateString("en-US", { timeZone: "UTC", month: "2-digit" });
  return `${date.getUTCFullYear()}-${month}`;
}
