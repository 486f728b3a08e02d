import { expect, it } from "vitest";

import { ownSort } from "../../../../../src/propose/rules/faster/c/own-sort.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const IF =
  "if (a[j].k > a[j + 1].k) {\n                struct row t = a[j];\n                a[j] = a[j + 1];\n                a[j + 1] = t;\n            }";

const SHAPES: readonly (readonly [string, string])[] = [
  ["by bubbles", `for (int i = 0; i < n - 1; i++)\n        for (int j = 0; j < n - 1 - i; j++)\n            ${IF}`],
  [
    "by bubbles, all rounds alike",
    `for (int i = 0; i < n; i++) {\n        for (int j = 0; j + 1 < n; j++) {\n            ${IF}\n        }\n    }`,
  ],
  [
    "by bubbles until none rises",
    `int swapped = 1;\n    while (swapped) {\n        swapped = 0;\n        for (int j = 0; j < n - 1; j++) {\n            ${IF.replace("= t;", "= t;\n                swapped = 1;")}\n        }\n    }`,
  ],
  [
    "by insertion",
    "for (int i = 1; i < n; i++) {\n        struct row key = a[i];\n        int j = i - 1;\n        while (j >= 0 && a[j].k > key.k) {\n            a[j + 1] = a[j];\n            j--;\n        }\n        a[j + 1] = key;\n    }",
  ],
];

const program = (loops: string) => `#include <stdio.h>
struct row { int k, id; };
static void sort_rows(struct row *a, int n) {
    ${loops}
}
int main(void) {
    struct row rows[300];
    for (int n = 0; n < 300; n += 37) {
        for (int i = 0; i < n; i++) rows[i] = (struct row){i * 7919 % 41, i};
        sort_rows(rows, n);
        for (int i = 0; i < n; i++) printf("%d.%d ", rows[i].k, rows[i].id);
    }
    return 0;
}
`;

it.each(SHAPES)("a sort %s becomes one by merging, and leaves what is equal in its order", async (_what, loops) => {
  const text = program(loops);
  const made = await applied(ownSort, "a.c", text);
  expect([...made.keys()]).toEqual(["sort a by merging"]);
  if (canCompile("c")) expect(printed("c", [...made.values()][0] ?? "")).toBe(printed("c", text));
});

const CPP = `#include <iostream>
#include <vector>
#include <string>
struct Row { std::string name; int k; };
int main() {
    std::vector<Row> rows;
    for (int i = 0; i < 50; i++) rows.push_back({std::to_string(i), i * 31 % 7});
    for (size_t i = 0; i < rows.size(); i++) {
        for (size_t j = 0; j + 1 < rows.size(); j++) {
            if (rows[j].k < rows[j + 1].k) {
                std::swap(rows[j], rows[j + 1]);
            }
        }
    }
    int xs[5] = {3, 1, 2, 5, 4};
    for (int i = 0; i < 5; i++)
        for (int j = i + 1; j < 5; j++)
            if (xs[j] < xs[i]) std::swap(xs[i], xs[j]);
    for (const auto& row : rows) std::cout << row.name << " ";
    for (int x : xs) std::cout << x;
}
`;

it("C++ has a sort that does so", async () => {
  const made = await applied(ownSort, "a.cpp", CPP);
  expect([...made.keys()]).toEqual(["sort rows by merging", "sort xs by merging"]);
  for (const after of made.values()) {
    expect(after).toContain("#include <algorithm>");
    if (canCompile("cpp")) expect(printed("cpp", after)).toBe(printed("cpp", CPP));
  }
});

const [, BUBBLES] = SHAPES[0] ?? ["", ""];

it.each([
  ["that moves what is equal", BUBBLES.replace("a[j].k > a", "a[j].k >= a")],
  ["that is not all of one", BUBBLES.replace("int i = 0; i < n - 1", "int i = 0; i < 3")],
  ["that does more", BUBBLES.replace("= t;", "= t;\n                swaps++;")],
  ["by places", BUBBLES.replace("a[j].k >", "weight[j] * a[j].k >")],
  [
    "of pairs by a part of them",
    "for (int i = 0; i < n; i++)\n        for (int j = i + 1; j < n; j++)\n            if (a[j].k < a[i].k) {\n                struct row t = a[i];\n                a[i] = a[j];\n                a[j] = t;\n            }",
  ],
  ["by a function that is not here", BUBBLES.replace("a[j].k > a[j + 1].k", "is_after(&a[j], &a[j + 1])")],
])("leaves alone a sort %s", async (_what, loops) => {
  expect([...(await applied(ownSort, "a.c", program(loops))).keys()]).toEqual([]);
});
