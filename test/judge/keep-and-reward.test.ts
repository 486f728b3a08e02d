import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Edit } from "../../src/core/edit.ts";
import type { Outcome, OutcomeStatus } from "../../src/core/trial.ts";
import { noveltyDistance } from "../../src/judge/novelty.ts";
import { defaultRewardWeights, reward, type RewardedTrial } from "../../src/judge/reward.ts";
import { strictRule } from "../../src/judge/keep-rules/strict.ts";

const contender = (score: number, text = "a b c"): { score: number; files: Record<string, string> } => ({
  score,
  files: { "a.ts": text },
});

describe("the strict rule", () => {
  test("keeps what is strictly better in the task's direction", () => {
    const [two, one] = [contender(2), contender(1)];
    expect(strictRule.decide({ direction: "minimize", candidate: one, champion: two })).toEqual({
      decision: "keep",
      reason: "better: 1 against 2",
    });
    expect(strictRule.decide({ direction: "maximize", candidate: one, champion: two })).toEqual({
      decision: "discard",
      reason: "worse: 1 against 2",
    });
    expect(strictRule.decide({ direction: "maximize", candidate: two, champion: one }).decision).toBe("keep");
  });

  test("keeps an equal score only with less code", () => {
    const decide = (text: string): unknown =>
      strictRule.decide({ direction: "minimize", candidate: contender(1, text), champion: contender(1) });
    expect(decide("a b")).toEqual({ decision: "keep", reason: "equal score with 1 fewer tokens of code" });
    expect(decide("a b d")).toMatchObject({ decision: "discard" });
    expect(decide("a b d e")).toMatchObject({ decision: "discard" });
  });

  test("makes the first score the champion", () => {
    expect(strictRule.decide({ direction: "minimize", candidate: contender(9), champion: null }).decision).toBe("keep");
  });

  test("never makes the champion worse, whatever the scores", () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.constantFrom("minimize", "maximize"), (a, b, direction) => {
        const { decision } = strictRule.decide({ direction, candidate: contender(a), champion: contender(b) });
        const isWorse = direction === "minimize" ? !(a < b) : !(a > b);
        if (isWorse) expect(decision).toBe("discard");
      }),
    );
  });
});

const outcome = (status: OutcomeStatus, score: number | null, trainSeconds = 10): Outcome => ({
  status,
  score,
  reason: "",
  selfReported: false,
  metrics: {},
  diagnostics: { wallSeconds: 1, trainSeconds, cpuSeconds: 1, peakMemoryBytes: 1, outputTail: "" },
});
const literal = (from: string, to: string): Edit => ({
  kind: "search-replace",
  blocks: [{ path: "a.ts", search: `const rate = ${from};\n`, replace: `const rate = ${to};\n` }],
});
const trial = (over: Partial<RewardedTrial> = {}): RewardedTrial => ({
  outcome: outcome("scored", 2),
  direction: "minimize",
  best: 2,
  baseline: 4,
  trainSeconds: 10,
  edit: null,
  earlierEdits: [],
  ...over,
});

