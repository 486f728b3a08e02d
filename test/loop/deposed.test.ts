import { expect, test } from "vitest";

import type { TrialRequest } from "../../src/executor/types.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { quadraticTask } from "./make-task.ts";
import { readRun, trialsOf } from "./read-run.ts";
import { repositoryIn } from "./repository.ts";
import { scripted, widthIn } from "./scripted-executor.ts";

/** Width 8 → 2, and then a child of whoever is champion. */
const widths: Proposer = {
  name: "widths",
  propose: ({ champion, program, trial }) => {
    const text = program(champion.candidate)["train.ts"] ?? "";
    const width = [2, 3][trial - 1];
    if (width === undefined) return Promise.resolve(null);
    const files = [{ path: "train.ts", text: text.replace(/width = \d+/, `width = ${width}`) }];
    const edit = { kind: "whole-files", files } as const;
    return Promise.resolve({ edit, parent: champion.candidate, description: `width ${width}`, detail: null });
  },
};

/** Noise that the seed decides. */
const noisy = ({ seed }: TrialRequest): number => (seed % 7) / 1000;

/** Right wherever a candidate is judged, and wrong in every second run of those that measure the champion. */
const flaky = (request: TrialRequest): number | null => {
  const isWrong = widthIn(request) === 2 && /^noise-1-[024]/.test(request.label);
  return isWrong ? null : widthIn(request) + noisy(request);
};

test("a champion that fails in runs that its like do not fail in is champion no more", async () => {
  const task = quadraticTask({ metric: { name: "score" } });
  const git = repositoryIn(task.folder);
  const told: string[] = [];
  const { state } = await runTask(await loadTask(task.folder), {
    tier: "deno",
    executor: scripted(flaky),
    proposer: widths,
    observer: { trialFinished: ({ trial, verdict }) => void told.push(`${trial} ${verdict?.decision}`) },
  });
  const reason = expect.stringMatching(/^was champion until it failed in 2 of \d further runs: it is wrong$/) as string;
  expect(trialsOf(task.folder)[1]).toMatchObject({
    outcome: { status: "invalid", score: null, reason },
    verdict: { decision: "discard", reason },
  });
  expect(told).toEqual(["0 keep", "1 keep", "1 discard", "2 keep"]);
  expect(state.champions.map(({ trial }) => trial)).toEqual([0, 2]);
  expect(state.counts).toMatchObject({ scored: 2, invalid: 1, kept: 2, discarded: 1 });
  // Written down, and true after every replay.
  expect(readRun(task.folder, (journal) => journal.state()?.champions)).toEqual(state.champions);
  expect(git("log", "--format=%s", "strop/run-001").split("\n")).toEqual([
    "width 3",
    "Back to trial 0: trial 1 fails",
    "width 2",
    "start",
  ]);
  expect(git("show", "strop/run-001~1:train.ts")).toContain("width = 8");
});
