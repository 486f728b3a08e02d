/** Pictures that stand alone: every value is where its scale says, names are escaped, and nothing to draw is no crash. */
import { describe, expect, it } from "vitest";

import { errorBarFigure } from "../../src/report/pictures/error-bars.ts";
import { intervalFigure } from "../../src/report/pictures/intervals.ts";
import { lineChartSvg } from "../../src/report/pictures/line-chart.ts";
import { DARK, LIGHT } from "../../src/report/pictures/palette.ts";
import { logTickLabels, logTicks, roundTicks, tickLabels, ticks } from "../../src/report/pictures/ticks.ts";

/** Where the marks of a picture are, but for those in its key. */
const marks = (svg: string): { x: number; y: number }[] =>
  [...svg.slice(svg.indexOf("<g ")).matchAll(/<path class="c\d" transform="translate\(([\d.]+) ([\d.]+)\)"/g)].map(
    ([, x, y]) => ({ x: Number(x), y: Number(y) }),
  );
const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

describe("lines with error bars", () => {
  const series = [
    { label: "a <b>", points: [0, 1, 2].map((x) => ({ x, y: x / 10, error: 0.01 })) },
    { label: "level", points: [{ x: 0, y: 0.2, error: 0 }], isDashed: true },
    { label: "nothing", points: [] },
  ];
  const svg = errorBarFigure({ title: "t", x: "round", y: "score", series });

  it("put larger values higher, equal steps apart, and a single value on a level across", () => {
    const [first, second, third] = marks(svg);
    expect(first!.y - second!.y).toBeCloseTo(second!.y - third!.y, 0);
    expect(first!.y).toBeGreaterThan(third!.y);
    const [from, to] = (/class="line c1 dashed"[^>]*points="([^"]*)"/.exec(svg)?.[1] ?? "").split(" ");
    expect(from!.split(",")[1]).toBe(String(third!.y));
    expect(to!.split(",")[1]).toBe(String(third!.y));
  });

  it("have no bar where one run says nothing of its error", () => {
    const points = [0, 1].map((x) => ({ x, y: x, error: Number.NaN }));
    const one = errorBarFigure({
      title: "t",
      x: "",
      y: "",
      series: [
        { label: "a", points },
        { label: "level", points: points.slice(1) },
      ],
    });
    expect(one).not.toContain("NaN");
    expect(
      marks(one)
        .slice(0, 2)
        .map(({ y }) => y),
    ).not.toContain(Number.NaN);
    expect(one).not.toContain('class="c1 band"');
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
    const [half, one] = marks(svg);
    expect(marks(svg)).toHaveLength(2);
    // The first interval is cut to 0, the second to 1, where its value is.
    const [zero] = /d="M([\d.]+) [\d.]+H/.exec(svg)?.slice(1).map(Number) ?? [];
    expect(half!.x).toBeCloseTo((zero! + one!.x) / 2, 0);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

it("values without an interval, as of one run, are drawn as what they are", () => {
  const bars = [
    { series: 0, value: 0.5, low: Number.NaN, high: Number.NaN },
    { series: 1, value: 0.7, low: 0.6, high: 0.8 },
  ];
  const svg = intervalFigure({ title: "t", key: ["a", "b"], groups: [{ label: "g", bars }], range: [0, 1] });
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(marks(svg)).toHaveLength(2);
});

describe("lines over numbers", () => {
  const flat = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      label: `line ${i}`,
      points: [
        [0, 0],
        [1, 1],
      ] as [number, number][],
    }));

  it("have names that do not lie on each other, though the lines end in one point", () => {
    const svg = lineChartSvg({ title: "", x: "", y: "", lines: flat(9) });
    const heights = [...svg.matchAll(/<text class="c\d" x="[\d.]+" y="([\d.]+)">line/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(9);
    expect(Math.min(...heights.slice(1).map((y, i) => y - heights[i]!))).toBeGreaterThanOrEqual(14);
  });

  it("name some of very many", () => {
    const svg = lineChartSvg({ title: "", x: "", y: "", lines: flat(60) });
    const named = texts(svg).filter((text) => text.startsWith("line"));
    expect(named.length).toBeGreaterThan(10);
    expect(named.length).toBeLessThan(30);
  });

  it("differ by their marks, not by colour alone", () => {
    const shapes = [
      ...lineChartSvg({ title: "", x: "", y: "", lines: flat(5) }).matchAll(/<path class="c\d" [^>]* d="([^"]+)"/g),
    ];
    expect(new Set(shapes.map(([, shape]) => shape)).size).toBe(5);
  });

  it("keep the colour and the mark that they are told to have", () => {
    const of = (lines: ReturnType<typeof flat>) =>
      /<text class="(c\d)"[^>]*>line 1</.exec(lineChartSvg({ title: "", x: "", y: "", lines }))?.[1];
    const [, second] = flat(2).map((line) => ({ ...line, series: 5 }));
    expect([of(flat(2)), of([second!])]).toEqual(["c1", "c5"]);
  });

  it("hold a value until the next one where they are steps", () => {
    const points = [
      [0, 1],
      [1, 3],
      [2, 2],
    ] as [number, number][];
    const svg = lineChartSvg({ title: "", x: "", y: "", lines: [{ label: "", points, isStep: true }] });
    const path = (/<polyline class="line c0"[^>]*points="([^"]*)"/.exec(svg)?.[1] ?? "")
      .split(" ")
      .map((at) => at.split(","));
    for (const [i, [x, y]] of path.slice(1).entries()) expect(x === path[i]![0] || y === path[i]![1]).toBe(true);
  });

  it("leave out what has no logarithm", () => {
    const points = [
      [0, 0],
      [1, 10],
      [2, 100],
    ] as [number, number][];
    const svg = lineChartSvg({ title: "", x: "", y: "", isLogarithmic: true, lines: [{ label: "", points }] });
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(marks(svg).length).toBeGreaterThan(0);
  });

  it("have whole numbers below where all are whole, and shares in per cent", () => {
    const svg = lineChartSvg({ title: "", x: "x", y: "", isShare: true, lines: flat(1) });
    expect(texts(svg)).toEqual(expect.arrayContaining(["0 %", "100 %", "0", "1"]));
    expect(texts(svg)).not.toContain("0.2");
  });
});

