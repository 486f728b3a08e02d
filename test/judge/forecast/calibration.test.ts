import { describe, expect, test } from "vitest";

import { normalCdf, normalQuantile } from "../../../src/core/numerics/distributions.ts";
import { createRandom, type Random } from "../../../src/core/numerics/random.ts";
import { wilsonInterval } from "../../../src/core/numerics/stats.ts";
import { calibrate } from "../../../src/judge/forecast/calibration.ts";
import { falseAbortBound } from "../../../src/judge/forecast/sprt.ts";
import type { PastTrial } from "../../../src/judge/pruner.ts";
import { selfEvaluationPruner } from "../../../src/judge/pruners/self-evaluation.ts";

const CHECKS = 10;

/** A trial whose curve no power law fits: a warm-up, noise with heavy tails, and a cliff at the end. */
function oddTrial(trial: number, random: Random, quality = random.normal()): PastTrial {
  const levels = Array.from({ length: CHECKS }, (_, i) => {
    const share = (i + 1) / CHECKS;
    const heavy = random.normal() / Math.sqrt(0.2 + random.next());
    const cliff = share > 0.85 ? 3 : 0;
    return 10 - cliff + quality * share + (1.2 - share) * heavy;
  });
  return { trial, trajectory: { levels, forecast: () => null }, final: 7 + quality };
}

const pruner = selfEvaluationPruner();

/** Whether `live` is stopped at any check, given `past`. */
function isStopped(live: PastTrial, past: readonly PastTrial[]): boolean {
  const incumbent = Math.min(...past.map(({ final }) => final as number));
  return Array.from({ length: CHECKS - 1 }, (_, i) => live.trajectory.levels.slice(0, i + 1)).some(
    (levels) =>
      pruner.judge({ trial: past.length, live: { levels, forecast: () => null }, checks: CHECKS, incumbent, past }) !==
      null,
  );
}

/** A quality of the same distribution, given that it beats `best`. */
const qualityBelow = (best: number, random: Random): number => normalQuantile(normalCdf(best) * (1 - random.next()));

