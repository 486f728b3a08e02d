import { describe, expect, test } from "vitest";

import type { TrialRecord } from "../../src/core/trial.ts";
import { ownTrials, type Update } from "../../src/policy/own-trials.ts";

interface Notes {
  readonly learned?: Update | undefined;
}

const record = (trial: number, isDecided: boolean, learned?: Update): TrialRecord => ({
  trial,
  attempts: 1,
  proposer: "own",
  description: "",
  parent: null,
  candidate: null,
  edit: null,
  detail: { notes: learned === undefined ? {} : { learned: { ...learned } } },
  seed: 0,
  outcome: null,
  verdict: isDecided ? { decision: "discard", rule: "strict", reason: "", reward: 0 } : null,
});
const read = ({ detail }: TrialRecord): Notes | undefined => (detail as { readonly notes?: Notes } | null)?.notes;
const numbers = (own: readonly { readonly record: TrialRecord }[]): readonly number[] =>
  own.map(({ record: { trial } }) => trial);

describe("an actor's own trials", () => {
  test("are those with its notes, in order, and fresh until they are learned from", () => {
    const foreign = { ...record(3, true), detail: null };
    const { own, fresh, learned, update } = ownTrials(
      [record(4, true), foreign, record(1, true), record(2, true)],
      read,
    );
    expect([numbers(own), numbers(fresh), learned, update]).toEqual([
      [1, 2, 4],
      [1, 2, 4],
      undefined,
      { updates: 1, upTo: 4 },
    ]);
    const later = ownTrials([record(1, true), record(2, true), record(4, true), record(5, true, update)], read);
    expect([numbers(later.fresh), later.update]).toEqual([[5], { updates: 2, upTo: 5 }]);
  });

  test("without a verdict are learned from when they have one, each once", () => {
    const before = [1, 2, 3, 4].map((trial) => record(trial, trial !== 2));
    const first = ownTrials(before, read).update;
    expect(first).toEqual({ updates: 1, upTo: 4, undecided: [2] });
    const still = [...before, record(5, true, first), record(6, true)];
    const second = ownTrials(still, read);
    expect([numbers(second.fresh), second.update]).toEqual([[5, 6], { updates: 2, upTo: 6, undecided: [2] }]);
    const decided = [1, 2, 3, 4].map((trial) => record(trial, true));
    const third = ownTrials([...decided, record(5, true, first), record(6, true, second.update)], read);
    expect([numbers(third.fresh), third.update]).toEqual([[2], { updates: 3, upTo: 6 }]);
    const last = ownTrials(
      [...decided, record(5, true, first), record(6, true, second.update), record(7, true, third.update)],
      read,
    );
    expect(numbers(last.fresh)).toEqual([7]);
  });

  test("that have not finished and are newer than what is learned from are not waited for", () => {
    expect(ownTrials([record(1, true), record(2, false)], read).update).toEqual({ updates: 1, upTo: 1 });
  });
});
