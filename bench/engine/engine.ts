/**
 * What strop itself costs per trial, beyond the program's own time: proposing, applying, checking syntax, bundling,
 * starting the sandbox, judging and writing the journal. Wall time, and the CPU time of strop's own process, which a busy
 * machine stretches less.
 * Usage: node bench/engine/engine.ts [repeats] [trials] [what an arm's name holds]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import { median } from "../../src/core/numerics/stats.ts";
import { messageOf } from "../../src/core/errors.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import type { Tier } from "../../src/sandbox/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";

const [repeats = 5, trials = 40] = process.argv.slice(2, 4).map(Number);
const wanted = process.argv[4] ?? "";

/** Waits `ms`, and says how long it really took. */
const program = (ms: number): string => `
const width = 8;
const learningRate = 0.1;
export default async function train() {
  const start = performance.now();
  if (${ms} > 0) await new Promise((resolve) => setTimeout(resolve, ${ms}));
  return { score: (width - 3) ** 2 + Math.log10(learningRate) ** 2, own_ms: performance.now() - start };
}
`;

interface Arm {
  readonly name: string;
  readonly tier: Tier;
  readonly parallel: number;
  /** Milliseconds of work per trial: enough for the next sandbox to be started meanwhile, or none. */
  readonly work: number;
  /** Beside two processes for each core that never rest. */
  readonly isBusy?: boolean;
}

const arms: Arm[] = [
  { name: "Deno, started meanwhile", tier: "deno", parallel: 1, work: 250 },
  { name: "Deno, started meanwhile, cores busy", tier: "deno", parallel: 1, work: 250, isBusy: true },
  { name: "Deno, back to back", tier: "deno", parallel: 1, work: 0 },
  { name: "Deno, back to back, 2 workers", tier: "deno", parallel: 2, work: 0 },
  { name: "bubblewrap + Deno, started meanwhile", tier: "bubblewrap+deno", parallel: 1, work: 250 },
  { name: "bubblewrap + Deno, back to back", tier: "bubblewrap+deno", parallel: 1, work: 0 },
];

/** Milliseconds per trial. */
interface Cost {
  /** Beyond the program's own. */
  readonly wall: number;
  readonly cpu: number;
}

/** From the end of the baseline to the end of the run. */
async function measure({ tier, parallel, work, isBusy }: Arm, seed: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "strop-bench-"));
  const others = isBusy === true ? keepBusy() : [];
  try {
    writeFileSync(join(folder, "train.ts"), program(work));
    const config = {
      program: "train.ts",
      run: { module: "train.ts" },
      metric: { name: "score", deterministic: true },
      budget: { memory: "800MB" },
      proposer: "random",
      stop: { trials: trials + 1 },
      parallel,
      seed,
    };
    writeFileSync(join(folder, "strop.config.json"), JSON.stringify(config));
    let [start, end, own, finished] = [0, 0, 0, 0];
    let before = process.cpuUsage();
    const trialFinished = ({ outcome }: { outcome: { metrics: Readonly<Record<string, number>> } | null }): void => {
      end = performance.now();
      if (finished++ === 0) [start, before] = [end, process.cpuUsage()];
      else own += outcome?.metrics["own_ms"] ?? 0;
    };
    await runTask(await loadTask(folder), { tier, observer: { trialFinished } });
    const { user, system } = process.cpuUsage(before);
    return { wall: (end - start - own / parallel) / (finished - 1), cpu: (user + system) / 1_000 / (finished - 1) };
  } finally {
    for (const other of others) other.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

const keepBusy = (): ChildProcess[] =>
  Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
  );

const chosen = arms.filter(({ name }) => name.includes(wanted));
const results = new Map<string, Cost[]>(chosen.map((arm) => [arm.name, []]));
for (let repeat = 0; repeat < repeats; repeat++) {
  // Interleaved, so that a busy minute of the machine hits every arm alike.
  for (const arm of chosen) {
    await measure(arm, repeat).then(
      (cost) => results.get(arm.name)?.push(cost),
      (thrown: unknown) => console.error(`${arm.name}: ${messageOf(thrown)}`),
    );
  }
}
console.log(`${trials} trials, ${repeats} repeats, load average ${loadavg()[0]?.toFixed(1)}; ms per trial`);
console.log(`${"".padEnd(38)} beyond the program's own, median [smallest, largest]; CPU of strop itself`);
for (const [name, costs] of results) {
  if (costs.length === 0) continue;
  const walls = costs.map(({ wall }) => wall);
  const range = `[${Math.min(...walls).toFixed(1)}, ${Math.max(...walls).toFixed(1)}]`;
  const cpu = median(costs.map((cost) => cost.cpu)).toFixed(1);
  console.log(`${name.padEnd(38)} ${median(walls).toFixed(1).padStart(6)} ${range.padEnd(16)} ${cpu.padStart(6)}`);
}
