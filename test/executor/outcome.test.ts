import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { diagnose, failure, failureOf, refusalOf } from "../../src/executor/outcome.ts";
import { freshFolder } from "../fresh-folder.ts";

test("a reason that quotes a candidate is short and drives no terminal", () => {
  const { reason } = failure("crashed", `returned \u001b]0;title\u0007\u001b[2J\r\nnothing${"!".repeat(100_000)}`);
  expect(reason).toMatch(/^returned \]0;title\nnothing!+$/);
  expect(reason.length).toBeLessThanOrEqual(2_000);
});

test("of a Node program that died the reason is its error, not the version that Node ends with", () => {
  const result = died(
    'require("node:assert").deepEqual(countWords("a"), { a: 2 }); function countWords() { return {}; }',
  );
  expect(result.outputTail.trim()).toMatch(/\nNode\.js v[\d.]+$/);
  expect(refusalOf(result)).toMatch(/^exited with code 1: AssertionError \[ERR_ASSERTION\]: /);
  expect(failureOf(result, diagnose(result, 0))?.reason).toMatch(/^ended with exit code 1: AssertionError /);
  const quiet = died('console.log("3 of 4 passed"); process.exit(1)');
  expect(refusalOf(quiet)).toBe("exited with code 1: 3 of 4 passed");
});

test("of tests that did not pass the reason is the first that failed, not how long they took", () => {
  const file = join(freshFolder("strop-outcome"), "count.test.mjs");
  const body =
    'import { test } from "node:test"; test("adds", () => {}); test("counts", () => { throw Error("no"); });';
  writeFileSync(file, body);
  expect(refusalOf(ended(["--test-reporter=tap", file]))).toBe("exited with code 1: not ok 2 - counts");
  expect(refusalOf(ended(["--test-reporter=spec", file]))).toMatch(/^exited with code 1: ✖ counts \([\d.]+ms\)$/);
  const of = (lines: string) => refusalOf({ ...ended(["-e", "process.exit(1)"]), outputTail: lines });
  expect(of("FAIL: test_count (test.Count)\nRan 2 tests in 0.001s\n\nFAILED (failures=1)")).toMatch(
    /: FAIL: test_count/,
  );
  expect(of("--- FAIL: TestCount (0.00s)\nFAIL\nexit status 1\nFAIL\tm\t0.002s")).toMatch(/: --- FAIL: TestCount/);
  expect(of("test count ... FAILED\n\nerror: test failed, to rerun pass `--lib`")).toMatch(
    /: test count \.\.\. FAILED$/,
  );
});

test("of a build by Maven the reason is its error, not where to read more", () => {
  const missing =
    "Could not resolve dependencies for project a:b:jar:1: Cannot access central (https://a.b/maven2) in offline mode and the artifact x:y:jar:1 has not been downloaded from it before.";
  const printed = `[ERROR] Failed to execute goal on project b: ${missing} -> [Help 1]
[ERROR]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
[ERROR]
[ERROR] For more information about the errors and possible solutions, please read the following articles:
[ERROR] [Help 1] http://a.b/DependencyResolutionException
`;
  const result = { ...ended(["-e", "process.exit(1)"]), outputTail: printed };
  expect(failureOf(result, diagnose(result, 0))?.reason).toMatch(/: \[ERROR\] Failed to execute goal .* before\.$/);
  expect(refusalOf(result)).toMatch(/: \[ERROR\] Failed to execute goal .* before\.$/);
});

const died = (source: string) => ended(["-e", source]);

/** What the sandbox says of such a program of Node's. */
function ended(parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: "utf8" });
  return {
    exitCode: status,
    signal: null,
    killed: undefined,
    reason: `exited with code ${status}`,
    value: undefined,
    outputTail: stdout + stderr,
    wallSeconds: 1,
    cpuSeconds: 1,
    peakMemoryBytes: 1,
  };
}
