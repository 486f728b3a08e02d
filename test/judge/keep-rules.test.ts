import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Pair, Purse } from "../../src/core/contest.ts";
import type { Comparison } from "../../src/core/metric.ts";
import type { Contest, Ruling } from "../../src/judge/keep-rule.ts";
import { chooseRule } from "../../src/judge/keep-rules/choose.ts";
import { marginRule } from "../../src/judge/keep-rules/margin.ts";
import { smallestShown, testedRule } from "../../src/judge/keep-rules/tested.ts";
import { NOTHING_SPENT, nextLevel } from "../../src/judge/levels.ts";
import { knownSpread } from "../../src/judge/noise.ts";
import { logEvidence } from "../../src/judge/pair-test.ts";

const contender = (score: number, text = "a b c"): Contest["candidate"] => ({ score, files: { "a.ts": text } });
const rule = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });

/** Minimised, champion at 10, σ = 1 from four runs. */
const contest = (over: Partial<Contest> & { score?: number; text?: string } = {}): Contest => ({
  direction: "minimize",
  candidate: contender(over.score ?? 5, over.text),
  champion: contender(10),
  championRuns: 4,
  noise: { squares: 3, degrees: 3 },
  ...over,
});
const pairs = (...gains: (number | null)[]): Pair[] =>
  gains.map((gain) => ({ candidate: gain === null ? null : 10 - gain, champion: 10 }));
const weigh = (level: number, measured: readonly Pair[], over: Parameters<typeof contest>[0] = {}): Ruling =>
  rule.decide(contest({ soFar: { purse: "close", level, pairs: measured }, ...over }));

describe("the tested rule, at first look", () => {
  test("makes the first score the champion", () => {
    expect(rule.decide(contest({ champion: null }))).toMatchObject({ decision: "keep" });
  });

  test("discards what is worse or equal for the price of its one run, and never keeps on that run alone", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (score) => {
        const { decision } = rule.decide(contest({ score }));
        if (score >= 10) expect(decision).toBe("discard");
        expect(decision).not.toBe("keep");
      }),
    );
  });

  test("contests what looks better, clear looks from the fuller purse", () => {
    expect(rule.decide(contest({ score: 8 }))).toMatchObject({ decision: "measure", purse: "close" });
    expect(rule.decide(contest({ score: -20 }))).toMatchObject({ decision: "measure", purse: "clear" });
    expect(rule.decide(contest({ direction: "maximize", score: 40 }))).toMatchObject({
      decision: "measure",
      purse: "clear",
    });
  });

  test("does not contest a gain that the allowed repeats cannot show", () => {
    expect(
      rule.decide(contest({ score: 9.9, noise: { squares: 100, degrees: 100 }, championRuns: 100 })),
    ).toMatchObject({ decision: "discard", reason: expect.stringContaining("within the noise") });
  });

  test.each([3, 12, 50])("knows the smallest gain that %i pairs can show where each shows just that", (maxRepeats) => {
    const settings = { alpha: 0.05, maxRepeats, margin: undefined };
    const noise = { squares: 600, degrees: 600 };
    const shown = smallestShown(noise, NOTHING_SPENT, settings);
    const shownBy = (gain: number) => logEvidence(Array(maxRepeats).fill(gain), { squares: 1200, degrees: 600 });
    const level = (purse: Purse) => -Math.log(nextLevel(0.05, purse, NOTHING_SPENT[purse]));
    expect(shownBy(shown)).toBeGreaterThanOrEqual(level("clear"));
    expect(shownBy(shown * 0.99)).toBeLessThan(level("close"));
  });

  test("knows that more pairs show smaller gains, and where none can be shown", () => {
    const shown = (maxRepeats: number, alpha = 0.05) =>
      smallestShown({ squares: 4, degrees: 4 }, NOTHING_SPENT, { alpha, maxRepeats, margin: undefined });
    for (const [few, many] of [
      [2, 6],
      [6, 12],
      [12, 40],
    ] as const)
      expect(shown(many)).toBeLessThan(shown(few));
    expect(shown(1, 1e-12)).toBe(Infinity);
  });

  test("contests less code at about the same score, and not at a score that is worse by more than the margin", () => {
    expect(rule.decide(contest({ score: 10.2, text: "a" }))).toMatchObject({ decision: "measure", purse: "simpler" });
    expect(rule.decide(contest({ score: 10.2, text: "a b c d" }))).toMatchObject({ decision: "discard" });
    expect(rule.decide(contest({ score: 13, text: "a" }))).toMatchObject({ decision: "discard" });
  });

  test("keeps an equal score with less code where scores do not vary, and nothing on a tie without", () => {
    const still = { noise: { squares: 0, degrees: 3 }, score: 10 };
    expect(rule.decide(contest({ ...still, text: "a" }))).toMatchObject({ decision: "keep" });
    expect(rule.decide(contest(still))).toMatchObject({ decision: "discard" });
    expect(rule.decide(contest({ ...still, score: 9 }))).toMatchObject({ decision: "measure" });
  });

  test("tests even when nothing is known of the noise", () => {
    expect(rule.decide(contest({ score: 9, noise: undefined }))).toMatchObject({ decision: "measure", purse: "close" });
  });
});

