import { expect, it } from "vitest";

import { recursion } from "../../../../../src/propose/rules/faster/c/recursion.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const C = `#include <stdio.h>
#include <string.h>
static int grid[9][9];
static long ways(int row, int col) {
    if (row < 0 || col < 0 || grid[row][col]) return 0;
    if (row == 0 && col == 0) return 1;
    return ways(row - 1, col) + ways(row, col - 1);
}
static int common(const char *a, const char *b, int i, int depth) {
    if (a[i] == 0 || b[depth] == 0) return 0;
    if (a[i] == b[depth]) return 1 + common(a, b, i + 1, depth + 1);
    int left = common(a, b, i + 1, depth);
    int right = common(a, b, i, depth + 1);
    return left > right ? left : right;
}
int main(void) {
    printf("%ld ", ways(8, 8));
    grid[3][3] = 1;
    printf("%ld %d %d", ways(8, 8), common("abcbdab", "bdcaba", 0, 0), common("abcbdab", "xdcxba", 0, 0));
    return 0;
}
`;

it("a function that comes to itself remembers within one call from outside, and not from one to the next", async () => {
  const made = await applied(recursion, "a.c", C);
  expect([...made.keys()]).toEqual(["ways remembers what it gave", "common remembers what it gave"]);
  for (const after of made.values()) if (canCompile("c")) expect(printed("c", after)).toBe("12870 7830 4 3");
});

it.each([
  ["does something", "int f(int n) { total++; return f(n - 1) + f(n - 2); }\n"],
  ["calls another that might", "int f(int n) { return n < 2 ? g(n) : f(n - 1) + f(n - 2); }\n"],
  ["writes into an array", "int f(int *a, int n) { a[n] = 1; return f(a, n - 1) + f(a, n - 2); }\n"],
  ["is handed something else", "int f(const char *s, int n) { return f(s + 1, n) + f(s, n - 1); }\n"],
  ["comes to itself once", "int f(int n) { return n < 2 ? 1 : n * f(n - 1); }\n"],
  ["changes what it was given", "int f(int n) { n--; return f(n) + f(n - 1); }\n"],
  ["may be left by an exception", "int f(int n) { if (n < 0) throw n; return f(n - 1) + f(n - 2); }\n"],
])("leaves alone one that %s", async (_what, text) => {
  expect([...(await applied(recursion, "a.cpp", text)).keys()]).toEqual([]);
});
