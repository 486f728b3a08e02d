import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { Domain } from "../../../src/propose/literals/domain.ts";
import { type Board, OPERATORS, type PastTrial, type Place, type Site } from "../../../src/propose/policy/board.ts";
import { chooseAction } from "../../../src/propose/policy/choose.ts";
import { FEATURES, observe } from "../../../src/propose/policy/features.ts";
import { hashNames } from "../../../src/propose/policy/name-hash.ts";
import { linesOf } from "../../../src/propose/policy/lines.ts";
import { AT_LITERAL, AT_WHOLE, literalOperators, moveAt, wholeOperators } from "../../../src/propose/policy/moves.ts";

const rate: Domain = { kind: "number", scale: "log", low: 0.001, high: 1, step: 0, sign: 1 };
const layers: Domain = { kind: "number", scale: "linear", low: 1, high: 9, step: 1, sign: 1 };
const mode: Domain = { kind: "choice", options: ["a", "b", "c"] };
const places = (unit: number): readonly Place[] => [
  { key: "rate", domain: rate, unit },
  { key: "layers", domain: layers, unit },
  { key: "mode", domain: mode, unit: 1 },
];

const trial = (units: readonly number[], loss: number, more: Partial<PastTrial> = {}): PastTrial => ({
  units: new Map(["rate", "layers", "mode"].map((key, i) => [key, units[i] ?? 0])),
  loss,
  parentLoss: 1,
  isKept: false,
  touched: new Map(),
  ...more,
});
/** The lower the rate, the better. */
const past: readonly PastTrial[] = [0.5, 0.9, 0.1, 0.7, 0.3, 0.2, 0.15, 0.8].map((unit, i) =>
  trial([unit, 0.5, 1], unit, i === 2 ? { isKept: true, touched: new Map([["rate", -0.4]]) } : {}),
);
const boardAt = (unit: number, seen: readonly PastTrial[]) => ({
  places: places(unit),
  past: seen,
  lines: linesOf({ places: places(unit), past: seen, isNoisy: false }),
});
const whole: Site = { kind: "whole", key: "whole", names: [], isPossible: [] };
const siteOf = (place: Place): Site => ({ kind: "literal", key: place.key, names: [], place, isPossible: [] });

describe("operators", () => {
  test("stay in the domain whatever they are applied to", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), fc.boolean(), (unit, seed, isEmpty) => {
        const board = boardAt(unit, isEmpty ? [] : past);
        for (const site of [...board.places.map(siteOf), whole]) {
          const possible = site.place ? literalOperators(site.place, board) : wholeOperators(board);
          for (let operator = 0; operator < OPERATORS; operator++) {
            if (!possible[operator]) continue;
            for (const [key, to] of moveAt(site, operator, { board, random: createRandom(seed) })) {
              if (key === "mode") expect([0, 1, 2]).toContain(to);
              else expect(to >= 0 && to <= 1).toBe(true);
            }
          }
        }
      }),
    );
  });

  test("step down and up by the line's reach, by a quarter of it and far, a whole number by at least one", () => {
    const board = boardAt(0.5, []);
    const moved = (place: number, operator: number) => {
      const site = siteOf(board.places[place]!);
      const draws = Array.from(
        { length: 50 },
        (_, i) => moveAt(site, operator, { board, random: createRandom(i) }).get(site.key)! - 0.5,
      );
      return draws.reduce((sum, x) => sum + x, 0) / draws.length;
    };
    const { up, down, quarterUp, quarterDown, farUp, farDown } = AT_LITERAL;
    const steps = [down, up, quarterDown, quarterUp, farDown, farUp].map((operator) => moved(0, operator));
    expect(steps.map(Math.sign)).toEqual([-1, 1, -1, 1, -1, 1]);
    expect(steps[1]).toBeCloseTo(board.lines.get("rate")!.reach, 1);
    expect(steps[3]! / steps[1]!).toBeCloseTo(0.25, 1);
    expect(steps[5]).toBeGreaterThan(steps[1]!);
    expect(moved(1, quarterUp)).toBeGreaterThanOrEqual(1 / 8);
  });

  test("go to the bottom of a parabola where there is one", () => {
    const seen = [
      trial([0.5, 0.5, 1], 0.2),
      trial([0.7, 0.5, 1], 0.4, { touched: new Map([["rate", 0.2]]), parentLoss: 0.2 }),
    ];
    const [one, two] = [
      boardAt(0.5, seen),
      boardAt(0.5, [...seen, trial([0.3, 0.5, 1], 0.3, { touched: new Map([["rate", -0.2]]), parentLoss: 0.2 })]),
    ];
    expect(literalOperators(one.places[0]!, one)[AT_LITERAL.vertex]).toBe(false);
    expect(literalOperators(two.places[0]!, two)[AT_LITERAL.vertex]).toBe(true);
    // Through (0.3, 0.3), (0.5, 0.2) and (0.7, 0.4).
    const random = createRandom(1);
    expect(moveAt(siteOf(two.places[0]!), AT_LITERAL.vertex, { board: two, random }).get("rate")).toBeCloseTo(
      0.4667,
      3,
    );
  });

  test("go to the good region, along the last kept move, and only where there is something to know", () => {
    const board = boardAt(0.5, past);
    const mean = (site: Site, operator: number) =>
      Array.from(
        { length: 60 },
        (_, i) => moveAt(site, operator, { board, random: createRandom(i) }).get("rate") ?? 0.5,
      ).reduce((a, b) => a + b) / 60;
    expect(mean(siteOf(board.places[0]!), 7)).toBeLessThan(0.35);
    expect(mean(siteOf(board.places[0]!), 8)).toBeLessThan(0.4);
    // From the baseline at 0.5 to 0.4: on it goes.
    const going = boardAt(0.4, past);
    const moved = moveAt(whole, AT_WHOLE.again, { board: going, random: createRandom(1) });
    expect(moved.get("rate")).toBeLessThan(0.4);
    expect(wholeOperators({ ...board, past: past.slice(0, 1) })).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
      false,
      true,
      true,
      true,
    ]);
    expect(literalOperators(board.places[2]!, { ...board, past: [] }).filter(Boolean)).toHaveLength(1);
    expect(wholeOperators({ places: places(0.5).slice(0, 1), past })).not.toContain(true);
  });
});

