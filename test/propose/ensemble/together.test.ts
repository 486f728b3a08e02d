import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import type { Evidence } from "../../../src/core/contest.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { together } from "../../../src/propose/ensemble/together.ts";
import type { Proposal, ProposerContext } from "../../../src/propose/types.ts";
import { contextAfter, trialRecord } from "./records.ts";

const base: ProgramFiles = {
  "a.py": "one = slow(1)\n\n\ntwo = slow(2)\n",
  "b.py": "three = slow(3)\n\n\nfour = slow(4)\n",
};
const OWN = candidateId(base);
const evidence = (gain: number, opponent = 0): Evidence => ({
  purse: "close",
  level: 0.01,
  logEvidence: 0,
  opponent,
  pairs: 3,
  gain,
  error: 0.1,
});

interface Tried extends Partial<TrialRecord> {
  /** What it made faster. */
  readonly changed: number;
  readonly score?: number;
  readonly evidence?: Evidence;
  readonly to?: string;
}

const quick = (count: number, to = "fast"): ProgramFiles =>
  Object.fromEntries(
    Object.entries(base).map(([path, text]) => [path, text.replace(`slow(${count})`, `${to}(${count})`)]),
  );

/** After these edits of the champion, which is the program as it is and scores 1; lower is better. */
function after(tried: readonly Tried[], pending: readonly TrialRecord[] = []): ProposerContext {
  const programs = new Map([[OWN, base]]);
  const records = tried.map(({ changed, to, evidence: shown, score = 0.9, ...rest }, i) => {
    const files = quick(changed, to);
    programs.set(candidateId(files), files);
    const record = trialRecord({ trial: i + 1, score, parent: OWN, candidate: candidateId(files), ...rest });
    return shown === undefined || record.verdict === null
      ? record
      : { ...record, verdict: { ...record.verdict, evidence: shown } };
  });
  return contextAfter(records, {
    champion: { candidate: OWN, score: 1, trial: 0 },
    pending,
    program: (id) => programs.get(id) as ProgramFiles,
  });
}

async function joined(context: ProposerContext): Promise<readonly string[] | null> {
  const proposal = await together().propose(context, new AbortController().signal);
  if (proposal === null) return null;
  const applied = applyEdit(base, proposal.edit as NonNullable<typeof proposal.edit>, () => true);
  if (!applied.ok) throw new Error(applied.reason);
  expect(proposal.parent).toBe(OWN);
  const { with: members } = proposal.detail as { with: number[] };
  expect(proposal.description).toBe(
    `${members.length} edits together: ${members.map((trial) => `trial ${trial}`).join("; ")}`,
  );
  return Object.values(applied.files)
    .join("")
    .match(/\w+\(\d\)/g) as string[];
}

describe("what looked better one by one", () => {
  it("is done at once, in all its files", async () => {
    expect(await joined(after([{ changed: 1 }, { changed: 4 }]))).toEqual(["fast(1)", "slow(2)", "slow(3)", "fast(4)"]);
  });

  it("is not what looked worse, failed, was done to another program, or is made of others", async () => {
    const one = { changed: 1 };
    for (const other of [
      { changed: 2, score: 1.1 },
      { changed: 2, status: "crashed" },
      { changed: 2, parent: "another" },
      { changed: 2, proposer: "together" },
      { changed: 2, evidence: evidence(-0.1) },
      { changed: 1 },
    ] as Tried[])
      expect(await joined(after([one, other])), JSON.stringify(other)).toBe(null);
    // What was measured beside another champion says nothing of this one; the look does.
    expect(await joined(after([one, { changed: 2, evidence: evidence(-0.1, 7) }]))).toContain("fast(2)");
  });

  it("is what waits to be decided, too", async () => {
    const [waiting] = after([{ changed: 3 }]).history.slice(-1) as [TrialRecord];
    const context = after([{ changed: 1 }], [{ ...waiting, trial: 2, description: "trial 2", verdict: null }]);
    const program = (id: string) => (id === waiting.candidate ? quick(3) : context.program(id));
    expect(await joined({ ...context, program })).toEqual(["fast(1)", "slow(2)", "fast(3)", "slow(4)"]);
  });

  it("is, of two changes of one place, the one that gains more", async () => {
    const tried = [{ changed: 1, to: "good" }, { changed: 1, to: "better", score: 0.7 }, { changed: 4 }];
    const found = new Set<string>();
    // Of two or of all three; the two best are of one place, and together they are the better one alone.
    for (let i = 0; i < 8; i++) {
      const context = { ...after(tried), random: contextAfter([], {}).random.fork(String(i)) };
      found.add(JSON.stringify(await joined(context)));
    }
    expect([...found]).toEqual([JSON.stringify(["better(1)", "slow(2)", "slow(3)", "fast(4)"])]);
  });

  it("keeps what each of two edits inserts at one place, and leaves out all of one whose other place is taken", async () => {
    const edits = [
      ["x", "slow(2)"],
      ["y", "slow(3)"],
      ["z", "slow(2)"],
    ] as const;
    const programs = new Map([[OWN, base]]);
    const records = edits.map(([name, place], i) => {
      const quicker = Object.entries(base).map(([path, text]) => [path, text.replace(place, `${name}.${place}`)]);
      const files = Object.fromEntries(quicker) as Record<string, string>;
      files["a.py"] = `import ${name}\n${files["a.py"]}`;
      programs.set(candidateId(files), files);
      return trialRecord({ trial: i + 1, score: 0.7 + i / 10, parent: OWN, candidate: candidateId(files) });
    });
    const context = contextAfter(records, {
      champion: { candidate: OWN, score: 1, trial: 0 },
      program: (id) => programs.get(id) as ProgramFiles,
    });
    const proposal = (await together().propose(context, new AbortController().signal)) as Proposal;
    const applied = applyEdit(base, proposal.edit!, () => true);
    expect(applied.ok && applied.files).toEqual({
      "a.py": "import x\nimport y\none = slow(1)\n\n\ntwo = x.slow(2)\n",
      "b.py": "three = y.slow(3)\n\n\nfour = slow(4)\n",
    });
    expect(proposal.detail).toEqual({ with: [1, 2] });
  });

  it("comes to an end: nothing is proposed twice", async () => {
    const tried = [{ changed: 1 }, { changed: 2 }, { changed: 3 }, { changed: 4 }];
    let context = after(tried);
    const seen = new Set<string>();
    for (;;) {
      const proposal = await together().propose(context, new AbortController().signal);
      if (proposal === null) break;
      const applied = applyEdit(base, proposal.edit as NonNullable<typeof proposal.edit>, () => true);
      const candidate = applied.ok ? candidateId(applied.files) : "";
      expect(seen).not.toContain(candidate);
      seen.add(candidate);
      const record = trialRecord({ trial: context.trial, proposer: "together", parent: OWN, candidate, score: 0.8 });
      context = { ...context, trial: context.trial + 1, history: [...context.history, record] };
    }
    expect(seen.size).toBe(3);
  });
});
