import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { crossover } from "../../../src/propose/ensemble/crossover.ts";
import type { Proposal, ProposerContext } from "../../../src/propose/types.ts";
import { contextAfter, trialRecord } from "./records.ts";

const base = `rate = 0.1
momentum = 0.9

def step(x):
    return x * rate

width = 64
if rate > 1:
    momentum = 0
`;
const file = (text: string): ProgramFiles => ({ "train.py": text });

interface Line {
  readonly text: string;
  readonly score: number;
  /** Index of the parent among the lines before; default: the baseline. */
  readonly parent?: number;
  readonly isKept?: boolean;
}

/** A run in which these programs were tried, in this order; the last keep is the champion. */
function runOf(lines: readonly Line[], random = createRandom(1)): ProposerContext {
  const all = [file(base), ...lines.map(({ text }) => file(text))];
  const programs = new Map(all.map((files) => [candidateId(files), files]));
  const ids = all.map(candidateId);
  const records: TrialRecord[] = lines.map(({ score, parent = -1, isKept = true }, i) =>
    trialRecord({ trial: i + 1, score, isKept, candidate: ids[i + 1] as string, parent: ids[parent + 1] as string }),
  );
  const last = records.findLastIndex(({ verdict }) => verdict?.decision === "keep");
  const start = { candidate: ids[0] as string, score: 1 };
  const context = contextAfter(records);
  return {
    ...context,
    history: [{ ...(context.history[0] as TrialRecord), candidate: start.candidate }, ...records],
    baseline: start,
    champion:
      last < 0
        ? { ...start, trial: 0 }
        : { candidate: ids[last + 1] as string, score: lines[last]?.score ?? 1, trial: last + 1 },
    program: (id) => programs.get(id) as ProgramFiles,
    random,
  };
}

const propose = (context: ProposerContext) => crossover().propose(context, new AbortController().signal);

function childOf(context: ProposerContext, proposal: Proposal | null): string {
  if (proposal?.edit == null) throw new Error("expected an edit, found none");
  const applied = applyEdit(context.program(proposal.parent), proposal.edit, (path) => path === "train.py");
  if (!applied.ok) throw new Error(applied.reason);
  expect(applied.repairs).toEqual([]);
  return applied.files["train.py"] as string;
}

describe("crossover", () => {
  it("holds both of two disjoint edits of the baseline", async () => {
    const context = runOf([
      { text: base.replace("0.1", "0.3"), score: 0.9 },
      { text: base.replace("x * rate", "x * rate / 2"), score: 0.8 },
    ]);
    const proposal = await propose(context);
    expect(childOf(context, proposal)).toBe(base.replace("0.1", "0.3").replace("x * rate", "x * rate / 2"));
    expect(proposal?.description).toBe("combines trial 2 (trial 2) with trial 1 (trial 1)");
    expect(proposal?.parent).toBe(context.champion.candidate);
  });

  it("merges over the nearest common ancestor, so that what both have is not a conflict", async () => {
    const grown = base.replace("0.1", "0.3");
    const context = runOf([
      { text: grown, score: 0.9 },
      { text: grown.replace("0.9", "0.95"), score: 0.8, parent: 0 },
      { text: grown.replace("64", "96"), score: 0.85, parent: 0 },
    ]);
    expect(childOf(context, await propose(context))).toBe(grown.replace("0.9", "0.95").replace("64", "96"));
  });

  it("picks a side where the two disagree, and combines the rest", async () => {
    const children = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const context = runOf(
        [
          { text: base.replace("0.1", "0.3").replace("0.9", "0.8"), score: 0.9 },
          { text: base.replace("0.1", "0.5").replace("64", "96"), score: 0.8 },
        ],
        createRandom(seed),
      );
      children.add(childOf(context, await propose(context)));
    }
    const both = base.replace("0.9", "0.8").replace("64", "96");
    expect([...children].sort()).toEqual([both.replace("0.1", "0.3"), both.replace("0.1", "0.5")]);
  });

  it("combines what was better than its parent without being kept, but not what was worse", async () => {
    const lines = (score: number): Line[] => [
      { text: base.replace("0.1", "0.3"), score: 0.8 },
      { text: base.replace("64", "96"), score, isKept: false },
    ];
    expect(await propose(runOf(lines(0.9)))).not.toBeNull();
    expect(await propose(runOf(lines(1.1)))).toBeNull();
  });

  it("has nothing to propose when there is one line only, or no program that is not one of the two or known", async () => {
    const one = base.replace("0.1", "0.3");
    const two = one.replace("64", "96");
    expect(await propose(runOf([]))).toBeNull();
    expect(
      await propose(
        runOf([
          { text: one, score: 0.9 },
          { text: two, score: 0.8, parent: 0 },
        ]),
      ),
    ).toBeNull();
    const other = base.replace("64", "96");
    const merged = { text: two, score: 2, isKept: false };
    expect(await propose(runOf([{ text: one, score: 0.9 }, { text: other, score: 0.8 }, merged]))).toBeNull();
    const conflict = base.replace("0.1", "0.5");
    expect(
      await propose(
        runOf([
          { text: one, score: 0.9 },
          { text: conflict, score: 0.8 },
        ]),
      ),
    ).toBeNull();
  });

  it("proposes no program that does not parse although both of its parents do", async () => {
    const unwrapped = base.replace("if rate > 1:\n    momentum = 0\n", "momentum = 0\n");
    const extended = `${base}else:\n    momentum = 1\n`;
    expect(
      await propose(
        runOf([
          { text: unwrapped, score: 0.9 },
          { text: extended, score: 0.8 },
        ]),
      ),
    ).toBeNull();
    const also = extended.replace("64", "96");
    const context = runOf([
      { text: base.replace("0.1", "0.3"), score: 0.9 },
      { text: also, score: 0.8 },
    ]);
    expect(childOf(context, await propose(context))).toBe(also.replace("0.1", "0.3"));
  });

  it("goes on when the history no longer reaches back to the common ancestor", async () => {
    const context = runOf([
      { text: base.replace("0.9", "0.91"), score: 0.95 },
      { text: base.replace("0.9", "0.91").replace("0.1", "0.3"), score: 0.9, parent: 0 },
      { text: base.replace("0.9", "0.91").replace("64", "96"), score: 0.8, parent: 0 },
    ]);
    const cut = { ...context, history: context.history.filter(({ trial }) => trial > 1) };
    const proposal = await propose(cut);
    expect(childOf(cut, proposal)).toBe(base.replace("0.9", "0.91").replace("0.1", "0.3").replace("64", "96"));
  });
});