describe("a board as numbers", () => {
  const board: Board = {
    sites: [
      { ...whole, isPossible: Array.from({ length: OPERATORS }, () => true) },
      ...places(0.5).map((place) => ({
        ...siteOf(place),
        names: [place.key],
        isPossible: literalOperators(place, boardAt(0.5, past)),
      })),
    ],
    ...boardAt(0.5, past),
    best: 0.1,
    baseline: 0.5,
    trial: 8,
    horizon: 50,
    isNoisy: false,
  };
  const row = (one: Board, site: number, blinders = {}) => [
    ...observe(one, [], blinders).inputs["sites"]!.subarray(site * FEATURES, (site + 1) * FEATURES),
  ];

  test("is finite and of a size that a network can read, also for losses of any scale and failures", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (scale) => {
        const scaled = past.map((one, i) => ({
          ...one,
          loss: i === 3 ? Infinity : one.loss * scale,
          parentLoss: scale,
        }));
        for (const x of observe({ ...board, ...boardAt(0.5, scaled) }).inputs["sites"]!)
          expect(Math.abs(x)).toBeLessThan(8);
      }),
    );
  });

  test("does not change with the unit of the score", () => {
    const larger = past.map((one) => ({ ...one, loss: one.loss * 1000, parentLoss: 1000 }));
    const scaled = { ...board, ...boardAt(0.5, larger), best: 100, baseline: 500 };
    row(scaled, 1).forEach((x, i) => expect(x).toBeCloseTo(row(board, 1)[i]!, 5));
  });

  test("shows what was tried at a site, where it should go, and nothing to those who are blinded", () => {
    const untouched = { ...board, past: past.map((one) => ({ ...one, touched: new Map() })) };
    expect(row(board, 1)).not.toEqual(row(untouched, 1));
    expect(row(board, 2)).toEqual(row(untouched, 2));
    expect(row(board, 1, { history: true })).toEqual(row({ ...untouched, trial: 3, best: 0.4 }, 1, { history: true }));
    const renamed = { ...board, sites: board.sites.map((site) => ({ ...site, names: ["other"] })) };
    expect(row(board, 1)).not.toEqual(row(renamed, 1));
    expect(row(board, 1, { names: true })).toEqual(row(renamed, 1, { names: true }));
  });

  test("masks what is impossible or banned", () => {
    const { mask } = observe(board, [3]);
    expect(mask[3]).toBe(0);
    expect(mask[4]).toBe(1);
    expect(mask[3 * OPERATORS]).toBe(0);
    expect(mask.subarray(4 * OPERATORS).includes(1)).toBe(false);
  });

  test("sees the same words in three spellings, and likeness in shared ones", () => {
    const dot = (a: string, b: string) => hashNames([a]).reduce((sum, x, i) => sum + x * hashNames([b])[i]!, 0);
    expect(hashNames(["learningRate"])).toEqual(hashNames(["LEARNING_RATE"]));
    expect(dot("learning_rate", "learningRate")).toBeCloseTo(1, 5);
    expect(dot("learning_rate", "base_learning_rate")).toBeGreaterThan(0.5);
    expect(Math.abs(dot("learning_rate", "hidden"))).toBeLessThan(0.5);
  });
});

describe("a choice of action", () => {
  const logPi = [0.5, 0.3, 0.2, 0].map((p) => (p === 0 ? -1e9 : Math.log(p)));

  test("that leads nowhere is made again from what is left, and its probability is that of the rest", async () => {
    const random = createRandom("choose");
    const choice = await chooseAction(logPi, random, (action) => (action === 2 ? "good" : null));
    expect(choice).toMatchObject({ action: 2, result: "good" });
    const left = [0.5, 0.3, 0.2].reduce((sum, p, i) => sum + (choice!.banned.includes(i) ? 0 : p), 0);
    expect(choice!.logProbability).toBeCloseTo(Math.log(0.2 / left), 6);
  });

  test("ends when nothing is left, and never takes what is masked", async () => {
    const tried: number[] = [];
    expect(await chooseAction(logPi, createRandom(1), (action) => (tried.push(action), null))).toBeNull();
    expect(tried.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  });
});
