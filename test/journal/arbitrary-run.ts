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
  readonly action:
    | "propose"
    | "start"
    | "finish"
    | "interrupt"
    | "holdout"
    | "end"
    | "resume"
    | "wait"
    | "contest"
    | "repeat"
    | "judge"
    | "depose"
    | "ask"
    | "answer";
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
  action: fc.constantFrom(
    "propose",
    "start",
    "finish",
    "propose",
    "start",
    "finish",
    "finish",
    "interrupt",
    "holdout",
    "end",
    "resume",
    "wait",
    "wait",
    "contest",
    "contest",
    "repeat",
    "repeat",
    "repeat",
    "repeat",
    "judge",
    "depose",
    "ask",
    "ask",
    "answer",
  ),
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
  fc
    .tuple(direction, fc.array(step, { maxLength: maxEvents - 1, size: "max" }))
    .map(([towards, steps]) => playRun(towards, steps));

/** The events that `steps` make. */
export function playRun(towards: Direction, steps: readonly Step[]): RunEvent[] {
  const model: Model = {
    at: 1_000_000,
    ended: false,
    next: 0,
    open: new Map(),
    champion: null,
    kept: [],
    reigned: [],
    waiting: new Map(),
    contests: 0,
    baselineRuns: 0,
    asked: 0,
    unanswered: [],
  };
  return [startedEvent(towards, model.at), ...steps.map((one) => play(model, one, towards))];
}

interface Model {
  at: number;
  ended: boolean;
  next: number;
  /** Attempts by open trial. */
  open: Map<number, number>;
  champion: { trial: number; score: number; runs: number; fresh: number } | null;
  kept: number[];
  /** Champions before the champion. */
  reigned: NonNullable<Model["champion"]>[];
  /** Scored trials without a verdict. */
  waiting: Map<number, Waiting>;
  contests: number;
  baselineRuns: number;
  asked: number;
  unanswered: number[];
}

interface Waiting {
  readonly score: number;
  contest: { id: number; opponent: number; candidate: number[]; champion: number[] } | null;
}

function play(model: Model, one: Step, towards: Direction): RunEvent {
  const at = (model.at += one.elapsed);
  const trials = [...model.open.keys()];
  const trial = trials[one.pick % trials.length];
  if (model.ended || one.action === "resume") {
    model.ended = false;
    model.unanswered = [];
    return { type: "run.resumed", at, task: taskTowards(towards), tier: one.keep ? "deno" : "bubblewrap" };
  }
  if (one.action === "end") {
    model.ended = true;
    return { type: "run.ended", at, reason: one.text };
  }
  if (one.action === "holdout" && model.kept.length > 0) {
    return {
      type: "holdout.measured",
      at,
      trial: model.kept[one.pick % model.kept.length]!,
      score: one.keep ? one.score : null,
      reason: one.text,
    };
  }
  const [deposed, before] = [model.champion, model.reigned.at(-1)];
  if (one.action === "depose" && deposed !== null && before !== undefined) {
    model.champion = before;
    model.reigned.pop();
    model.kept.pop();
    return { type: "champion.deposed", at, trial: deposed.trial, reason: one.text };
  }
  if (one.action === "ask" || (one.action === "answer" && model.unanswered.length > 0)) return playCall(model, one);
  const contested =
    one.action === "contest" || one.action === "repeat" || one.action === "judge" ? playContest(model, one) : undefined;
  if (contested !== undefined) return contested;
  if (/^(?:propose|holdout|depose)$/.test(one.action) || trial === undefined) return propose(model, one);
  if (one.action === "start") {
    const attempt = model.open.get(trial)! + 1;
    model.open.set(trial, attempt);
    return { type: "trial.started", at, trial, attempt };
  }
  if (one.action === "interrupt")
    return { type: "trial.finished", at, trial, outcome: outcomeOf("interrupted", one), verdict: null };
  return finish(model, { trial, step: one, towards });
}

function playCall(model: Model, { action, pick, text: words, keep }: Step): RunEvent {
  const { at } = model;
  if (action === "ask") {
    model.unanswered.push(model.asked);
    return {
      type: "model.asked",
      at,
      exchange: model.asked++,
      key: words,
      purpose: words,
      model: words,
      reserved: pick,
    };
  }
  const [exchange = 0] = model.unanswered.splice(pick % model.unanswered.length, 1);
  const usage = { input: pick, cachedInput: 0, output: 1, reasoning: 0 };
  const failure = keep ? null : "timed-out";
  return { type: "model.answered", at, exchange, usage, cost: keep ? pick / 100 : null, failure, wallSeconds: 1 };
}

function propose(model: Model, { text: words, keep, score }: Step): RunEvent {
  const trial = model.next++;
  model.open.set(trial, 0);
  return {
    type: "trial.proposed",
    at: model.at,
    trial,
    proposer: words,
    description: words,
    parent: null,
    candidate: keep ? candidateId({ a: words }) : null,
    edit: keep ? { kind: "whole-files", files: [{ path: "a", text: words }] } : null,
    detail: { [words]: score },
    seed: trial,
  };
}

