import { describe, expect, it } from "vitest";

import { sphere } from "../../../bench/proposers/functions.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { islandContext, islands } from "../../../src/propose/ensemble/islands.ts";
import { createProposer } from "../../../src/propose/registry.ts";
import type { Proposer, ProposerContext } from "../../../src/propose/types.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";
import { baselineId, contextAfter, trialRecord } from "./records.ts";

const ring = { count: 3, every: 12 };
const trials = Array.from({ length: 30 }, (_, i) =>
  // Island 1 (trials 2, 5, 8 …) is ahead from the start, and every island gets better.
  trialRecord({ trial: i + 1, score: 0.9 - 0.01 * i - (i % 3 === 1 ? 0.3 : 0), isKept: i % 3 === 1 }),
);
const seenAt = (trial: number) => islandContext(contextAfter(trials.slice(0, trial - 1), { trial }), ring);
const numbers = ({ history }: ProposerContext) => history.map(({ trial }) => trial);

describe("islands", () => {
  it("never mix before the first migration", () => {
    for (let trial = 1; trial <= ring.every; trial++) {
      const own = Array.from({ length: trial - 1 }, (_, i) => i + 1).filter((t) => (t - trial) % ring.count === 0);
      expect(numbers(seenAt(trial))).toEqual([0, ...own]);
    }
  });

  it("receive the best of the island before them in the ring, and keep all of their own", () => {
    // At trial 13 (island 0) the best of island 2 is trial 12; at 14 island 0's best is trial 10; at 15 island 1's is 11.
    expect(numbers(seenAt(13))).toEqual([0, 1, 4, 7, 10, 12]);
    expect(numbers(seenAt(14))).toEqual([0, 2, 5, 8, 10, 11]);
    expect(numbers(seenAt(15))).toEqual([0, 3, 6, 9, 11, 12]);
    // Island 2 has had trial 11 of island 1 as its best and hands it on at the second migration.
    expect(numbers(seenAt(25))).toEqual([0, 1, 4, 7, 10, 11, 12, 13, 16, 19, 22]);
  });

  it("have their own best as champion, and verdicts against it", () => {
    const { champion, history } = seenAt(10);
    expect(champion).toEqual({ candidate: "candidate-7", score: expect.closeTo(0.84, 10), trial: 7 });
    expect(history.map(({ verdict }) => verdict?.decision)).toEqual(["keep", "keep", "keep", "keep"]);
    expect(history[3]?.verdict?.reward).toBeCloseTo(0.03, 10);
    const { champion: after } = seenAt(15);
    expect(after).toEqual({ candidate: "candidate-11", score: trials[10]?.outcome?.score, trial: 11 });
  });

  it("do not take what a trial gained over the run's champion for a gain over their own", () => {
    const evidence = { purse: "clear", level: 0.05, logEvidence: 1, pairs: 3, gain: 0.2, error: 0.1 } as const;
    const tested = trials.map((record): TrialRecord => ({
      ...record,
      verdict: record.verdict && { ...record.verdict, evidence },
    }));
    const { history } = islandContext(contextAfter(tested.slice(0, 24), { trial: 25 }), ring);
    expect(history.length).toBeGreaterThan(8);
    expect(history.map(({ verdict }) => verdict?.evidence)).toEqual(history.map(() => undefined));
  });

  it("begin at the baseline, also when the history no longer reaches back to it", () => {
    expect(seenAt(1).champion).toEqual({ candidate: baselineId, score: 1, trial: 0 });
    const cut = contextAfter(trials, { history: trials.slice(20) });
    expect(numbers(islandContext(cut, ring))).not.toContain(0);
  });

  it("show only their own running trials", () => {
    const pending = [28, 29, 30].map((trial): TrialRecord => ({
      ...trialRecord({ trial }),
      outcome: null,
      verdict: null,
    }));
    const { pending: seen } = islandContext(contextAfter(trials.slice(0, 27), { trial: 31, pending }), ring);
    expect(seen.map(({ trial }) => trial)).toEqual([28]);
  });

  it("take the run's champion at its measured score", () => {
    const champion = { candidate: "candidate-5", score: 0.5599, trial: 5 };
    const context = contextAfter(trials.slice(0, 7), { trial: 8, champion });
    expect(islandContext(context, ring).champion).toEqual(champion);
  });

  it("edit their own best", async () => {
    const { history } = await simulateRun({
      proposer: islands(2, createProposer("random"), { every: 10 }),
      program: sphere.program,
      score: sphere.score,
      trials: 30,
      seed: 1,
    });
    const islandOf = new Map(history.map(({ candidate, trial }) => [candidate, trial === 0 ? null : trial % 2]));
    const beforeMigration = history.slice(1, 11);
    for (const { parent, trial } of beforeMigration) expect([null, trial % 2]).toContain(islandOf.get(parent));
    const crossed = history.slice(11).filter(({ parent, trial }) => islandOf.get(parent) !== trial % 2);
    expect(crossed.length).toBeGreaterThan(0);
  });

  it("do not run what another island has tried", async () => {
    // Proposes the first of 20 values that its context does not know: each island would begin with the same.
    const counting: Proposer = {
      name: "counting",
      propose: (context) => {
        const tried = new Set(
          [...context.history, ...context.pending].map(({ candidate }) => context.program(candidate as string)["f"]),
        );
        const text = Array.from({ length: 20 }, (_, i) => `${i}\n`).find((one) => !tried.has(one)) as string;
        return Promise.resolve({
          edit: { kind: "whole-files", files: [{ path: "f", text }] },
          parent: context.champion.candidate,
          description: text.trim(),
          detail: null,
        });
      },
    };
    const { history } = await simulateRun({
      proposer: islands(2, counting, { every: 100 }),
      program: { f: "start\n" },
      score: () => 1,
      trials: 6,
      seed: 1,
    });
    expect(new Set(history.map(({ candidate }) => candidate)).size).toBe(history.length);
  });
});