describe("ticks", () => {
  it("are round, in order and within the range", () => {
    expect(ticks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.497, 0.513)[0]).toBeCloseTo(0.5, 10);
    expect(ticks(3, 3).length).toBeGreaterThan(0);
    expect(ticks(0, 3, { isWhole: true })).toEqual([0, 1, 2, 3]);
    expect(roundTicks(0.497, 0.513).map((tick) => tick.toFixed(3))).toEqual([
      "0.495",
      "0.500",
      "0.505",
      "0.510",
      "0.515",
    ]);
    expect(roundTicks(2.93, 4.29).at(-1)).toBeCloseTo(4.4, 10);
  });

  it("of a logarithmic axis are powers of ten, and steps between where there are few", () => {
    expect(logTicks(0.9, 1200)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(0.25, 20)).toEqual([0.5, 1, 2, 5, 10, 20]);
    expect(logTicks(1e-9, 1e9).length).toBeLessThan(12);
    expect(logTicks(3.1, 3.4).length).toBeGreaterThan(2);
  });

  it("of a logarithmic axis say what they are at, however little of it is shown", () => {
    expect(logTickLabels(logTicks(0.25, 20))).toEqual(["0.5", "1", "2", "5", "10", "20"]);
    expect(logTickLabels(logTicks(5.35, 6.6))).toEqual(["5.4", "5.6", "5.8", "6.0", "6.2", "6.4", "6.6"]);
    expect(logTickLabels(logTicks(0.4, 1.7))).toEqual(["0.4", "0.6", "0.8", "1.0", "1.2", "1.4", "1.6"]);
  });

  it("have as many digits as tell them apart", () => {
    expect(tickLabels([0, 0.5, 1])).toEqual(["0", "0.5", "1.0"]);
    expect(tickLabels([-20_000, 0, 20_000])).toEqual(["−20k", "0", "20k"]);
    expect(tickLabels([3.1, 3.2])).toEqual(["3.1", "3.2"]);
    expect(tickLabels([1e12, 1.5e12])).toEqual(["1.0e12", "1.5e12"]);
    expect(tickLabels([2e-9, 4e-9])).toEqual(["2e−9", "4e−9"]);
    expect(tickLabels([0, 0.25, 0.5], true)).toEqual(["0 %", "25 %", "50 %"]);
  });
});

describe("the palette", () => {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string): number => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  it.each([
    ["light", LIGHT],
    ["dark", DARK],
  ])("is readable on %s paper: text 4.5 to 1, marks 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)", (_, scheme) => {
    const { ink, soft, bad, series, tried, paper } = scheme;
    for (const colour of [ink, soft, bad, ...series])
      expect(contrast(colour, paper), colour).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tried, paper), tried).toBeGreaterThanOrEqual(3);
  });
});
