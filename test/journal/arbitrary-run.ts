/**
 * Legal runs for property tests: random steps played through a small model of what may happen next. The model is
 * written independently of reduce.ts, so that one checks the other.
 */
import fc from "fast-check";

import { candidateId } from "../../src/core/candidate.ts";
import type { Direction, Task } from "../../src/core/task.ts";
import type { Outcome, OutcomeStatus, Verdict } from "../../src/core/trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";

/** One random choice; what cannot happen at its turn becomes something that can. */
export interface Step {
  readonly action: "propose" | "start" | "finish" | "interrupt" | "holdout" | "end" | "resume";
  /** Which of the open trials, modulo their number. */
  readonly pick: number;
  readonly status: Exclude<OutcomeStatus, "interrupted">;
  readonly score: number;
  readonly keep: boolean;
  /** Milliseconds since the event before; negative when the clock jumps back. */
  readonly elapsed: number;
  readonly text: string;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("tpe", "rewrites", "__proto__", "constructor", "\ud800 alone", "a\0b", "tab\tline\nend"),
);

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom("propose", "start", "finish", "propose", "start", "finish", "finish", "interrupt", "holdout", "end", "resume"),
  pick: fc.nat(9),
  status: fc.constantFrom("scored", "scored", "scored", "invalid", "crashed", "timed-out", "stopped-early"),
  score: fc.double({ min: -100, max: 100, noNaN: true }).map((score) => score + 0),
  keep: fc.boolean(),
  elapsed: fc.integer({ min: -5_000, max: 20_000 }),
  text,
});

const direction = fc.constantFrom<Direction>("minimize", "maximize");

/** A legal run of 1 to `maxEvents` events, `run.started` first. */
export const arbitraryRun = (maxEvents = 80): fc.Arbitrary<RunEvent[]> =>
  fc.tuple(direction, fc.array(step, { maxLength: maxEvents - 1, size: "max" }))
    .map(([towards, steps]) => playRun(towards, steps));

/** The events that `steps` make. */
export function playRun(towards: Direction, steps: readonly Step[]): RunEvent[] {
  const model = { at: 1_000_000, ended: false, next: 0, open: new Map<number, number>(), best: null as number | null, kept: [] as number[] };
  return [startedEvent(towards, model.at), ...steps.map((one) => play(model, one, towards))];
}

interface Model {
  at: number;
  ended: boolean;
  next: number;
  /** Attempts by open trial. */
  open: Map<number, number>;
  best: number | null;
  kept: number[];
}

function play(model: Model, one: Step, towards: Direction): RunEvent {
  const at = (model.at += one.elapsed);
  const trials = [...model.open.keys()];
  const trial = trials[one.pick % trials.length];
  if (model.ended || one.action === "resume") {
    model.ended = false;
    return { type: "run.resumed", at, task: taskTowards(towards), tier: one.keep ? "deno" : "bubblewrap" };
  }
  if (one.action === "end") {
    model.ended = true;
    return { type: "run.ended", at, reason: one.text };
  }
  if (one.action === "holdout" && model.kept.length > 0) {
    return { type: "holdout.measured", at, trial: model.kept[one.pick % model.kept.length]!, score: one.keep ? one.score : null, reason: one.text };
  }
  if (one.action === "propose" || one.action === "holdout" || trial === undefined) return propose(model, one);
  if (one.action === "start") {
    const attempt = model.open.get(trial)! + 1;
    model.open.set(trial, attempt);
    return { type: "trial.started", at, trial, attempt };
  }
  if (one.action === "interrupt") return { type: "trial.finished", at, trial, outcome: outcomeOf("interrupted", one), verdict: null };
  return finish(model, { trial, step: one, towards });
}

function propose(model: Model, { text: words, keep, score }: Step): RunEvent {
  const trial = model.next++;
  model.open.set(trial, 0);
  return {
    type: "trial.proposed", at: model.at, trial, proposer: words, description: words, parent: null,
    candidate: keep ? candidateId({ a: words }) : null,
    edit: keep ? { kind: "whole-files", files: [{ path: "a", text: words }] } : null,
    detail: { [words]: score }, seed: trial,
  };
}

function finish(model: Model, { trial, step: one, towards }: { trial: number; step: Step; towards: Direction }): RunEvent {
  const outcome = outcomeOf(one.status, one);
  const isWorse = model.best !== null && (towards === "minimize" ? one.score > model.best : one.score < model.best);
  const decision = outcome.status === "scored" && one.keep && !isWorse ? "keep" : "discard";
  if (decision === "keep") {
    model.best = one.score;
    model.kept.push(trial);
  }
  model.open.delete(trial);
  const verdict: Verdict = { decision, rule: "coin", reason: one.text, reward: one.score / 8 };
  return { type: "trial.finished", at: model.at, trial, outcome, verdict };
}

const outcomeOf = (status: OutcomeStatus, one: Step): Outcome => ({
  status,
  score: status === "scored" ? one.score : null,
  reason: status === "scored" ? "" : one.text,
  selfReported: one.keep,
  metrics: { [one.text]: one.pick },
  diagnostics: { wallSeconds: 1, trainSeconds: 0.5, cpuSeconds: 0.25, peakMemoryBytes: 1_024, outputTail: one.text },
});

/** A task with nothing in it but a metric. */
export const taskTowards = (towards: Direction): Task => ({
  name: "sample", program: ["a"], environment: [], run: { kind: "command", argv: ["true"], env: {}, mounts: [] },
  evaluate: undefined, holdout: undefined, check: undefined,
  metric: { name: "val_bpb", direction: towards, pattern: undefined, file: undefined, deterministic: true },
  budget: {
    trainSeconds: 1, clock: "wall", startupSeconds: 1, graceSeconds: 1, evaluateSeconds: 1,
    memoryBytes: 1, processes: 1, outputBytes: 1, diskBytes: 1,
  },
  parallel: 1, seed: 7, proposer: "portfolio", agenda: undefined,
  stop: { target: undefined, trials: undefined, hours: undefined, cost: undefined, stagnation: undefined },
});

export const startedEvent = (towards: Direction = "minimize", at = 1_000_000): RunEvent => ({
  type: "run.started", at, run: "run-001", version: "0.1.0", task: taskTowards(towards), seed: 7, tier: "deno",
  environmentHash: "e".repeat(64), baseline: "b".repeat(16),
});
