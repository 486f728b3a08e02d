import { describe, expect, test } from "vitest";

import type { TrialRecord } from "../../src/core/trial.ts";
import { AUDITED_STOP } from "../../src/judge/stopping-report.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { makeTask } from "./make-task.ts";
import { trialsOf as trialsIn } from "./read-run.ts";

/** Reports a point every few milliseconds until its budget is over; the score is where the curve ends, and 8 is best. */
const PROGRAM = `
const width = 8;
const score = () => Math.abs(width - 8);

export default async function train(trial) {
  let remaining = trial.trainSeconds;
  for (let step = 1; remaining > 0.02; step++) {
    const loss = score() + Math.exp(-step);
    ({ remainingSeconds: remaining } = await trial.report({ step, loss }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { score: score(), ${AUDITED_STOP}: 17 };
}
`;

/** Of a whole trial; on a busy machine much shorter ones end between two looks. */
const SECONDS = 1.5;

const config = (judge: object, trials: number): object => ({
  name: "curves",
  program: ["train.ts"],
  run: { module: "train.ts" },
  metric: { name: "score", direction: "minimize", deterministic: true },
  budget: { trainSeconds: SECONDS, startupSeconds: 20, graceSeconds: 20, memory: "800MB" },
  proposer: "random",
  judge,
  stop: { trials },
});

async function trialsOf(judge: object, { program = PROGRAM, trials = 5 } = {}): Promise<TrialRecord[]> {
  const task = makeTask({ "train.ts": program, "strop.config.json": config(judge, trials) });
  await runTask(await loadTask(task.folder), { tier: "deno" }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "baseline.failed") throw error;
  });
  return trialsIn(task.folder);
}

describe("early stopping in a run", () => {
  test("a trial that its pruner condemns is stopped within its budget, with the reason in its outcome", async () => {
    const trials = await trialsOf({ pruner: "threshold", threshold: 0.9, audit: 0 });
    const outcomes = trials.map(({ outcome }) => outcome);
    const stopped = outcomes.filter((outcome) => outcome?.status === "stopped-early");
    expect(stopped.length).toBeGreaterThan(0);
    for (const outcome of stopped) {
      expect(outcome).toMatchObject({
        score: null,
        reason: expect.stringMatching(/^threshold: the loss .* is outside/),
      });
      expect(outcome?.diagnostics.trainSeconds).toBeLessThan(SECONDS);
    }
    expect(
      outcomes.filter((outcome) => outcome?.status === "scored").every((outcome) => (outcome?.score ?? 1) < 1),
    ).toBe(true);
  });

  test("an audited trial runs to its end and scores, and the record says when it would have been stopped", async () => {
    const trials = await trialsOf({ pruner: "threshold", threshold: 0.9, audit: 1 });
    expect(trials.every(({ outcome }) => outcome?.status !== "stopped-early")).toBe(true);
    const worse = trials.filter(({ outcome }) => (outcome?.score ?? 0) >= 1);
    expect(worse.length).toBeGreaterThan(0);
    for (const { outcome } of worse) expect(outcome?.metrics[AUDITED_STOP]).toBeLessThan(SECONDS);
  });

  test("a program cannot claim to have been audited", async () => {
    const [baseline] = await trialsOf({ pruner: "none" }, { trials: 1 });
    expect(baseline?.outcome).toMatchObject({ status: "scored", metrics: {} });
  });

  test("a program whose loss is no number any more is stopped at once", async () => {
    const [baseline] = await trialsOf(
      {},
      { program: PROGRAM.replace("score() + Math.exp(-step)", "step > 3 ? NaN : 1"), trials: 1 },
    );
    expect(baseline?.outcome).toMatchObject({ status: "stopped-early", reason: "the loss became NaN" });
  });

  test("a program that had begun and then hangs is stopped as stalled, long before its budget is over", async () => {
    const hangs = PROGRAM.replace("setTimeout(resolve, 5)", "setTimeout(resolve, step > 3 ? 1e6 : 5)");
    const task = makeTask({
      "train.ts": hangs,
      "strop.config.json": {
        ...config({ stallSeconds: 0.5 }, 1),
        budget: { trainSeconds: 60, startupSeconds: 20, memory: "800MB" },
      },
    });
    await expect(runTask(await loadTask(task.folder), { tier: "deno" })).rejects.toThrow(/stopped-early: stalled/);
  });
});