function finish(
  model: Model,
  { trial, step: one, towards }: { trial: number; step: Step; towards: Direction },
): RunEvent {
  const outcome = outcomeOf(one.status, one);
  model.open.delete(trial);
  if (one.action === "wait" && outcome.status === "scored" && model.champion !== null) {
    model.waiting.set(trial, { score: one.score, contest: null });
    return { type: "trial.finished", at: model.at, trial, outcome, verdict: null };
  }
  const best = model.champion?.score ?? null;
  const isWorse = best !== null && (towards === "minimize" ? one.score > best : one.score < best);
  const decision = outcome.status === "scored" && one.keep && !isWorse ? "keep" : "discard";
  if (decision === "keep") crown(model, trial, [one.score]);
  if (trial === 0 && outcome.status === "scored") model.baselineRuns = 1;
  const verdict: Verdict = { decision, rule: "coin", reason: one.text, reward: one.score / 8 };
  return { type: "trial.finished", at: model.at, trial, outcome, verdict };
}

function crown(model: Model, trial: number, scores: readonly number[]): void {
  if (model.champion !== null) model.reigned.push(model.champion);
  model.champion = {
    trial,
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    runs: scores.length,
    fresh: trial === 0 ? 1 : 0,
  };
  model.kept.push(trial);
}

/** What may happen to a trial that waits, or a repeat of the baseline; undefined when nothing of the kind may. */
function playContest(model: Model, one: Step): RunEvent | undefined {
  const { champion, at } = model;
  const entries = [...model.waiting];
  const [trial, wait] = entries[one.pick % entries.length] ?? [];
  if (champion === null) return undefined;
  if (trial === undefined || wait === undefined) {
    if (one.action !== "repeat" || model.baselineRuns === 0) return undefined;
    return one.keep ? repeatBaseline(model, one) : repeatChampion(model, one);
  }
  const { contest } = wait;
  if (one.action === "contest") {
    if (contest?.opponent === champion.trial) return undefined;
    wait.contest = { id: model.contests++, opponent: champion.trial, candidate: [], champion: [] };
    return {
      type: "contest.opened",
      at,
      trial,
      opponent: champion.trial,
      purse: one.keep ? "clear" : "close",
      level: 0.25,
      reason: one.text,
    };
  }
  if (one.action === "repeat") return contest === null ? undefined : repeatPair(model, contest, one);
  const isKept = one.keep && contest !== null && contest.opponent === champion.trial && contest.candidate.length > 0;
  model.waiting.delete(trial);
  if (isKept) crown(model, trial, contest.candidate);
  const evidence = { purse: "clear" as const, level: 0.25, logEvidence: 2, pairs: 1, gain: 1, error: 1 };
  return {
    type: "trial.judged",
    at,
    trial,
    verdict: {
      decision: isKept ? "keep" : "discard",
      rule: "coin",
      reason: one.text,
      reward: 0.5,
      ...(isKept ? { evidence } : {}),
    },
  };
}

function repeatPair(model: Model, contest: NonNullable<Waiting["contest"]>, one: Step): RunEvent {
  const { candidate, champion } = contest;
  const side =
    candidate.length < champion.length || (candidate.length === champion.length && one.keep) ? "candidate" : "champion";
  const repeat = { of: contest.id, side, index: contest[side].length } as const;
  if (one.status === "crashed") return { type: "repeat.started", at: model.at, repeat, seed: one.pick };
  contest[side].push(one.score);
  if (side === "champion") championRan(model, one.score);
  return { type: "repeat.finished", at: model.at, repeat, outcome: outcomeOf("scored", one) };
}

function repeatBaseline(model: Model, one: Step): RunEvent {
  const repeat = { of: "baseline", side: "champion", index: model.baselineRuns++ } as const;
  if (model.champion?.trial === 0) championRan(model, one.score);
  return { type: "repeat.finished", at: model.at, repeat, outcome: outcomeOf("scored", one) };
}

function repeatChampion(model: Model, one: Step): RunEvent {
  const repeat = { of: "champion", side: "champion", index: model.champion?.fresh ?? 0 } as const;
  championRan(model, one.score);
  return { type: "repeat.finished", at: model.at, repeat, outcome: outcomeOf("scored", one) };
}

function championRan({ champion }: Model, score: number): void {
  if (champion === null) return;
  champion.runs = champion.fresh++ === 0 ? 1 : champion.runs + 1;
  champion.score = champion.runs === 1 ? score : champion.score + (score - champion.score) / champion.runs;
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
  name: "sample",
  program: ["a"],
  environment: [],
  run: { kind: "command", argv: ["true"], env: {}, mounts: [] },
  evaluate: undefined,
  holdout: undefined,
  check: undefined,
  metric: { name: "val_bpb", direction: towards, pattern: undefined, file: undefined, deterministic: true },
  budget: {
    trainSeconds: 1,
    clock: "wall",
    startupSeconds: 1,
    graceSeconds: 1,
    evaluateSeconds: 1,
    memoryBytes: 1,
    processes: 1,
    outputBytes: 1,
    diskBytes: 1,
  },
  parallel: 1,
  seed: 7,
  proposer: "portfolio",
  agenda: undefined,
  stop: { target: undefined, trials: undefined, hours: undefined, cost: undefined, stagnation: undefined },
});

export const startedEvent = (towards: Direction = "minimize", at = 1_000_000): RunEvent => ({
  type: "run.started",
  at,
  run: "run-001",
  version: "0.1.0",
  task: taskTowards(towards),
  seed: 7,
  tier: "deno",
  environmentHash: "e".repeat(64),
  baseline: "b".repeat(16),
});
