/** Runs of the policy bench as JSON lines. */
import { readFileSync } from "node:fs";

export interface PlayedRun {
  readonly proposer: string;
  readonly task: string;
  readonly seed: number;
  readonly minimum: number;
  /** The champion's score after each trial, the baseline first. */
  readonly best: readonly number[];
}

export const readRuns = (file: string): readonly PlayedRun[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as PlayedRun);
