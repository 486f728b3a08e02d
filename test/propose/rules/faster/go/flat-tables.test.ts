import { expect, it } from "vitest";

import { flatTables } from "../../../../../src/propose/rules/faster/go/flat-tables.ts";
import { applied } from "../applied.ts";
import { go, rewritten } from "./run-go.ts";

const USE = "\trows[1] = append(rows[1], 9)\n\trows[0][1] = 7\n\tfmt.Println(rows, len(rows[1]))";

it.each([
  "\tn, m := 3, 4\n\trows := make([][]int, n)\n\tfor i := range rows {\n\t\trows[i] = make([]int, m+1)\n\t\trows[i][0] = i\n\t}\n",
  "\tn, m := 3, []int{1, 2}\n\trows := make([][]int, n)\n\tfor i := 0; i < n; i++ {\n\t\trows[i] = make([]int, len(m))\n\t}\n",
  "\trows := make([][]int, 3)\n\tfor i := range 2 {\n\t\trows[i] = make([]int, 2)\n\t}\n".replace(
    "range 2",
    "range rows",
  ),
])("cuts rows out of one piece that do not run into each other: %#", async (making) => {
  expect(await rewritten(flatTables, go(making + USE))).toMatch(/cells := make\(\[\]int, len\(rows\)\*/);
});

it.each([
  ["rows of different widths", "\tfor i := range rows {\n\t\trows[i] = make([]int, i+1)\n\t}"],
  ["a width that changes", "\tm := 1\n\tfor i := range rows {\n\t\trows[i] = make([]int, m)\n\t\tm++\n\t}"],
  ["a width that a function gives", "\tfor i := range rows {\n\t\trows[i] = make([]int, width())\n\t}"],
  ["rows with room", "\tfor i := range rows {\n\t\trows[i] = make([]int, 0, 3)\n\t}"],
  ["rows in another order", "\tfor i := range rows {\n\t\trows[2-i] = make([]int, 2)\n\t}"],
])("leaves alone %s", async (_what, loop) => {
  const text = go(`\trows := make([][]int, 3)\n${loop}\n\tfmt.Println(rows)`, {
    more: "func width() int { return 2 }",
  });
  expect([...(await applied(flatTables, "main.go", text)).keys()]).toEqual([]);
});
