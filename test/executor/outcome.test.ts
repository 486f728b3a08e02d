import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

import { diagnose, failure, failureOf, refusalOf } from "../../src/executor/outcome.ts";

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

/** What the sandbox says of such a program. */
function died(source: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", source], { encoding: "utf8" });
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
