import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import type { Edit, ProgramFiles } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { noveltyFilter } from "../../../src/propose/ensemble/novelty-filter.ts";
import type { Proposal, Proposer } from "../../../src/propose/types.ts";
import { baselineId, contextAfter, trialRecord } from "./records.ts";

const rewrite = (search: string, replace: string): Edit => ({
  kind: "search-replace",
  blocks: [{ path: "main.py", search, replace }],
});
const before: ProgramFiles = { "main.py": "rate = 0.1\n" };
const loop = "for i in range(steps): x = x - rate * gradient(x, batch(i)) + momentum * (x - old)\n";
const big = rewrite("rate = 0.1\n", `${loop}${loop}`);
const nearlyBig = rewrite("rate = 0.1\n", `${loop}${loop.replace("momentum", "inertia")}`);
const other = rewrite("rate = 0.1\n", "schedule = cosine(steps)\n");

const proposing = (edit: Edit | null, more: Partial<Proposal> = {}): Proposer => ({
  name: "model",
  propose: () => Promise.resolve({ edit, parent: baselineId, description: "again", detail: { model: "a" }, ...more }),
});

/** What the filter makes of a proposal after trials that each edited `program`, the baseline's files. */
function propose(proposer: Proposer, trials: readonly TrialRecord[], program: ProgramFiles = before) {
  const made = trials.map((record) => ({ ...record, parent: baselineId }));
  const programs = new Map(made.map(({ candidate, edit }) => [candidate, edited(program, edit)]));
  const context = contextAfter(made, { program: (id) => programs.get(id) ?? program });
  return noveltyFilter(proposer).propose(context, new AbortController().signal);
}

function edited(program: ProgramFiles, edit: Edit | null): ProgramFiles {
  const applied = edit === null ? null : applyEdit(program, edit, () => true);
  return applied?.ok === true ? applied.files : program;
}

describe("noveltyFilter", () => {
  it("lets pass what is new, and the first of its kind", async () => {
    expect((await propose(proposing(big), []))?.problem).toBeUndefined();
    expect((await propose(proposing(other), [trialRecord({ trial: 1, edit: big })]))?.problem).toBeUndefined();
  });

  it("drops what is nearly an earlier edit, and says which and by how much", async () => {
    const dropped = await propose(proposing(nearlyBig), [
      trialRecord({ trial: 1 }),
      trialRecord({ trial: 2, edit: big }),
    ]);
    expect(dropped?.problem).toMatch(/^too much like trial 2: .*, [1-4] % differs; try another idea$/);
    expect(dropped?.detail).toEqual({ model: "a", isRepetition: true });
    const same = await propose(proposing(big), [trialRecord({ trial: 2, edit: big })]);
    expect(same?.problem).toContain("0 % differs");
  });

  it("compares with running trials too", async () => {
    const running = { ...trialRecord({ trial: 1, edit: big }), parent: baselineId, outcome: null, verdict: null };
    const program = (id: string) => (id === running.candidate ? edited(before, big) : before);
    const context = { ...contextAfter([]), trial: 2, pending: [running], program };
    const dropped = await noveltyFilter(proposing(big)).propose(context, new AbortController().signal);
    expect(dropped?.problem).toContain("trial 1");
  });

  it.each(["invalid", "crashed", "timed-out"] as const)(
    "lets the mend of an edit be run that was %s",
    async (status) => {
      expect(
        (await propose(proposing(nearlyBig), [trialRecord({ trial: 1, edit: big, status })]))?.problem,
      ).toBeUndefined();
      expect((await propose(proposing(nearlyBig), [trialRecord({ trial: 1, edit: big })]))?.problem).toContain(
        "trial 1",
      );
    },
  );

  it("tells two rewrites of one long function apart, however they are written, and one rewrite from itself", async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `    total = total + weights[${i}] * row[${i}]\n`);
    const search = `def score(row):\n${lines.join("")}    return total\n`;
    const [one, two] = ["return sum(w * x for w, x in zip(weights, row))", "return numpy.dot(weights, row)"].map(
      (body) => `def score(row):\n    ${body}\n`,
    ) as [string, string];
    const program = { "main.py": `rate = 0.1\n${search}` };
    const whole = (text: string): Edit => ({
      kind: "whole-files",
      files: [{ path: "main.py", text: `rate = 0.1\n${text}` }],
    });
    for (const written of [(text: string) => rewrite(search, text), whole]) {
      const trials = [trialRecord({ trial: 1, edit: written(one) })];
      expect((await propose(proposing(written(two)), trials, program))?.problem).toBeUndefined();
      expect((await propose(proposing(rewrite(search, one)), trials, program))?.problem).toContain("0 % differs");
    }
  });

  it("drops two in a row, and then lets one be run", async () => {
    const trials = [trialRecord({ trial: 1, edit: big })];
    const dropped: boolean[] = [];
    for (let trial = 2; trial <= 7; trial++) {
      const proposal = (await propose(proposing(nearlyBig), trials)) as Proposal;
      const isDropped = proposal.problem !== undefined;
      dropped.push(isDropped);
      trials.push(
        trialRecord({ trial, edit: proposal.edit, detail: proposal.detail, status: isDropped ? "invalid" : "scored" }),
      );
    }
    expect(dropped).toEqual([true, true, false, true, true, false]);
  });

  it("leaves alone what holds no edit, has a problem already, or is nothing at all", async () => {
    const history = [trialRecord({ trial: 1, edit: big })];
    expect((await propose(proposing(null, { problem: "no edit" }), history))?.problem).toBe("no edit");
    expect((await propose(proposing(big, { problem: "out of scope" }), history))?.problem).toBe("out of scope");
    expect(await propose({ name: "model", propose: () => Promise.resolve(null) }, history)).toBeNull();
  });
});
