import { expect, it } from "vitest";

import { bufferedOutput } from "../../../../../src/propose/rules/faster/go/buffered-output.ts";
import { applied } from "../applied.ts";
import { go, rewritten } from "./run-go.ts";

const LOOP = "\tfor i := 0; i < 3; i++ {\n\t\tfmt.Println(i)\n\t}\n";
const MORE = `func end(n int) {
	if n > 2 {
		fmt.Print()
		fmt.Printf("%d\\n", n)
		os.Exit(0)
	}
	log.SetFlags(0)
}
`;

it("prints all, also where the program ends early", async () => {
  const after = await rewritten(
    bufferedOutput,
    go(`${LOOP}\tdefer fmt.Println("later")\n\tend(1)\n\tend(3)`, { imports: ["fmt", "log", "os"], more: MORE }),
  );
  expect(after).toContain("var stdout = bufio.NewWriter(os.Stdout)\n\nfunc main() {\n\tdefer stdout.Flush()\n");
  expect(after).toContain(
    'fmt.Fprint(stdout)\n\t\tfmt.Fprintf(stdout, "%d\\n", n)\n\t\tstdout.Flush()\n\t\tos.Exit(0)',
  );
});

it("prints what comes before a return", async () => {
  expect(await rewritten(bufferedOutput, go(`${LOOP}\tif true {\n\t\treturn\n\t}`))).toContain(
    '"bufio"\n\t"os"\n\t"fmt"',
  );
});

it.each([
  ["goroutines", go(`${LOOP}\tgo fmt.Println()`)],
  ["another use of standard output", go(`${LOOP}\tfmt.Fprintln(os.Stdout)`, { imports: ["fmt", "os"] })],
  ["talks with somebody", go(`${LOOP}\tfmt.Scanln()`)],
  ["a line that is written over", go(`${LOOP}\tfmt.Print("\\rdone")`)],
  ["pauses", go(`${LOOP}\ttime.Sleep(1)`, { imports: ["fmt", "time"] })],
  ["packages of others", go(`${LOOP}\tcolor.Red()`, { imports: ["fmt", "github.com/a/color"] })],
  ["functions of other files", go(`${LOOP}\telsewhere()`)],
  [
    "an end that is no statement",
    go(`${LOOP}\tf := os.Exit\n\tdefer log.Fatal()\n\tf(1)`, { imports: ["fmt", "log", "os"] }),
  ],
  ["one line", go("\tfmt.Println(1)")],
])("leaves alone a program with %s", async (_what, text) => {
  expect([...(await applied(bufferedOutput, "main.go", text)).keys()]).toEqual([]);
});
