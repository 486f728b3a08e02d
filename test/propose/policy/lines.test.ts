import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Domain, fromUnit, toUnit } from "../../../src/propose/literals/domain.ts";
import type { PastTrial, Place } from "../../../src/propose/policy/board.ts";
import { largestGain, linesOf } from "../../../src/propose/policy/lines.ts";

const real: Domain = { kind: "number", scale: "log", low: 0.001, high: 1, step: 0, sign: 1 };
const whole: Domain = { kind: "number", scale: "linear", low: 1, high: 9, step: 1, sign: 1 };

type Point = Readonly<Record<string, number>>;
type Loss = (at: Point) => number;

/** A run that proposes these moves one after the other, each from the champion. */
function play(start: Point, f: Loss, moves: readonly Point[]) {
  let champion = start;
  const past: PastTrial[] = [];
  const record = (to: Point, isFirst: boolean) => {
    const touched = new Map(
      Object.keys(to).flatMap((key) => (to[key] === champion[key] ? [] : [[key, to[key]! - champion[key]!]])),
    );
    const [loss, parentLoss] = [f(to), f(champion)];
    const isKept = isFirst || loss < parentLoss;
    past.push({ units: new Map(Object.entries(to)), loss, parentLoss, isKept, touched });
    if (isKept) champion = to;
  };
  record(start, true);
  for (const move of moves) record({ ...champion, ...move }, false);
  return { past, champion };
}

function lineAfter(start: Point, f: Loss, moves: readonly Point[], { domain = real, isNoisy = false } = {}) {
  const { past, champion } = play(start, f, moves);
  const places = Object.entries(champion).map(([key, unit]): Place => ({ key, domain, unit }));
  return linesOf({ places, past, isNoisy }).get("x")!;
}

const bowl: Loss = ({ x, y = 0 }) => 3 * (x! - 0.4) ** 2 + (y - 0.7) ** 2;

describe("a line", () => {
  test("promises nothing before anything was tried", () => {
    const line = lineAfter({ x: 0.5 }, bowl, []);
    expect(line).toMatchObject({ trials: 0, up: undefined, down: undefined, vertex: undefined, going: 0 });
  });

  test("knows the minimum of a parabola after two trials, though another literal moved between them, and what it brings", () => {
    const start = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    const offset = fc.double({ min: 0.005, max: 0.045, noNaN: true });
    fc.assert(
      fc.property(start, offset, fc.boolean(), (x, by, isAbove) => {
        const at = isAbove ? x + by : x - by;
        const f: Loss = (point) => 5 * (point["x"]! - at) ** 2 + point["y"]!;
        const trials: readonly Point[] = [{ x: x + 0.05 }, { y: 0.3 }, { x: x - 0.05 }];
        const { champion } = play({ x, y: 0.5 }, f, trials);
        const { vertex } = lineAfter({ x, y: 0.5 }, f, trials);
        // To three digits, as it can be written.
        const to = toUnit(real, fromUnit(real, at));
        expect(champion["x"]! + vertex!.by).toBeCloseTo(to, 6);
        expect(vertex!.gain).toBeCloseTo(f(champion) - f({ ...champion, x: to }), 9);
      }),
    );
  });

  test("turns where a step did harm, and expects nothing where nothing changed", () => {
    const harmed = lineAfter({ x: 0.5 }, bowl, [{ x: 0.7 }]);
    expect(harmed).toMatchObject({ isUpTried: true, isDownTried: false, up: 0 });
    expect(harmed.down).toBeGreaterThan(0);
    const useless = lineAfter({ x: 0.5 }, () => 1, [{ x: 0.7 }]);
    expect([useless.up, useless.down]).toEqual([0, 0]);
  });

  test("goes farther after what was kept, and nearer when both ways failed", () => {
    const kept = lineAfter({ x: 0.8 }, bowl, [{ x: 0.7 }]);
    expect(kept).toMatchObject({ going: -1, isDownTried: false });
    expect(kept.reach).toBeCloseTo(0.16, 9);
    const first = lineAfter({ x: 0.4 }, bowl, []);
    const failed = lineAfter({ x: 0.4 }, bowl, [{ x: 0.6 }, { x: 0.2 }]);
    expect(failed.reach).toBeCloseTo(first.reach / 3, 9);
    expect([failed.isUpTried, failed.isDownTried]).toEqual([false, false]);
    const noisy = lineAfter({ x: 0.4 }, bowl, [{ x: 0.41 }, { x: 0.39 }], { isNoisy: true });
    expect(noisy.reach).toBeGreaterThanOrEqual(0.03);
  });

  test("does not promise what lies beyond a failure", () => {
    const f: Loss = ({ x }) => (x! > 0.65 ? Infinity : 1 - x!);
    const line = lineAfter({ x: 0.5 }, f, [{ x: 0.7 }, { x: 0.6 }]);
    expect(line.up).toBe(0);
    expect(line.vertex === undefined || 0.6 + line.vertex.by < 0.7).toBe(true);
  });

  test("does not step to a whole number that was tried", () => {
    const unit = (value: number) => (value - 1) / 8;
    const f: Loss = ({ x }) => Math.abs(x! - unit(4));
    const line = lineAfter({ x: unit(4) }, f, [{ x: unit(5) }, { x: unit(3) }, { x: unit(2) }, { x: unit(6) }], {
      domain: whole,
    });
    expect([line.up, line.down, line.vertex]).toEqual([0, 0, undefined]);
  });

  test("does not go to a minimum that is written as what was tried", () => {
    const f: Loss = ({ x }) => Math.abs(x! - 0.5);
    // Seen a thousandth on both sides: what lies between them rounds to one of the three.
    const near = [{ x: 0.5 + 1e-4 }, { x: 0.5 - 1e-4 }];
    expect(lineAfter({ x: toUnit(real, fromUnit(real, 0.5)) }, f, near).vertex).toBeUndefined();
  });

  test("forgets what it knew when the literal was moved together with others, but not what was no improvement", () => {
    const f: Loss = ({ x, y }) => bowl({ x: x!, y: y! });
    const before = [{ x: 0.7 }, { x: 0.3 }];
    expect(lineAfter({ x: 0.5, y: 0.5 }, f, before).vertex).toBeDefined();
    expect(lineAfter({ x: 0.5, y: 0.5 }, f, [...before, { x: 0.9, y: 0.1 }]).vertex).toBeDefined();
    expect(lineAfter({ x: 0.5, y: 0.5 }, f, [...before, { x: 0.42, y: 0.6 }])).toMatchObject({
      vertex: undefined,
      up: undefined,
      trials: 2,
    });
  });

  test("lets the largest promise be known", () => {
    const { past, champion } = play({ x: 0.5, y: 0.5 }, bowl, [{ x: 0.7 }, { x: 0.45 }, { y: 0.4 }]);
    const places = Object.entries(champion).map(([key, unit]): Place => ({ key, domain: real, unit }));
    const lines = linesOf({ places, past, isNoisy: false });
    expect(largestGain(lines)).toBe(
      Math.max(...[...lines.values()].flatMap(({ up, down, vertex }) => [up ?? 0, down ?? 0, vertex?.gain ?? 0])),
    );
    expect(largestGain(new Map())).toBe(0);
  });
});