describe("the reward", () => {
  test("of an improvement is positive and scaled by the baseline (Alg. 1)", () => {
    expect(reward(trial({ outcome: outcome("scored", 1) }))).toEqual({
      total: 0.25,
      improvement: 0.25,
      efficiency: 0,
      novelty: 0,
      penalty: 0,
    });
    expect(reward(trial({ outcome: outcome("scored", 3) })).total).toBe(-0.25);
    expect(reward(trial({ outcome: outcome("scored", 3), direction: "maximize" })).total).toBe(0.25);
  });

  test("of an absurd score is bounded, and without a champion it is nothing", () => {
    expect(reward(trial({ outcome: outcome("scored", 1e300) })).total).toBe(-1);
    expect(reward(trial({ outcome: outcome("scored", 1), best: null, baseline: null })).improvement).toBe(0);
  });

  test("pays for unused budget, but not to a candidate that is worse", () => {
    const quick = (score: number): number => reward(trial({ outcome: outcome("scored", score, 5) })).efficiency;
    expect(quick(2)).toBe(defaultRewardWeights.efficiency / 2);
    expect(quick(2.1)).toBe(0);
  });

  test.each(["invalid", "stopped-early", "crashed", "timed-out"] as const)(
    "of a trial that ended %s is its penalty",
    (status) => {
      expect(reward(trial({ outcome: outcome(status, null) })).total).toBe(-defaultRewardWeights.penalty[status]);
    },
  );

  test("pays for novelty, most for an edit unlike all others, and nothing for a repetition or an invalid edit", () => {
    const novelty = (earlierEdits: readonly Edit[], status: OutcomeStatus = "scored"): number =>
      reward(
        trial({ outcome: outcome(status, status === "scored" ? 2 : null), edit: literal("0.1", "0.3"), earlierEdits }),
      ).novelty;
    expect(novelty([])).toBe(defaultRewardWeights.novelty / 2);
    expect(novelty([literal("0.1", "0.3")])).toBe(0);
    expect(novelty([literal("0.1", "0.2")])).toBeGreaterThan(0);
    expect(novelty([literal("0.1", "0.2")])).toBeLessThan(novelty([]));
    expect(novelty([], "invalid")).toBe(0);
  });

  test("is always finite, and its components add up", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, min: 0 }),
        (score, best, seconds) => {
          const r = reward(
            trial({ outcome: outcome("scored", score, seconds), best, baseline: best, edit: literal("1", "2") }),
          );
          expect(Number.isFinite(r.total)).toBe(true);
          expect(r.total).toBe(r.improvement + r.efficiency + r.novelty + r.penalty);
        },
      ),
    );
  });
});

describe("novelty", () => {
  const edits: readonly Edit[] = [
    literal("1", "2"),
    { kind: "whole-files", files: [{ path: "b.ts", text: "x" }] },
    { kind: "unified-diff", diff: "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n" },
  ];

  test("of two rewrites of one long function is what the rewrites differ in", () => {
    const long = Array.from({ length: 900 }, (_, i) => `step${i}(x)`).join("\n");
    const rewrite = (replace: string): Edit => ({
      kind: "search-replace",
      blocks: [{ path: "a.ts", search: long, replace }],
    });
    const [sorted, hashed] = [rewrite("sort the list and walk it"), rewrite("count the words with a hash table")];
    expect(noveltyDistance(sorted, [rewrite("sort the list and walk it")])).toBe(0);
    expect(noveltyDistance(sorted, [hashed])).toBeGreaterThan(0);
    const [one, other] = ["a", "b"].map((name) => long.replaceAll("step", name));
    expect(noveltyDistance(rewrite(one!), [rewrite(other!)])).toBeGreaterThan(noveltyDistance(sorted, [hashed]));
    const short = (text: string): Edit => ({
      kind: "whole-files",
      files: [{ path: "a.ts", text: `${long.slice(0, 3_000)}\n${text}` }],
    });
    expect(noveltyDistance(short("y = 1"), [short("y = 2")])).toBeGreaterThan(0);
  });

  test("is between 0 and 1, 0 to itself and 1 to nothing", () => {
    for (const edit of edits) {
      expect(noveltyDistance(edit, [])).toBe(1);
      expect(noveltyDistance(edit, edits)).toBe(0);
      for (const other of edits) expect(noveltyDistance(edit, [other])).toBe(noveltyDistance(other, [edit]));
    }
    expect(noveltyDistance(edits[0] as Edit, edits.slice(1))).toBeGreaterThan(0.5);
  });

  test("looks at the change, not at the text around it", () => {
    const context = "f();\n".repeat(500);
    const wide = (to: string): Edit => ({
      kind: "search-replace",
      blocks: [{ path: "a.ts", search: `${context}x\n`, replace: `${context}${to}\n` }],
    });
    expect(noveltyDistance(wide("y"), [wide("z")])).toBeCloseTo(1 / 3);
  });
});
