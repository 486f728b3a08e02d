import { describe, expect, it } from "vitest";

import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import type { CandidateId, OutcomeStatus, TrialRecord } from "../../../src/core/trial.ts";
import { bayes } from "../../../src/propose/literals/bayes.ts";
import { literalSpace } from "../../../src/propose/literals/literal-space.ts";
import { randomLiterals } from "../../../src/propose/literals/random.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

const PROGRAM = { "a.js": "const batch = 64;\nexport const money = (cents) => cents / 100;\n" };
// Divided by anything else it is wrong, and refused.
const score = ({ "a.js": text = "" }: ProgramFiles) =>
  text.includes("cents / 100") ? 1 / Number(/batch = (\d+)/.exec(text)?.[1]) : null;

it.each([
  ["random", randomLiterals, "seconds"],
  ["random", randomLiterals, "loss"],
  ["bayes", bayes, "loss"],
] as const)("%s soon leaves a number alone that breaks the program whatever it becomes", async (_, search, metric) => {
  const run = { program: PROGRAM, trials: 60, seed: 3, metric };
  const { history } = await simulateRun({ ...run, proposer: search(), score });
  const failed = history.filter(({ outcome }) => outcome?.status !== "scored").map(({ trial }) => trial);
  expect(failed).not.toEqual([]);
  expect(failed.length).toBeLessThan(12);
  expect(history.length - failed.length).toBeGreaterThan(20);
});

describe("what speaks against a literal", () => {
  const text = (n: number, rate: number, call = "train") => ({
    "a.py": `def f(n=${n}, rate=${rate}):\n    ${call}(n, rate)\n`,
  });

  /** The literals that are still for tuning after trials that edited the baseline so. */
  async function tuned(trials: readonly (readonly [ProgramFiles, OutcomeStatus])[]): Promise<readonly string[]> {
    const baseline = text(6, 0.1);
    const run = { proposer: randomLiterals(), program: baseline, score: () => 1, trials: 0, seed: 1 };
    const { context, history } = await simulateRun(run);
    const first = history[0] as TrialRecord;
    const programs = new Map<CandidateId, ProgramFiles>(
      [baseline, ...trials.map(([files]) => files)].map((files) => [candidateId(files), files]),
    );
    const records = trials.map(([files, status], i): TrialRecord => ({
      ...first,
      trial: i + 1,
      parent: first.candidate,
      candidate: candidateId(files),
      outcome: {
        ...(first.outcome as NonNullable<TrialRecord["outcome"]>),
        status,
        score: status === "scored" ? 1 : null,
      },
    }));
    const program = (candidate: CandidateId) => programs.get(candidate) as ProgramFiles;
    const space = await literalSpace({ ...context, history: [first, ...records], program });
    return space.map(({ label }) => label);
  }

  it("is that it failed both ways, or three times one way", async () => {
    expect(await tuned([[text(7, 0.1), "crashed"]])).toEqual(["n", "rate"]);
    expect(
      await tuned([
        [text(7, 0.1), "crashed"],
        [text(8, 0.1), "crashed"],
      ]),
    ).toEqual(["n", "rate"]);
    expect(
      await tuned([
        [text(7, 0.1), "crashed"],
        [text(5, 0.1), "invalid"],
      ]),
    ).toEqual(["rate"]);
    const thrice = [7, 8, 9].map((n) => [text(n, 0.1), "crashed"] as const);
    expect(await tuned(thrice)).toEqual(["rate"]);
  });

  it("is a failure together with what has got scores, and none together with what has not", async () => {
    const both = [
      [text(7, 0.2), "crashed"],
      [text(5, 0.3), "crashed"],
    ] as const;
    expect(await tuned(both)).toEqual(["n", "rate"]);
    expect(await tuned([...both, [text(6, 0.4), "scored"]])).toEqual(["rate"]);
  });

  it("is no more once a change of it got a score, be it another proposer's with other code", async () => {
    const failed = [
      [text(7, 0.1), "crashed"],
      [text(5, 0.1), "crashed"],
    ] as const;
    expect(await tuned([...failed, [text(4, 0.1, "fit"), "scored"]])).toEqual(["n", "rate"]);
  });

  it("is no crash of other code, and no trial that took too long", async () => {
    const code = [
      [text(7, 0.1, "fit"), "crashed"],
      [text(5, 0.1, "fit"), "crashed"],
    ] as const;
    expect(await tuned(code)).toEqual(["n", "rate"]);
    expect(
      await tuned([
        [text(7, 0.1), "timed-out"],
        [text(5, 0.1), "timed-out"],
      ]),
    ).toEqual(["n", "rate"]);
  });
});
