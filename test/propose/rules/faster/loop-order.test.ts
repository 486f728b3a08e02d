import { expect, it } from "vitest";

import { loopOrder } from "../../../../src/propose/rules/faster/loop-order.ts";
import { applied } from "./applied.ts";

const inC = (body: string): string =>
  `void f() {\n  for (int i = 0; i < n; i++)\n    for (int j = 0; j < m; j++) {\n      ${body}\n    }\n}\n`;
const inScript = (body: string): string =>
  `for (let i = 0; i < n; i++) {\n  for (let j = 0; j < m; j++) {\n    ${body}\n  }\n}\n`;

it.each([
  ["a.c", inC("c[i][j] += a[i][k] * b[k][j];")],
  ["a.c", inC("double d = a[i][j] - mean; d *= d; sum += fabs(d);")],
  ["a.c", inC("c[i * m + j] = a[j * n + i];")],
  ["a.ts", inScript("count[a[i][j]]++;")],
  ["a.ts", inScript("const d = a[i][j] - b[i][j]; total += d * d;")],
  ["a.py", "for i in range(n):\n    for j in range(m):\n        total += grid[j][i]\n"],
  ["a.rs", "fn f() { for i in 0..n { for j in 0..m { let d = a[j][i]; sum += d * d; } } }\n"],
  [
    "a.go",
    "package a\nfunc f() {\n\tfor i := range xs {\n\t\tfor j := range ys {\n\t\t\td := a[j][i]\n\t\t\ts += d * d\n\t\t}\n\t}\n}\n",
  ],
])("rounds that only fill or add up: %s %j", async (path, text) => {
  expect((await applied(loopOrder, path, text)).size).toBe(1);
});

it.each([
  ["a list in their order", "a.ts", inScript("if (a[i] === a[j]) pairs.push([i, j]);")],
  ["rounds that are left out", "a.ts", inScript("if (j <= i) continue; total += a[i] * a[j];")],
  ["the last that is found", "a.ts", inScript("if (a[i][j] > 3) last = j;")],
  ["a table that reads what it has", "a.ts", inScript("t[i][j] = t[i - 1][j] + t[i][j - 1];")],
  ["a row that every round reads", "a.c", inC("best[j] = best[j] + best[j - w[i]];")],
  ["an element that several rounds write", "a.c", inC("c[j] = a[i][j];")],
  ["a sum that a round reads", "a.c", inC("sum += a[i][j]; c[i][j] = sum;")],
  ["what prints", "a.py", "for i in a:\n    for j in b:\n        print(i, j)\n"],
  ["functions of its own", "a.rs", "fn f() { for i in 0..n { for j in 0..m { g(i, j); } } }\n"],
  ["a text that grows", "a.ts", inScript("text += `${a[i][j]} `;")],
  ["a text in their order", "a.py", "for i in a:\n    for j in b:\n        s = s + j\n"],
])("not %s", async (_, path, text) => {
  expect((await applied(loopOrder, path, text)).size).toBe(0);
});