describe("the tested rule, with pairs", () => {
  test("keeps a gain far beyond the noise after one or two pairs, and reports the pairs' gain, not the first run's", () => {
    const kept = weigh(0.013, pairs(30, 31), { score: -500 });
    expect(kept).toMatchObject({ decision: "keep", evidence: { pairs: 2, gain: 30.5, purse: "close", level: 0.013 } });
  });

  test("gives up as soon as the rest cannot decide it any more", () => {
    expect(weigh(0.001, pairs(-0.5))).toMatchObject({ decision: "discard", evidence: { pairs: 1, gain: -0.5 } });
    expect(weigh(0.001, pairs(...Array<number>(11).fill(0.4)))).toMatchObject({ decision: "discard" });
  });

  test("gives up as soon where hundreds of pairs are allowed", () => {
    const patient = testedRule({ alpha: 0.05, maxRepeats: 500, margin: undefined });
    const soFar = { purse: "close", level: 0.001, pairs: pairs(-5) } as const;
    expect(patient.decide(contest({ soFar }))).toMatchObject({ decision: "discard", evidence: { pairs: 1 } });
  });

  test("goes on while it may still decide, and ends at the cap", () => {
    expect(weigh(0.001, pairs(2.5))).toMatchObject({ decision: "measure" });
    expect(weigh(1e-9, pairs(...Array<number>(12).fill(2)))).toMatchObject({ decision: "discard" });
  });

  test("discards a candidate that gives no score when it runs again, and passes over a champion's failure", () => {
    expect(weigh(0.01, pairs(3, null))).toMatchObject({
      decision: "discard",
      reason: "gave no score when it was run again",
    });
    expect(weigh(0.01, [{ candidate: 5, champion: null }])).toMatchObject({ decision: "measure" });
    expect(
      weigh(
        0.01,
        Array.from({ length: 12 }, () => ({ candidate: 5, champion: null })),
      ),
    ).toMatchObject({ decision: "discard", evidence: { pairs: 0, gain: 0 } });
  });

  test("keeps less code once its loss is shown to be within the margin, and not a loss of the margin", () => {
    const simpler = (gain: number) =>
      rule.decide(
        contest({
          soFar: { purse: "simpler", level: 0.003, pairs: pairs(...Array<number>(12).fill(gain)) },
          text: "a",
        }),
      );
    expect(simpler(0)).toMatchObject({ decision: "keep", reason: expect.stringContaining("less code") });
    expect(simpler(-2)).toMatchObject({ decision: "discard" });
  });

  test("never keeps what ties or loses on average", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 }), (gains) => {
        const centred = gains.map((gain) => gain - Math.max(0, gains.reduce((a, b) => a + b) / gains.length));
        expect(weigh(0.05, pairs(...centred)).decision).not.toBe("keep");
      }),
    );
  });
});

