import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { leastSquares } from "../../../src/judge/forecast/levenberg-marquardt.ts";
import { fitPowerLaw, forecastFinal } from "../../../src/judge/forecast/power-law.ts";

const law =
  (a: number, b: number, c: number) =>
  (t: number): number =>
    a * t ** -b + c;
const sampled = (loss: (t: number) => number, until = 0.5, points = 30): [number, number][] =>
  Array.from({ length: points }, (_, i) => [((i + 1) / points) * until, loss(((i + 1) / points) * until)]);
const curve = (loss: (t: number, i: number) => number, until = 0.5, points = 30): { seconds: number; loss: number }[] =>
  Array.from({ length: points }, (_, i) => ({
    seconds: ((i + 1) / points) * until * 300,
    loss: loss(((i + 1) / points) * until, i),
  }));

describe("Levenberg–Marquardt", () => {
  const rosenbrock = (lower: number) =>
    leastSquares({
      start: [-1.2, 1],
      lower: [lower, lower],
      residuals: ([x, y]) => [10 * (y! - x! * x!), 1 - x!],
      jacobian: ([x]) => [
        [-20 * x!, 10],
        [-1, 0],
      ],
    });

  test("finds the minimum of Rosenbrock's valley from the classic start", () => {
    const { parameters, cost } = rosenbrock(-10);
    expect(parameters[0]).toBeCloseTo(1, 6);
    expect(parameters[1]).toBeCloseTo(1, 6);
    expect(cost).toBeLessThan(1e-12);
  });

  test("solves a line exactly, with the covariance of the textbook", () => {
    const [xs, ys] = [
      [0, 1, 2, 3],
      [1, 3, 2, 5],
    ];
    const { parameters, covariance } = leastSquares({
      start: [0, 0],
      lower: [-9, -9],
      residuals: ([m, n]) => xs.map((x, i) => m! * x + n! - ys[i]!),
      jacobian: () => xs.map((x) => [x, 1]),
    });
    expect(parameters[0]).toBeCloseTo(1.1, 8);
    expect(parameters[1]).toBeCloseTo(1.1, 8);
    expect(covariance.map((row) => row.map((value) => Number(value.toFixed(6))))).toEqual([
      [0.2, -0.3],
      [-0.3, 0.7],
    ]);
  });

  test("stays at a bound that the minimum lies beyond, and gives that parameter no variance", () => {
    const { parameters, covariance } = leastSquares({
      start: [2, 2],
      lower: [0, 0],
      residuals: ([x, y]) => [x! + 3, y! - 5],
      jacobian: () => [
        [1, 0],
        [0, 1],
      ],
    });
    expect(parameters[0]).toBe(0);
    expect(parameters[1]).toBeCloseTo(5, 8);
    expect(covariance).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });
});

describe("the power law", () => {
  test.each([
    [1, 0.5, 2],
    [3, 0.2, 0],
    [0.5, 2, 1],
    [2, 0.05, 0.5],
    [10, 1, 0.1],
  ])("%d·t^−%d + %d is found from its points", (a, b, c) => {
    const fit = fitPowerLaw(sampled(law(a, b, c)));
    expect(fit?.a).toBeCloseTo(a, 4);
    expect(fit?.b).toBeCloseTo(b, 4);
    expect(fit?.c).toBeCloseTo(c, 4);
  });

  test("is extrapolated from the first half of the budget to its end", () => {
    const forecast = forecastFinal(curve(law(1, 0.4, 2)), 300);
    expect(forecast?.loss).toBeCloseTo(3, 5);
    expect(forecast?.error).toBeLessThan(1e-4);
  });

  test("spikes in every sixth point move the forecast by about a hundredth of their height", () => {
    const spiky = forecastFinal(
      curve((t, i) => law(1, 0.4, 2)(t) + (i % 6 === 3 ? 20 : 0)),
      300,
    );
    expect(Math.abs((spiky?.loss ?? Number.NaN) - 3)).toBeLessThan(0.3);
  });

  test("its standard error covers about as often as it says, on noise that it was made for", () => {
    const random = createRandom("coverage");
    const hits = Array.from({ length: 300 }, () => {
      const forecast = forecastFinal(
        curve((t) => law(1, 0.4, 2)(t) + 0.02 * random.normal(), 0.6, 40),
        300,
      );
      return Math.abs((forecast?.loss ?? Number.NaN) - (3 + 0.02 * random.normal())) < 1.96 * (forecast?.error ?? 0);
    }).filter(Boolean).length;
    expect(hits / 300).toBeGreaterThan(0.85);
  });

  test("four points are needed; fewer forecast nothing", () => {
    expect(forecastFinal(curve(law(1, 1, 1), 0.5, 3), 300)).toBeNull();
    expect(forecastFinal(curve(law(1, 1, 1), 0.5, 4), 300)).not.toBeNull();
  });

  test("is never NaN and its constants are never negative, whatever finite curve it is given", () => {
    const loss = fc.oneof(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.constantFrom(0, 1, 1e-300, -1, 1e300));
    fc.assert(
      fc.property(fc.array(loss, { maxLength: 60 }), (losses) => {
        const forecast = forecastFinal(
          losses.map((value, i) => ({ seconds: i + 1, loss: value })),
          100,
        );
        if (forecast !== null) expect(Number.isNaN(forecast.loss) || Number.isNaN(forecast.error)).toBe(false);
        const fit = fitPowerLaw(losses.map((value, i) => [i + 1, Math.abs(value) % 1e6]));
        if (fit !== null) expect(Math.min(fit.a, fit.b, fit.c)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 150 },
    );
  });

  test("a curve in other units has the same forecast in those units", () => {
    const points = curve((t, i) => law(1, 0.7, 1)(t) + 0.01 * Math.sin(i * 12.3));
    const plain = forecastFinal(points, 300)?.loss ?? Number.NaN;
    const scaled =
      forecastFinal(
        points.map(({ seconds, loss }) => ({ seconds, loss: loss * 1000 })),
        300,
      )?.loss ?? Number.NaN;
    expect(scaled / 1000).toBeCloseTo(plain, 6);
  });
});
