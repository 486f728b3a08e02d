import { expect, it } from "vitest";

import { atOnce } from "../../../../../src/propose/rules/faster/at-once.ts";
import { builders } from "../../../../../src/propose/rules/faster/go/builders.ts";
import { applied } from "../applied.ts";
import { go, rewritten } from "./run-go.ts";

it("lets a text grow in a builder, wherever it is read, begun again or begun with something", async () => {
  const after = await rewritten(
    builders,
    go(`	text := "<"
	for i, r := range "ab c d" {
		if r == ' ' && len(text) > 1 {
			defer fmt.Println("later", text)
			fmt.Println(text, func() string { return text }())
			text = ""
		} else if text != "b" {
			text += string(r)
			text = text + "," + fmt.Sprint(i)
		}
	}
	fmt.Println(text)`),
  );
  expect(after).toContain('import (\n\t"strings"\n\t"fmt"\n)');
  expect(after).toContain('\tvar text strings.Builder\n\ttext.WriteString("<")\n');
  expect(after).toContain('text.WriteString("," + fmt.Sprint(i))');
});

it.each([
  ["text that is named", '\tvar s string\n\tp := &s\n\tfor i := 0; i < 3; i++ {\n\t\ts += "a"\n\t}\n\tfmt.Println(*p)'],
  ["text that grows at its beginning", '\ts := ""\n\tfor i := 0; i < 3; i++ {\n\t\ts = "a" + s\n\t}\n\tfmt.Println(s)'],
  ["text that grows by itself", '\ts := "a"\n\tfor i := 0; i < 3; i++ {\n\t\ts += s\n\t}\n\tfmt.Println(s)'],
  [
    "text that is given other values",
    '\ts := "a"\n\tfor i := 0; i < 3; i++ {\n\t\ts += "b"\n\t\ts = fmt.Sprint(s)\n\t}\n\tfmt.Println(s)',
  ],
  [
    "text that grows but once a round",
    '\tfor i := 0; i < 3; i++ {\n\t\ts := "a"\n\t\ts += "b"\n\t\tfmt.Println(s)\n\t}',
  ],
  [
    "two texts of one name",
    '\ts := "a"\n\tfor i := 0; i < 3; i++ {\n\t\ts := "b"\n\t\ts += "b"\n\t\tfmt.Println(s)\n\t}\n\tfmt.Println(s)',
  ],
  ["a number", "\tn := 0\n\tfor i := 0; i < 3; i++ {\n\t\tn += 1\n\t}\n\tfmt.Println(n)"],
])("leaves alone %s", async (_what, main) => {
  expect([...(await applied(builders, "main.go", go(main))).keys()]).toEqual([]);
});

it("comes with other small gains of a file", async () => {
  const more = `func f() string {
	s := ""
	rows := make([][]int, 3)
	for i := range rows {
		rows[i] = make([]int, 2)
		s += fmt.Sprint(rows[i])
	}
	return strings.ToUpper(s)
}`;
  const text = go("\tfmt.Println(f())", { imports: ["fmt", "strings"], more });
  const after = await rewritten(atOnce, text);
  expect(after).toContain("rows[i] = cells[");
  expect(after).toContain("s.WriteString(");
});