describe("the calibrated test", () => {
  test.each([12, 40, 80])("stops at most β/(1 − β) of the trials that would have won, after %d others", (count) => {
    const random = createRandom(`coverage ${count}`);
    const repeats = count < 40 ? 400 : 100;
    let stopped = 0;
    for (let i = 0; i < repeats; i++) {
      const past = Array.from({ length: count }, (_, trial) => oddTrial(trial, random));
      const best = Math.min(...past.map(({ final }) => (final as number) - 7));
      if (isStopped(oddTrial(count, random, qualityBelow(best, random)), past)) stopped++;
    }
    expect(wilsonInterval(stopped, repeats).low).toBeLessThan(falseAbortBound(0.05));
  });

  test("stops most of the trials that end far behind, and long before their end", () => {
    const random = createRandom("power");
    const past = Array.from({ length: 60 }, (_, trial) => oddTrial(trial, random));
    const stopped = Array.from({ length: 200 }, () => isStopped(oddTrial(60, random, 4), past)).filter(Boolean).length;
    expect(stopped).toBeGreaterThan(150);
  });

  test("sees through a scale and an offset between losses and scores, and through a score that is maximised", () => {
    const random = createRandom("units");
    const past = Array.from({ length: 40 }, (_, trial) => oddTrial(trial, random));
    const live = Array.from({ length: 60 }, () => oddTrial(40, random, 2 * random.normal()));
    const rescaled = (one: PastTrial): PastTrial => ({ ...one, final: -1000 + (one.final as number) / 50 });
    expect(live.map((one) => isStopped(rescaled(one), past.map(rescaled)))).toEqual(
      live.map((one) => isStopped(one, past)),
    );
  });

  test("says nothing where curves say nothing about the end", () => {
    const random = createRandom("unrelated");
    const past = Array.from({ length: 40 }, (_, trial) => ({ ...oddTrial(trial, random, 0), final: random.normal() }));
    const stopped = Array.from({ length: 200 }, () => isStopped({ ...oddTrial(40, random, 0), final: 3 }, past)).filter(
      Boolean,
    ).length;
    expect(stopped).toBeLessThan(0.15 * 200);
  });

  test("trusts a spread that few trials showed less than one that many showed", () => {
    const random = createRandom("few");
    const many = Array.from({ length: 38 }, (_, trial) => oddTrial(trial, random));
    const hopeless = Array.from({ length: 100 }, () => oddTrial(38, random, 5).trajectory);
    const evidence = (past: readonly PastTrial[]) => {
      const learnt = calibrate(past, { checks: CHECKS, elite: 39 });
      return hopeless.reduce((total, live) => total + (learnt?.evidence(live, 8, 6) ?? 0), 0) / hopeless.length;
    };
    const few = Array.from({ length: 6 }, (_, i) => evidence(many.slice(6 * i, 6 * i + 6)));
    expect(few.reduce((a, b) => a + b, 0) / few.length).toBeLessThan(evidence(many));
  });

  test("judges nothing in the last fifth of the budget", () => {
    const random = createRandom("late");
    const past = Array.from({ length: 60 }, (_, trial) => oddTrial(trial, random));
    const learnt = calibrate(past, { checks: CHECKS, elite: 39 });
    const hopeless = oddTrial(60, random, 50).trajectory;
    expect([7, 8, 9].map((k) => Math.sign(learnt?.evidence(hopeless, k, 6) ?? Number.NaN))).toEqual([1, 1, 0]);
  });

  test("needs finished trials that differ", () => {
    const random = createRandom("equal");
    const equal = Array.from({ length: 30 }, (_, trial) => ({ ...oddTrial(trial, random), final: 1 }));
    expect(calibrate([], { checks: CHECKS, elite: 19 })).toBeNull();
    expect(calibrate(equal, { checks: CHECKS, elite: 19 })).toBeNull();
    expect(calibrate([oddTrial(0, random), oddTrial(1, random)], { checks: CHECKS, elite: 19 })?.worst).toEqual([0, 0]);
  });

  test("learns from those that ran to their end only", () => {
    const random = createRandom("cut");
    const past = Array.from({ length: 30 }, (_, trial) => oddTrial(trial, random));
    const stopped = Array.from({ length: 10 }, (_, i) => ({ ...oddTrial(30 + i, random, 9), final: null }));
    const live = Array.from({ length: 40 }, () => oddTrial(40, random));
    const finished = calibrate(past, { checks: CHECKS, elite: 19 });
    const both = calibrate([...past, ...stopped], { checks: CHECKS, elite: 19 });
    expect(both?.worst).toEqual(finished?.worst);
    expect(live.map(({ trajectory }) => both?.evidence(trajectory, 5, 6))).toEqual(
      live.map(({ trajectory }) => finished?.evidence(trajectory, 5, 6)),
    );
  });
});

describe("before there is enough to learn from", () => {
  const random = createRandom("early");
  const past = Array.from({ length: 5 }, (_, trial) => oddTrial(trial, random));
  const hopeless = { levels: [9, 9, 9], forecast: () => ({ loss: 90, error: 0.1 }) };
  const evidence = { trial: 5, live: hopeless, checks: CHECKS, incumbent: 6, past };

  test("every trial runs to its end", () => {
    expect(selfEvaluationPruner().judge(evidence)).toBeNull();
  });

  test("or, if so asked, the paper's rule stops what its forecast condemns", () => {
    const plain = selfEvaluationPruner({ before: "plain" });
    expect(plain.judge(evidence)).toMatch(/forecast 90\.00 is worse than/);
    expect(plain.judge({ ...evidence, live: { ...hopeless, forecast: () => ({ loss: 5.9, error: 0.1 }) } })).toBeNull();
    expect(plain.judge({ ...evidence, incumbent: null })).toBeNull();
  });
});
