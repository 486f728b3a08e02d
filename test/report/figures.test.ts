/** Pictures that stand alone: every value is where its scale says, names are escaped, and nothing to draw is no crash. */
import { describe, expect, it } from "vitest";

import { errorBarFigure } from "../../src/report/error-bars.ts";
import { ticks } from "../../src/report/figure.ts";
import { intervalFigure } from "../../src/report/intervals.ts";

const circles = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/<circle class="c\d" cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));

describe("lines with error bars", () => {
  const series = [
    { label: "a <b>", points: [0, 1, 2].map((x) => ({ x, y: x / 10, error: 0.01 })) },
    { label: "level", points: [{ x: 0, y: 0.2, error: 0 }], isDashed: true },
    { label: "nothing", points: [] },
  ];
  const svg = errorBarFigure({ title: "t", x: "round", y: "score", series });

  it("put larger values higher, equal steps apart, and a single value on a level across", () => {
    const [first, second, third, level] = circles(svg);
    expect(first!.y - second!.y).toBeCloseTo(second!.y - third!.y, 0);
    expect(first!.y).toBeGreaterThan(third!.y);
    expect(level!.y).toBeCloseTo(third!.y, 5);
    expect(svg).toContain('class="line c1 dashed"');
  });

  it("escape names, and say so when there is nothing yet", () => {
    expect(svg).not.toContain("<b>");
    expect(errorBarFigure({ title: "t", x: "", y: "", series: [] })).toContain("t: no results yet");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe("values with intervals", () => {
  it("are drawn from the low end to the high end, cut to the range, and left out when they are no number", () => {
    const bars = [
      { series: 0, value: 0.5, low: -3, high: 0.75 },
      { series: 1, value: 1, low: 0.9, high: 9 },
      { series: 2, value: Number.NaN, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
    ];
    const svg = intervalFigure({ title: "t", key: ["a", "b", "c"], groups: [{ label: "g", bars }], range: [0, 1] });
    const [half, one] = circles(svg);
    expect(circles(svg)).toHaveLength(2);
    expect(half!.x).toBeCloseTo((230 + one!.x) / 2, 0);
    expect(svg).toContain(`x1="230.0"`);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe("ticks", () => {
  it("are round, in order and within the range", () => {
    expect(ticks(0, 1).map((tick) => Number(tick.toFixed(6)))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.497, 0.513)[0]).toBeCloseTo(0.5, 10);
    expect(ticks(3, 3).length).toBeGreaterThan(0);
  });
});
