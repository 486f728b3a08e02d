import { expect, it } from "vitest";

import { knownValues } from "../../../../../src/propose/rules/faster/go/known-values.ts";
import { applied } from "../applied.ts";
import { go, rewritten } from "./run-go.ts";

const MORE = `type Set struct {
	words []string
}
func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}
func more(list []string) []string {
	return append(list, "more")
}
`;
const unique = (asked: string, grown = "seen = append(seen, w)") => `	var seen []string
	for i, w := range []string{"a", "b", "a", "c", "b"} {
		if i < 9 && !${asked} {
			${grown}
		} else if contains(seen, "c") {
			fmt.Println(w)
		}
	}
	fmt.Println(seen)`;

it("knows what is in a slice that grows meanwhile", async () => {
  const after = [...(await applied(knownValues, "main.go", go(unique("contains(seen, w)"), { more: MORE }))).values()];
  expect(after[0]).toContain("seenHas, seenKnown := map[string]bool{}, 0\n\tfor i, w");
  expect(after[0]).toContain(
    "for ; seenKnown < len(seen); seenKnown++ {\n\t\t\tseenHas[seen[seenKnown]] = true\n\t\t}\n\t\tif i < 9 && !seenHas[w] {",
  );
});

it.each([
  [
    "a variable, by slices",
    unique("slices.Contains(seen, w)").replace('contains(seen, "c")', "len(w) > 3"),
    ["fmt", "slices"],
  ],
  [
    "a member",
    '\ts := &Set{}\n\tfor _, w := range []string{"a", "a"} {\n\t\tif !contains(s.words, w) {\n\t\t\ts.words = append(s.words, w)\n\t\t}\n\t}\n\tfmt.Println(s.words)',
    ["fmt"],
  ],
])("asks a table what is in %s", async (_what, main, imports) => {
  expect(await rewritten(knownValues, go(main, { imports, more: MORE }))).toMatch(/Known\+\+/);
});

it.each([
  ["a slice that gets shorter", unique("contains(seen, w)", "seen = append(seen[1:], w)")],
  ["an element that is given another value", unique("contains(seen, w)", "seen[0] = w")],
  ["a slice that something else makes longer", unique("contains(seen, w)", "seen = more(seen)")],
  [
    "a slice that something longer is asked for",
    unique("contains(more(seen), w)", "fmt.Println()").replace('contains(seen, "c")', "true"),
  ],
  ["a slice that grows before it is asked", unique("contains(seen, w)").replace("i < 9", "len(more(seen)) > 0")],
  ["a function that asks something else", unique("contains(seen, w)"), MORE.replace("item == text", "item > text")],
])("leaves alone %s", async (_what, main, more = MORE) => {
  expect([...(await applied(knownValues, "main.go", go(main, { more }))).keys()]).toEqual([]);
});
