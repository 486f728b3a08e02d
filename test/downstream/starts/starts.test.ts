import { describe, expect, it } from "vitest";

import { createDownstreamTask, downstreamTaskNames } from "../../../src/downstream/registry.ts";
import { searchStarts } from "../../../src/downstream/starts/starts.ts";
import { score, shown } from "../helpers.ts";

/** The same searches, with settings by hand. */
const BY_HAND: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "string-grid": [
    ["steps = 2", "steps = 300"],
    ["rate = 0.9", "rate = 0.1"],
  ],
  qap: [
    ["steps = 40", "steps = 3000"],
    ["cooling = 0.98", "cooling = 0.998"],
    ["temperature = 20", "temperature = 2"],
  ],
  sat: [
    ["flips = 30", "flips = 400"],
    ["noise = 0.95", "noise = 0.4"],
  ],
};

const tuned = (name: string, text: string): string =>
  (BY_HAND[name] ?? []).reduce((now, [from, to]) => {
    expect(now).toContain(from);
    return now.replace(from, to);
  }, text);

describe("the second start of a downstream task", () => {
  it.each(downstreamTaskNames)("%s: another solution for the same instances and the same score", (name) => {
    const [naive, search] = [createDownstreamTask(name), createDownstreamTask(name, { start: "search" })];
    expect(search.seedSolution).toBe(searchStarts[name]);
    expect(search.seedSolution).not.toBe(naive.seedSolution);
    expect(createDownstreamTask(name, { start: "naive" }).seedSolution).toBe(naive.seedSolution);
    expect(search).toMatchObject({ name: naive.name, description: naive.description });
    if (name !== "qap") expect(shown(search, "validation", 1)).toEqual(shown(naive, "validation", 1));
  });

  it("is refused by another name", () => {
    expect(() => createDownstreamTask("sat", { start: "good" as never })).toThrow(/start: expected naive or search/);
  });

  it.each(downstreamTaskNames)("%s: answers every instance in time", async (name) => {
    const task = createDownstreamTask(name, { start: "search" });
    expect(await score(task, task.seedSolution)).toMatchObject({ reason: "", flags: [], losses: {} });
  });

  it.each(Object.keys(BY_HAND))("%s: leaves much to be gained by its numbers alone", async (name) => {
    const task = createDownstreamTask(name, { start: "search" });
    const before = await score(task, task.seedSolution);
    const after = await score(task, tuned(name, task.seedSolution));
    expect(after.score).toBeGreaterThan(before.score + 0.25);
  });
});
