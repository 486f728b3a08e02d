/** A deterministic run of any length, shaped like a real one: an edit, a page of output and a curve for every trial. */
import { createRandom } from "../../src/core/numerics/random.ts";
import type { CurvePoint } from "../../src/core/trial.ts";
import type { RunEvent, RunStarted } from "../../src/journal/events.ts";

const random = createRandom("bench/journal");
const OUTPUT = Array.from({ length: 12 }, (_, i) => `step ${i}00 | loss ${(5 - i / 4).toFixed(4)} | 1.2 s left`).join(
  "\n",
);

export const started: RunStarted = {
  type: "run.started",
  at: 0,
  run: "run-001",
  version: "0.0.0",
  seed: 1,
  tier: "deno",
  environmentHash: "0".repeat(64),
  baseline: "0".repeat(16),
  task: {
    name: "bench",
    program: ["train.ts"],
    environment: [],
    run: { kind: "module", module: "train.ts", data: [] },
    evaluate: undefined,
    holdout: undefined,
    check: undefined,
    metric: { name: "val_bpb", direction: "minimize", pattern: undefined, file: undefined, deterministic: true },
    budget: {
      trainSeconds: 10,
      clock: "wall",
      startupSeconds: 10,
      graceSeconds: 5,
      evaluateSeconds: 10,
      memoryBytes: 2 ** 30,
      processes: 64,
      outputBytes: 2 ** 20,
      diskBytes: 2 ** 28,
    },
    parallel: 1,
    seed: 1,
    proposer: "portfolio",
    agenda: undefined,
    stop: { target: undefined, trials: undefined, hours: undefined, cost: undefined, stagnation: undefined },
  },
};

/** Proposed, started, finished. The baseline scores 5, the champions are the records of a random walk down. */
let champion = 5;
export function trialEvents(trial: number): RunEvent[] {
  const at = trial * 1_000;
  const score = trial === 0 ? champion : champion - 0.001 + random.next();
  const isKept = trial === 0 || score < champion;
  if (isKept) champion = score;
  const candidate = trial.toString(16).padStart(16, "0");
  return [
    {
      type: "trial.proposed",
      at,
      trial,
      proposer: ["tpe", "cma-es", "rewrites"][trial % 3]!,
      description: `learningRate 0.001 → ${random.next().toPrecision(3)}`,
      parent: "0".repeat(16),
      candidate,
      edit: {
        kind: "search-replace",
        blocks: [
          {
            path: "train.ts",
            search: "const learningRate = 0.001;",
            replace: `const learningRate = ${random.next()};`,
          },
        ],
      },
      detail: { x: random.next(), scale: "log" },
      seed: trial,
    },
    { type: "trial.started", at: at + 1, trial, attempt: 1 },
    {
      type: "trial.finished",
      at: at + 900,
      trial,
      outcome: {
        status: "scored",
        score,
        reason: "",
        selfReported: false,
        metrics: { val_bpb: score, steps: 1_200 },
        diagnostics: {
          wallSeconds: 11.2,
          trainSeconds: 10,
          cpuSeconds: 10.9,
          peakMemoryBytes: 300_000_000,
          outputTail: OUTPUT,
        },
      },
      verdict: {
        decision: isKept ? "keep" : "discard",
        rule: "strict",
        reason: "compared with the champion",
        reward: 0.01,
      },
    },
  ];
}

export const trialCurve = (points: number): CurvePoint[] =>
  Array.from({ length: points }, (_, i) => ({ seconds: i * 0.2, loss: 3 + 2 / (i + 1) + random.next() * 0.01 }));
