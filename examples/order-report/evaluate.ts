/**
 * The frozen evaluator: every report must be right to the byte, and the score is the CPU time that the host measured.
 * What the program says about itself, or does to its own clock, is not asked.
 */
import type { Evaluation, Scores } from "strop/task";
import { generate, ROUNDS } from "./generate.ts";
import { referenceReport } from "./reference.ts";

/** Seconds of CPU before the clock starts: loading, and making the inputs. Work must not move there. */
const MOST_SETUP = 1.5;

/** Throws, with the first line that differs, when a report is missing or wrong. */
export default function evaluate({ seed, measured, outputs }: Evaluation): Scores {
  for (let round = 0; round < ROUNDS; round++) {
    const found = new TextDecoder().decode(outputs[`report-${round}.txt`]).split("\n");
    const expected = referenceReport(generate(seed, round)).split("\n");
    const line = expected.findIndex((text, i) => text !== found[i]);
    if (line === -1 && found.length === expected.length) continue;
    const at = line === -1 ? expected.length : line;
    throw new Error(
      `report ${round} is wrong on line ${at + 1}: expected ${quote(expected[at])}, found ${quote(found[at])}`,
    );
  }
  const setup = measured.cpuSeconds - measured.trainSeconds;
  if (setup > MOST_SETUP)
    throw new Error(`${setup.toFixed(1)} s of CPU went by before the clock; at most ${MOST_SETUP} s may`);
  return { cpu_seconds: measured.trainSeconds, setup_seconds: setup, peak_mb: measured.peakMemoryBytes / 1e6 };
}

const quote = (line: string | undefined): string =>
  line === undefined ? "the end" : JSON.stringify(line.slice(0, 80));
