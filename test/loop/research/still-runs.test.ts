import { expect, test } from "vitest";

import type { Outcome, OutcomeStatus } from "../../../src/core/trial.ts";
import type { Executor, TrialRequest } from "../../../src/executor/types.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { failuresInARow, suspicion } from "../../../src/loop/research/still-runs.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { outcome } from "../../journal/simple-trial.ts";
import { quadraticTask } from "../make-task.ts";
import { eventsOf } from "../read-run.ts";

const crash: Outcome = outcome({ status: "crashed", score: null, reason: "No module named 'numpy'" });

/** More numbers than can be seen to break the program in 40 trials, whatever they become. */
const PROGRAM = `${Array.from({ length: 30 }, (_, i) => `const rate${i} = ${i + 2};`).join("\n")}
export default async () => ({ score: ${Array.from({ length: 30 }, (_, i) => `rate${i}`).join(" + ")} });
`;

/** A run of 40 trials whose programs end as `run` says; it is told how many have run before. */
async function runWith(run: (before: number, request: TrialRequest) => Outcome) {
  const { folder } = quadraticTask({ stop: { trials: 40 } }, { "train.ts": PROGRAM });
  let count = 0;
  const one = async (request: TrialRequest) => run(count++, request);
  const executor: Executor = { run: one, holdout: one, close: async () => undefined };
  const notes: string[] = [];
  const observer = { note: (text: string) => void notes.push(text) };
  const ending = runTask(await loadTask(folder), { tier: "deno", executor: () => executor, observer });
  return { ending, folder, notes };
}

test("a machine on which nothing runs any more ends the run, and not the night's trials", async () => {
  const { ending, folder } = await runWith((before) => (before < 5 ? outcome({ score: 9 - before }) : crash));
  await expect(ending).rejects.toMatchObject({ code: "champion.failed", message: expect.stringContaining("numpy") });
  const events = eventsOf(folder);
  expect(events.filter(({ type }) => type === "trial.proposed")).toHaveLength(15);
  expect(events.at(-1)).toMatchObject({ reason: expect.stringMatching(/^strop could not go on: .* No module named/) });
});

test("edits that fail one after the other end no run whose best program still runs, even if not every time", async () => {
  const isSaved = ({ label }: TrialRequest) => /^still-runs-\d+-1$/.test(label);
  const { ending, notes } = await runWith((before, request) =>
    before === 0 || isSaved(request) ? outcome({ score: 9 }) : crash,
  );
  expect((await ending).state.ended).toBe("all 40 trials done");
  expect(notes.filter((note) => /still does/.test(note))).toHaveLength(3);
});

test("what counts are failures of this session since the last success, whatever was invalid in between", () => {
  const of = (...statuses: OutcomeStatus[]) => ({
    recent: statuses.map((status, trial) => ({ trial, outcome: outcome({ status }) })) as never,
  });
  expect(failuresInARow(of(), 0)).toBe(0);
  expect(failuresInARow(of("crashed", "scored", "crashed", "invalid", "timed-out"), 0)).toBe(2);
  expect(failuresInARow(of("crashed", "crashed", "stopped-early"), 0)).toBe(0);
  expect(failuresInARow(of("crashed", "crashed", "crashed"), 2)).toBe(1);
  const isSuspicious = suspicion();
  expect([9, 10, 11, 19, 20, 0, 9, 10].map(isSuspicious)).toEqual([
    false,
    true,
    false,
    false,
    true,
    false,
    false,
    true,
  ]);
});
