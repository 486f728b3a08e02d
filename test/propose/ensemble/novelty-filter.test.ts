import { describe, expect, it } from "vitest";

import type { Edit } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { noveltyFilter } from "../../../src/propose/ensemble/novelty-filter.ts";
import type { Proposal, Proposer } from "../../../src/propose/types.ts";
import { baselineId, contextAfter, trialRecord } from "./records.ts";

const rewrite = (search: string, replace: string): Edit => ({
  kind: "search-replace",
  blocks: [{ path: "main.py", search, replace }],
});
const loop = "for i in range(steps): x = x - rate * gradient(x, batch(i)) + momentum * (x - old)\n";
const big = rewrite("rate = 0.1\n", `${loop}${loop}`);
const nearlyBig = rewrite("rate = 0.1\n", `${loop}${loop.replace("momentum", "inertia")}`);
const other = rewrite("rate = 0.1\n", "schedule = cosine(steps)\n");

const proposing = (edit: Edit | null, more: Partial<Proposal> = {}): Proposer => ({
  name: "model",
  propose: () => Promise.resolve({ edit, parent: baselineId, description: "again", detail: { model: "a" }, ...more }),
});
const propose = (proposer: Proposer, trials: readonly TrialRecord[]) =>
  noveltyFilter(proposer).propose(contextAfter(trials), new AbortController().signal);

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
    const running = { ...trialRecord({ trial: 1, edit: big }), outcome: null, verdict: null };
    const context = { ...contextAfter([]), trial: 2, pending: [running] };
    const dropped = await noveltyFilter(proposing(big)).propose(context, new AbortController().signal);
    expect(dropped?.problem).toContain("trial 1");
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
