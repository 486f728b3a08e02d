/**
 * Matches a pattern of the config against what a program printed. Patterns of people backtrack, and a program can print
 * the line at which one does so for ever: nothing else of strop would run meanwhile, the budget's clock and Ctrl-C included.
 */
import { runInNewContext } from "node:vm";

/** Only for what would not end: the largest output takes a pattern a part of a second, on a busy machine too. */
const LONGEST_MS = 5_000;

/** One match per line; undefined where the pattern takes too long. */
export function matchLines(pattern: RegExp, lines: readonly string[]): (RegExpExecArray | null)[] | undefined {
  const context = { lines, match: (line: string) => pattern.exec(line) };
  try {
    return runInNewContext("lines.map(match)", context, { timeout: LONGEST_MS }) as (RegExpExecArray | null)[];
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw thrown;
  }
}
