/** CPU time of whole programs, run in turns so that what else the machine does falls on all of them alike. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { median } from "../../src/core/numerics/stats.ts";

export interface Timed {
  /** CPU seconds, user and system, of each round. */
  readonly seconds: readonly number[];
  readonly answer: string;
}

interface Version {
  /** Shell text that runs it; what follows is the input. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs all versions once to warm the caches, then in turns. A version that fails has no seconds. */
export function timeInTurns(
  versions: readonly Version[],
  { input, rounds, scratch }: { input: string; rounds: number; scratch: string },
): readonly Timed[] {
  const outputs = versions.map((_, i) => `${scratch}/answer-${i}.txt`);
  const run = (i: number): number | null => runOnce(versions[i] as Version, input, outputs[i] as string);
  const warm = versions.map((_, i) => run(i));
  const seconds: number[][] = versions.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < versions.length; turn++) {
      // Each is the first as often as the others.
      const i = (round + turn) % versions.length;
      const spent = warm[i] === null ? null : run(i);
      if (spent !== null) (seconds[i] as number[]).push(spent);
    }
  return versions.map((_, i) => ({
    seconds: seconds[i] as number[],
    answer: readFileSync(outputs[i] as string, "utf8"),
  }));
}

function runOnce({ command, env }: Version, input: string, output: string): number | null {
  const script = `TIMEFORMAT='%3U %3S'; time ${command} "$1" > "$2" 2> /dev/null`;
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", input, output], { env, encoding: "utf8" });
  if (status !== 0) return null;
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return user + system;
}

export interface Ratio {
  readonly times: number;
  readonly least: number;
  readonly most: number;
}

/** How many times faster, by the medians; the range is that of the rounds, each with its own baseline. */
export function timesFaster(baseline: readonly number[], version: readonly number[]): Ratio {
  const each = version.map((seconds, round) => (baseline[round] as number) / seconds);
  return { times: median(baseline) / median(version), least: Math.min(...each), most: Math.max(...each) };
}