describe("the margin rule", () => {
  test("keeps a gain above the margin, and an equal score with less code", () => {
    const decide = (score: number, text?: string) =>
      marginRule(2).decide(contest({ score, ...(text === undefined ? {} : { text }) })).decision;
    expect([decide(7.9), decide(8), decide(9), decide(11)]).toEqual(["keep", "discard", "discard", "discard"]);
    expect([decide(10, "a"), decide(10)]).toEqual(["keep", "discard"]);
  });
});

describe("a task's rule", () => {
  const metric = (deterministic: boolean) => ({
    name: "m",
    direction: "minimize" as const,
    pattern: undefined,
    file: undefined,
    deterministic,
  });
  const judge = (name: "auto" | "strict" | "tested" | "margin") => ({
    rule: name,
    alpha: 0.05,
    maxRepeats: 12,
    margin: 1,
  });

  test("is strict for deterministic metrics and older runs, tested for noisy ones, and what the user says otherwise", () => {
    expect(chooseRule({ judge: judge("auto"), metric: metric(true) }).name).toBe("strict");
    expect(chooseRule({ judge: judge("auto"), metric: metric(false) }).name).toBe("tested");
    expect(chooseRule({ metric: metric(false) }).name).toBe("strict");
    for (const name of ["strict", "tested", "margin"] as const)
      expect(chooseRule({ judge: judge(name), metric: metric(true) }).name).toBe(name);
  });
});

describe("times on a busy machine", () => {
  // Milliseconds; what makes a run slower multiplies its time.
  const scores = [700, 1500, 760, 2400];
  const measured = [
    [208, 802],
    [807, 7098],
    [490, 1769],
    [365, 741],
    [292, 2987],
    [493, 2163],
  ].map(([candidate, champion]): Pair => ({ candidate: candidate!, champion: champion! }));
  const decided = (comparison: Comparison) =>
    rule.decide({
      direction: "minimize",
      comparison,
      candidate: contender(400),
      champion: contender(1340),
      noise: knownSpread(
        { baseline: scores.map((score) => ({ score })), anew: null, pooled: { squares: 0, degrees: 0 } },
        { comparison, unit: 1340 },
      ),
      soFar: { purse: "clear", level: 0.01, pairs: measured },
    });

  test("are compared by their ratio, which shows what differences do not", () => {
    expect(decided("difference")).not.toMatchObject({ decision: "keep" });
    const ruling = decided("ratio");
    expect(ruling).toMatchObject({ decision: "keep", evidence: { pairs: 6 } });
    const { gain = 0, error = 0 } = "evidence" in ruling ? (ruling.evidence ?? {}) : {};
    // A champion of 1340 ms would take about a quarter.
    expect(gain).toBeGreaterThan(0.65 * 1340);
    expect(gain).toBeLessThan(0.85 * 1340);
    expect(error).toBeLessThan(0.15 * 1340);
  });

  test("are compared as differences are where little varies, and in either direction", () => {
    const near = (direction: "minimize" | "maximize", comparison: Comparison) => {
      const better = direction === "minimize" ? 99.8 : 100.2;
      const ruling = rule.decide({
        direction,
        comparison,
        candidate: contender(better),
        champion: contender(100),
        noise: { squares: 0.03, degrees: 3 },
        soFar: { purse: "close", level: 1e-9, pairs: [1, 2, 3].map(() => ({ candidate: better, champion: 100 })) },
      });
      return ruling.reason;
    };
    expect(near("minimize", "ratio")).toBe(near("minimize", "difference"));
    expect(near("maximize", "ratio")).toBe(near("maximize", "difference"));
  });
});
