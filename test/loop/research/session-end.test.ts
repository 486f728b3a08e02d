import { expect, test, vi } from "vitest";

import type { RunState } from "../../../src/journal/state.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { sessionEnd } from "../../../src/loop/research/session-end.ts";
import type { Proposer } from "../../../src/propose/types.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { quadraticTask } from "../make-task.ts";

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

test("what was begun in the overtime has twice the time that the best program takes", () => {
  vi.useFakeTimers();
  try {
    const best = [{ outcome: { diagnostics: { wallSeconds: 13 } } }] as unknown as RunState["best"];
    const { signal } = sessionEnd({ best }, { signal: new AbortController().signal, sessionMs: 100_000 });
    vi.advanceTimersByTime(145_000);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(signal.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("what hangs is cut off soon after the end of a session, and has its own limit when the run goes on", async () => {
  const budget = { trainSeconds: 20, startupSeconds: 20, evaluateSeconds: 6, memory: "800MB" };
  const files = { "train.ts": TRAIN, "evaluate.ts": EVALUATE };
  const { folder } = quadraticTask({ evaluate: { module: "evaluate.ts" }, budget }, files);
  const session = async () => runTask(await loadTask(folder), { tier: "deno", sessionMs: 1000 });

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

test("a proposer of edits that are all invalid is not asked any more when the time of the session is over", async () => {
  const { folder } = quadraticTask({ stop: {} });
  let [clock, asked] = [0, 0];
  const proposer: Proposer = {
    name: "careless",
    propose: ({ champion }) => {
      clock += 10_000;
      asked += 1;
      const refused = { edit: null, problem: "no edit", parent: champion.candidate, description: "no", detail: null };
      return Promise.resolve(asked > 50 ? null : refused);
    },
  };
  const options = { tier: "deno", sessionMs: 25_000, now: () => clock, proposer } as const;
  const { state } = await runTask(await loadTask(folder), options);
  expect(state).toMatchObject({ ended: "the time of this session is over", counts: { invalid: 3 } });
});

const careless: Proposer = {
  name: "careless",
  propose: async ({ champion }) => ({
    edit: null,
    problem: "no edit",
    parent: champion.candidate,
    description: "no",
    detail: null,
  }),
};
const ALL_INVALID = "the last 20 edits were all invalid";

test("a run that ended because its edits were all invalid goes on in the next session", async () => {
  const { folder } = quadraticTask({ stop: { trials: 3 } });
  const session = async (proposer?: Proposer) =>
    runTask(await loadTask(folder), { tier: "deno", ...(proposer && { proposer }) });

  const ended = ALL_INVALID;
  expect((await session(careless)).state).toMatchObject({ ended, counts: { scored: 1, invalid: 20 } });
  expect((await session(careless)).state).toMatchObject({ ended, counts: { scored: 1, invalid: 40 } });
  expect((await session()).state).toMatchObject({ ended: "all 3 trials done", counts: { scored: 3, invalid: 40 } });
});

test("a run that was cut off among invalid edits ends where it would have ended", async () => {
  const { folder } = quadraticTask({ stop: { trials: 3 } });
  const session = async (cutAt = Infinity) => {
    const stopping = new AbortController();
    const observer = { trialFinished: ({ trial }: { trial: number }) => void (trial >= cutAt && stopping.abort()) };
    const loaded = await loadTask(folder);
    return (await runTask(loaded, { tier: "deno", proposer: careless, signal: stopping.signal, observer })).state;
  };
  for (const [cutAt, invalid] of [
    [7, 20],
    [27, 40],
  ] as const) {
    expect((await session(cutAt)).counts.invalid).toBe(cutAt);
    expect(await session()).toMatchObject({ ended: ALL_INVALID, counts: { invalid } });
  }
});
