import { expect, it } from "vitest";

import { lookup } from "../../../../../src/propose/rules/faster/scripts/lookup.ts";
import { applied } from "../applied.ts";
import { moduleOf } from "./running.ts";

const around = (line: string, before = ""): string => `${before}export function f(users, rows, out) {
  for (const row of rows) {
    ${line}
  }
  return out;
}
`;

it.each([
  [
    "users.find((u) => u.id === row.id)",
    "const usersById = Map.groupBy(users, (u) => u.id);",
    "(usersById.get(row.id) ?? []).find((u) => u.id === row.id)",
  ],
  [
    "users.filter((u) => row.id === u.id && u.name > 'b')",
    "const usersById = Map.groupBy(users, (u) => u.id);",
    "(usersById.get(row.id) ?? []).filter((u) => row.id === u.id && u.name > 'b')",
  ],
  [
    "users.some((u) => u.home.town === row.town)",
    "const usersByTown = Map.groupBy(users, (u) => u.home.town);",
    "(usersByTown.get(row.town) ?? []).some((u) => u.home.town === row.town)",
  ],
])("a list that is searched in a loop is sorted into a table before it: %s", async (search, table, instead) => {
  const found = [...(await applied(lookup, "a.mjs", around(`out.push(${search});`))).values()];
  expect(found).toEqual([around(`out.push(${instead});`).replace("  for (const", `  ${table}\n  for (const`)]);
  const users = [0, 1, 2, 1].map((id, i) => ({ id, name: "abc".charAt(i), home: { town: id } }));
  const rows = [
    { id: 1, town: 1 },
    { id: 7, town: 7 },
  ];
  const [before, after] = await Promise.all([around(`out.push(${search});`), found[0] ?? ""].map(moduleOf));
  const run = (made: Record<string, unknown> = {}) => (made["f"] as (...values: unknown[]) => unknown)(users, rows, []);
  expect(run(after)).toEqual(run(before));
});

const OFTEN = `function priceOf(products: Product[], sku: string): number {
  return products.find((p) => p.sku === sku)?.price ?? 0;
}
export interface Product { sku: string; price: number }
export const total = (products: Product[], skus: string[]): number => {
  let sum = 0;
  for (const sku of skus) sum += priceOf(products, sku);
  return sum;
};
`;

it("a table is kept with a list that a function is given again and again, and a change of either throws", async () => {
  const after = (await applied(lookup, "a.ts", OFTEN)).get("keep products by sku with the list") ?? "";
  expect(after).toContain('const productsBySku = tableBy("sku");\n\nfunction priceOf');
  expect(after).toContain("return (productsBySku(products).get(sku) ?? []).find((p) => p.sku === sku)?.price ?? 0;");
  const total = (await moduleOf(after))["total"] as (products: object[], skus: string[]) => number;
  const products = [
    { sku: "a", price: 1 },
    { sku: "b", price: 2 },
  ];
  expect(total(products, ["a", "b", "b", "c"])).toBe(5);
  expect(() => products.push({ sku: "c", price: 3 })).toThrow(TypeError);
  expect(() => ((products[0] as { sku: string }).sku = "z")).toThrow(TypeError);
  expect(() => ((products[0] as { price: number }).price = 9)).not.toThrow();
  expect(total(products, ["a"])).toBe(9);
});

it("members that are no members of the elements themselves are refused, not read once and for all", async () => {
  const after = (await applied(lookup, "a.ts", OFTEN)).get("keep products by sku with the list") ?? "";
  const total = (await moduleOf(after))["total"] as (products: object[], skus: string[]) => number;
  class Product {
    get sku() {
      return "a";
    }
  }
  expect(() => total([new Product()], ["a"])).toThrow("expected each element to have sku as a member of its own");
});

it.each([
  ["grows in the loop", around("if (!users.find((u) => u.id === row.id)) users.push(row);")],
  ["is sorted in the loop", around("users.sort(); out.push(users.find((u) => u.id === row.id));")],
  ["is another one in each round", around("const users = row.users; out.push(users.find((u) => u.id === row.id));")],
  ["is handed to somebody", around("change(users); out.push(users.find((u) => u.id === row.id));")],
  ["has keys that change", around("out.push(users.find((u) => u.id === row.id)); out[0].id = 3;")],
  [
    "has keys that a function changes",
    around("out.push(users.find((u) => u.id === row.id)); g(out);", "const g = (all) => { all[0].id++; };\n"),
  ],
  [
    "is searched with a wait in between",
    around("out.push(users.find((u) => u.id === row.id)); await row;").replace(
      "export function",
      "export async function",
    ),
  ],
  [
    "is searched by what changes something",
    around("out.push(users.find((u) => n++ > 0 && u.id === row.id));", "let n = 0;\n"),
  ],
  ["is searched for what is only alike", around("out.push(users.find((u) => u.id == row.id));")],
  ["is searched for one of two", around("out.push(users.find((u) => u.id === row.id || u.name === row.name));")],
  ["is searched by place", around("out.push(users.find((u, i) => u.id === row.id + i));")],
  ["is searched once", "export const f = (users, id) => {\n  return users.find((u) => u.id === id);\n};\n"],
  ["may not be there", around("out.push(users?.find((u) => u.id === row.id));")],
])("a list is left alone that %s", async (_why, text) => {
  expect([...(await applied(lookup, "a.ts", text)).keys()]).toEqual([]);
});

it.each([
  ["changed after the call", OFTEN.replace("  return sum", "  products.push({ sku: '', price: 0 });\n  return sum")],
  ["made anew for each call", OFTEN.replace("priceOf(products,", "priceOf([...products],")],
  ["changed by the function", OFTEN.replace("  return products.find", "  products.sort();\n  return products.find")],
  ["of a script in which nothing would throw", OFTEN.replaceAll("export ", "")],
])("no table is kept with a list that is %s", async (_why, text) => {
  expect([...(await applied(lookup, "a.ts", text)).keys()]).toEqual([]);
});
