/** From what the sandbox saw to an outcome. Every way a trial can end has one place here. */
import { printable, reported } from "../core/printable.ts";
import type { Diagnostics, Outcome, OutcomeStatus } from "../core/trial.ts";
import type { JobResult } from "../sandbox/types.ts";

const TAIL_CHARACTERS = 2_000;

export function diagnose(result: JobResult, trainSeconds: number): Diagnostics {
  return {
    wallSeconds: result.wallSeconds,
    trainSeconds,
    cpuSeconds: result.cpuSeconds,
    peakMemoryBytes: result.peakMemoryBytes,
    outputTail: printable(result.outputTail).slice(-TAIL_CHARACTERS),
  };
}

export const NO_DIAGNOSTICS: Diagnostics = {
  wallSeconds: 0,
  trainSeconds: 0,
  cpuSeconds: 0,
  peakMemoryBytes: 0,
  outputTail: "",
};

/** An outcome without a score. `reason` may quote the candidate; it is made safe to print. */
export const failure = (
  status: Exclude<OutcomeStatus, "scored">,
  reason: string,
  diagnostics: Diagnostics = NO_DIAGNOSTICS,
): Outcome => ({
  status,
  score: null,
  reason: reported(reason),
  selfReported: false,
  metrics: {},
  diagnostics,
});

/** A program that did not end well by itself; undefined when it exited 0. */
export function failureOf(result: JobResult, diagnostics: Diagnostics): Outcome | undefined {
  if (result.killed === "wall") return failure("timed-out", result.reason, diagnostics);
  if (result.killed !== undefined) return failure("crashed", result.reason, diagnostics);
  if (result.exitCode === 0) return undefined;
  return failure("crashed", crashReason(result), diagnostics);
}

/** Why a referee's job failed: the sandbox's reason, and the line it printed that says more: the first test that failed, or the last. */
export function refusalOf(result: JobResult): string {
  const reason = printable(result.reason).trim();
  const lines = printedLines(result);
  const telling = errorOfNode(lines) ?? lines.find((line) => FAILED_TEST.test(line)) ?? lines.at(-1) ?? "";
  return (telling === "" || reason.includes(telling) ? reason : `${reason}: ${telling}`).slice(0, 500);
}

/** How test runners begin (Rust's: ends) the line that names a failed test; most end with how long they took. */
const FAILED_TEST = /^(?:not ok|✖(?! failing tests)|×|●|(?:--- )?FAIL(?:ED)?:?) |\.\.\. FAILED$/;

/** The last line that a crashing program printed is nearly always the one that says why. */
function crashReason(result: JobResult): string {
  const lines = printedLines(result);
  const how = result.signal === null ? `exit code ${result.exitCode}` : `signal ${result.signal}`;
  const telling = errorOfNode(lines) ?? lines.findLast((line) => /error|exception|panic/i.test(line)) ?? lines.at(-1);
  return telling === undefined ? `ended with ${how}` : `ended with ${how}: ${telling.slice(0, 300)}`;
}

const printedLines = ({ outputTail }: JobResult): string[] =>
  printable(outputTail)
    .split("\n")
    .map((line) => line.trim().replace(/ -> \[Help \d+\]$/, ""))
    .filter((line) => line !== "" && !MAVEN_ADVICE.test(line));

/** Maven ends what it says of an error with where to read more. */
const MAVEN_ADVICE =
  /^\[ERROR\]\s*(?:$|-> \[Help|\[Help \d+\]|To see the full stack|Re-run Maven|For more information about|After correcting|mvn <)/;

/** Node ends what it says of an uncaught error with its own version, below the stack. */
const errorOfNode = (lines: readonly string[]): string | undefined =>
  /^Node\.js v\d/.test(lines.at(-1) ?? "") ? lines.findLast((line) => /^\w*Error\b/.test(line)) : undefined;
