import { expect, test } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import type { Direction } from "../../src/core/task.ts";
import type { CurvePoint, TrialRecord } from "../../src/core/trial.ts";
import type { RunStarted } from "../../src/journal/events.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import type { RunState } from "../../src/journal/state.ts";
import { trialPruning, type TrialPruning } from "../../src/loop/prune-trial.ts";
import { startedEvent, taskTowards } from "../journal/arbitrary-run.ts";
import { begun, proposed, scored } from "../journal/simple-trial.ts";
import { scratchPath } from "../journal/scratch.ts";

const SECONDS = 100;
const random = createRandom("prune-trial");

/** Nats that fall to `end` as the budget runs out, with a learning-rate decay that no power law knows of. */
const curveTo = (end: number): CurvePoint[] =>
  Array.from({ length: 100 }, (_, i) => {
    const decay = i > 80 ? (i - 80) / 20 : 0;
    return { seconds: i + 1, loss: end + 1 - decay + 3 / (i + 1) + 0.02 * random.normal() };
  });

/** The score of a curve that ends at `end`: in another unit, and perhaps the other way up. */
const scoreOf = (end: number, direction: Direction): number => (direction === "minimize" ? end / 2 : 1 - end / 10);

/** A run of 30 scored trials that end at 2 to 4 nats. */
function runOf(direction: Direction): { journal: Journal; state: RunState } {
  const journal = openJournal(scratchPath(), { create: true });
  const task = taskTowards(direction);
  journal.append({
    ...(startedEvent(direction) as RunStarted),
    task: { ...task, budget: { ...task.budget, trainSeconds: SECONDS } },
  });
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < 30; trial++) {
    const end = 2 + 2 * random.next();
    journal.append(proposed(trial), begun(trial));
    journal.appendCurve(trial, 1, curveTo(end));
    journal.append(scored(trial, scoreOf(end, direction), end < best ? "keep" : "discard"));
    best = Math.min(best, end);
  }
  journal.append(proposed(30), begun(30));
  return { journal, state: journal.state() as RunState };
}

/** Seconds at which a trial with this curve is stopped, and why. */
function stopOf(
  pruning: TrialPruning,
  state: RunState,
  curve: readonly CurvePoint[],
): { seconds: number; reason: string } | undefined {
  const watch = pruning.watch(state.open[0] as TrialRecord, state);
  for (let i = 1; i <= curve.length; i++) {
    const reason = watch.observe(curve.slice(0, i));
    if (reason !== undefined) return { seconds: i, reason };
  }
  return undefined;
}

test.each(["minimize", "maximize"] as const)(
  "self-evaluation stops a hopeless trial of a task to %s long before its end, and spares one that will win",
  (direction) => {
    const { journal, state } = runOf(direction);
    const pruning = trialPruning(journal);
    const hopeless = stopOf(pruning, state, curveTo(5));
    expect(hopeless?.reason).toMatch(/^self-evaluation: /);
    expect(hopeless?.seconds).toBeLessThan(60);
    expect(stopOf(pruning, state, curveTo(1.9))).toBeUndefined();
    journal.close();
  },
);

test("a resumed run decides exactly as one that never stopped", () => {
  const { journal, state } = runOf("minimize");
  const lasting = trialPruning(journal);
  for (const end of [2.2, 2.8, 3.4, 5]) {
    const curve = curveTo(end);
    expect(stopOf(trialPruning(journal), state, curve)).toEqual(stopOf(lasting, state, curve));
  }
  journal.close();
});
