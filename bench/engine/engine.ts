/**
 * What strop itself costs per trial: wall time of a run of a program that does nothing, beyond the program's own time.
 * Usage: node bench/engine/engine.ts [repeats] [trials]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runTask } from "../../src/loop/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import type { Tier } from "../../src/sandbox/types.ts";

const repeats = Number(process.argv[2] ?? 5);
const trials = Number(process.argv[3] ?? 60);

const PROGRAM = `
const width = 8;
const learningRate = 0.1;
export default async function train() {
  return { score: (width - 3) ** 2 + Math.log10(learningRate) ** 2 };
}
`;

interface Arm {
  readonly name: string;
  readonly tier: Tier;
  readonly parallel: number;
}

const arms: Arm[] = [
  { name: "Deno, 1 worker", tier: "deno", parallel: 1 },
  { name: "Deno, 2 workers", tier: "deno", parallel: 2 },
  { name: "bubblewrap + Deno, 1 worker", tier: "bubblewrap+deno", parallel: 1 },
];

/** Wall milliseconds per trial, from the end of the baseline to the end of the run. */
async function measure({ tier, parallel }: Arm, seed: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "strop-bench-"));
  try {
    writeFileSync(join(folder, "train.ts"), PROGRAM);
    const config = {
      program: "train.ts",
      run: { module: "train.ts" },
      metric: { name: "score", deterministic: true },
      proposer: "random",
      parallel,
      seed,
      stop: { trials: trials + 1 },
      budget: { memory: "800MB" },
    };
    writeFileSync(join(folder, "strop.config.json"), JSON.stringify(config));
    let start = 0;
    let end = 0;
    let finished = 0;
    const trialFinished = (): void => {
      finished++;
      end = performance.now();
      if (finished === 1) start = end;
    };
    await runTask(await loadTask(folder), { tier, observer: { trialFinished } });
    return (end - start) / (finished - 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const results = new Map<string, number[]>();
for (let repeat = 0; repeat < repeats; repeat++) {
  // Interleaved, so that a busy minute of the machine hits every arm alike.
  for (const arm of arms) {
    try {
      results.set(arm.name, [...(results.get(arm.name) ?? []), await measure(arm, repeat)]);
    } catch (thrown) {
      console.error(`${arm.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
}
console.log(`no-op program, ${trials} trials, ${repeats} repeats: median [min, max]`);
for (const [name, values] of results) {
  const range = `[${Math.min(...values).toFixed(1)}, ${Math.max(...values).toFixed(1)}]`;
  console.log(
    `${name.padEnd(30)} ${median(values).toFixed(1).padStart(6)} ms per trial ${range.padEnd(16)} ${(1000 / median(values)).toFixed(1)} trials/s`,
  );
}
