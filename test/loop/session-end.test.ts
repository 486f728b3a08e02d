import { afterEach, expect, test } from "vitest";

import { runTask } from "../../src/loop/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { quadraticTask } from "./make-task.ts";
import type { MadeTask } from "./make-task.ts";

/** Never ends for anything but the baseline. */
const EVALUATE = `
export default async function evaluate({ outputs }) {
  const score = Number(new TextDecoder().decode(outputs["score.txt"]));
  while (score < 25 || score > 26);
  return { score };
}
`;
const TRAIN = `
const width = 8;

export default async function train(trial) {
  await trial.report({ step: 1, loss: 1 });
  await trial.save("score.txt", new TextEncoder().encode(String((width - 3) ** 2)));
}
`;

let task: MadeTask;
afterEach(() => task.remove());

test("what hangs is cut off a fifth after the end of a session, and has its own limit when the run goes on", async () => {
  const budget = { trainSeconds: 20, startupSeconds: 20, evaluateSeconds: 6, memory: "800MB" };
  task = quadraticTask({ evaluate: { module: "evaluate.ts" }, budget }, { "train.ts": TRAIN, "evaluate.ts": EVALUATE });
  const session = async () => runTask(await loadTask(task.folder), { tier: "deno", sessionMs: 1000 });

  const first = await session();
  expect(first.state.ended).toBe("the time of this session is over");
  expect(first.state.open).toMatchObject([
    {
      trial: 1,
      attempts: 1,
      verdict: null,
      outcome: { status: "interrupted", reason: expect.stringMatching("run again") },
    },
  ]);
  expect(first.state.counts).toMatchObject({ scored: 1, invalid: 0, interrupted: 1 });

  const second = await session();
  expect(second.state.counts).toMatchObject({ scored: 1, invalid: 1, interrupted: 1 });
  expect(second.state.open).toEqual([]);
  expect(second.state.recent.at(-1)).toMatchObject({
    trial: 1,
    attempts: 2,
    outcome: { reason: expect.stringMatching("evaluator") },
  });
}, 60_000);
