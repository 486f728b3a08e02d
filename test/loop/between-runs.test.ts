import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import type { TrialRequest } from "../../src/executor/types.ts";
import { runTask, type RunTaskOptions } from "../../src/loop/research/run-task.ts";
import type { Proposal, Proposer, ProposerContext } from "../../src/propose/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { type MadeTask, quadraticTask } from "./make-task.ts";
import { readRun } from "./read-run.ts";
import { scripted, widthIn } from "./scripted-executor.ts";
import { repositoryIn } from "./repository.ts";

const run = async ({ folder }: MadeTask, options: RunTaskOptions) =>
  runTask(await loadTask(folder), { tier: "deno", ...options });

const withWidth = ({ champion, program }: ProposerContext, width: number): Proposal => {
  const text = (program(champion.candidate)["train.ts"] ?? "").replace(/width = [-+\d.e]+/, `width = ${width}`);
  return {
    edit: { kind: "whole-files", files: [{ path: "train.ts", text }] },
    parent: champion.candidate,
    description: `width ${width}`,
    detail: null,
  };
};

/** Proposes these widths in turn, then nothing. */
const widths = (...values: readonly number[]): Proposer => ({
  name: "widths",
  propose: (context) => {
    const width = values[context.trial - 1];
    return Promise.resolve(width === undefined ? null : withWidth(context, width));
  },
});

const holdout = { "holdout.ts": "export default () => ({ score: 1 });" };

test("what runs again, and the holdout, may be silent as long as a trial may", async () => {
  const config = {
    metric: { name: "score" },
    judge: { stallSeconds: 77 },
    holdout: { module: "holdout.ts" },
    stop: { trials: 2 },
  };
  const asked: TrialRequest[] = [];
  const score = (request: TrialRequest) => {
    asked.push(request);
    return widthIn(request);
  };
  await run(quadraticTask(config, holdout), { executor: scripted(score), proposer: widths(4) });
  expect(asked.map(({ label }) => label.replaceAll(/\d/g, "N"))).toEqual(
    expect.arrayContaining(["N-N", "baseline-N", "contest-N-N-candidate", "champion-N", "N-holdout-run-NNN"]),
  );
  expect(asked.filter(({ stallSeconds }) => stallSeconds !== 77)).toEqual([]);
});

test("a proposer that had no idea is asked again when a trial ended while it thought", async () => {
  const started = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  let asked = 0;
  const proposer: Proposer = {
    name: "slow",
    async propose(context) {
      asked += 1;
      if (asked === 1) return withWidth(context, 5);
      if (asked > 2) return context.champion.trial === 1 ? withWidth(context, 4) : null;
      started.resolve();
      await finished.promise;
      await sleep(50);
      return null;
    },
  };
  const score = async (request: TrialRequest) => {
    if (request.label === "1-1") await started.promise;
    return widthIn(request);
  };
  const { state } = await run(quadraticTask({ parallel: 2 }), {
    executor: scripted(score),
    proposer,
    observer: { trialFinished: ({ trial }) => void (trial === 1 && finished.resolve()) },
  });
  expect(state).toMatchObject({ champion: { score: 4 }, counts: { scored: 3 } });
});

test("whatever moment a kill may hit, no edit is left that was found invalid and would be run", async () => {
  const task = quadraticTask({ stop: { trials: 3 } });
  const proposer: Proposer = {
    name: "careless",
    propose: (context) => {
      const edit = withWidth(context, 8 - context.trial);
      return Promise.resolve(context.trial % 2 === 0 ? edit : { ...edit, edit: null, problem: "no edit" });
    },
  };
  const left: number[] = [];
  const now = () => {
    if (existsSync(join(task.folder, ".strop/runs/run-001/journal.db")))
      // Another connection sees what would be there after a kill.
      for (const { trial, attempts } of readRun(task.folder, (journal) => journal.state()?.open ?? []))
        if (trial > 0 && attempts === 0) left.push(trial);
    return Date.now();
  };
  const { state } = await run(task, { executor: scripted(widthIn), proposer, now });
  expect(state.counts).toMatchObject({ scored: 3, invalid: 2 });
  expect(left).toEqual([]);
});

test("a holdout that was interrupted is measured when the run goes on, and what it shows is not lost", async () => {
  const task = quadraticTask({ holdout: { module: "holdout.ts" }, stop: { trials: 2 } }, holdout);
  const controller = new AbortController();
  const interrupting = scripted(widthIn, () => {
    controller.abort();
    return 0;
  });
  const first = await run(task, { executor: interrupting, proposer: widths(4), signal: controller.signal });
  expect(first.state).toMatchObject({ champion: { trial: 0 }, holdouts: [] });
  const measured = scripted(widthIn, (request) => 10 - widthIn(request));
  const { state } = await run(task, { executor: measured, proposer: widths(4) });
  expect(state.holdouts).toEqual([
    { trial: 0, score: 2, isOverfit: false },
    { trial: 1, score: 6, isOverfit: true },
  ]);
});

test("two champions at the same moment are committed one after the other, and each has its own holdout", async () => {
  const task = quadraticTask({ parallel: 2, holdout: { module: "holdout.ts" }, stop: { trials: 3 } }, holdout);
  const git = repositoryIn(task.folder);
  const both = Promise.withResolvers<void>();
  const score = async (request: TrialRequest) => {
    if (request.label === "2-1") both.resolve();
    if (request.label !== "0-1") await both.promise;
    return widthIn(request);
  };
  const notes: string[] = [];
  const proposer: Proposer = {
    name: "both",
    propose: (context) => Promise.resolve(context.trial < 3 ? withWidth(context, 6 - context.trial) : null),
  };
  const { state } = await run(task, {
    executor: scripted(score, widthIn),
    proposer,
    observer: { note: (text) => void notes.push(text) },
  });
  expect(state.champions.map(({ trial }) => trial)).toEqual([0, 1, 2]);
  expect(state.holdouts.map(({ trial }) => trial)).toEqual([0, 1, 2]);
  expect(notes).toEqual([]);
  expect(
    git("log", "--format=%(trailers:key=strop-trial,valueonly,separator=)", "HEAD..strop/run-001").split("\n"),
  ).toEqual(["2", "1"]);
}, 120_000);

test("a target counts as reached when the champion's own run says so, not the pairs that it was selected by", async () => {
  const lucky = ({ label, files }: TrialRequest) => (label === "champion-1" ? 6 : widthIn({ files }));
  const task = quadraticTask({ metric: { name: "score" }, stop: { target: 5 } });
  const missed = await run(task, { executor: scripted(lucky), proposer: widths(4) });
  expect(missed.state).toMatchObject({
    champion: { trial: 1, score: 6 },
    ended: expect.stringMatching("nothing left"),
  });
  const reached = await run(task, { executor: scripted(lucky), proposer: widths(4, 2) });
  expect(reached.state).toMatchObject({ champion: { trial: 2, score: 2 }, ended: "score reached the target 5" });
});

test("a trial is run once, at whatever moment of its proposal another run ends", async () => {
  const config = { metric: { name: "score" }, parallel: 2, stop: { trials: 3 } };
  for (let moments = 0; moments < 40; moments++) {
    const task = quadraticTask(config);
    const score = async (request: TrialRequest) => {
      // A run that ends while the proposer is asked, so many turns of the event queue after it has begun.
      for (let i = 0; i < moments; i++) await Promise.resolve();
      return widthIn(request) + (request.seed % 7) / 10;
    };
    const { state } = await run(task, { executor: scripted(score), proposer: widths(9, 10) });
    expect(state.recent.map(({ trial, attempts }) => [trial, attempts])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  }
});
