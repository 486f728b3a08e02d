import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type ChartData, chartFile, chartHtml, type ChartPoint } from "../../src/report/pictures/chart.ts";
import { formatBytes, formatChange, formatCount, formatDuration, formatScore } from "../../src/report/format.ts";
import { prospect } from "../../src/report/prospect.ts";
import type { RunState } from "../../src/journal/state.ts";

describe("numbers are written as people read them", () => {
  test.each([
    [formatScore(2.7123456789), "2.71235"],
    [formatScore(0.1 + 0.2), "0.3"],
    [formatScore(0.00001234), "1.234e-5"],
    [formatScore(-3.35e12), "-3.35e12"],
    [formatScore(2e-9), "2e-9"],
    [formatCount(1, "trial"), "1 trial"],
    [formatCount(1_234_567, "trial"), "1,234,567 trials"],
    [formatScore(null), "–"],
    [formatScore(-Infinity), "-Infinity"],
    [formatScore("<b>" as unknown as number), "NaN"],
    [formatScore(0), "0"],
    [formatChange(2, 1.9), "−5.0 %"],
    [formatChange(-2, -1.99), "+0.50 %"],
    [formatChange(0, 1), ""],
    [formatChange(5e-324, 1), ""],
    [formatChange(0.039, 3.68e8), "+9.4e11 %"],
    [formatDuration(59_400), "59 s"],
    [formatDuration(200_000), "3 m 20 s"],
    [formatDuration(7_500_000), "2 h 05 m"],
    [formatBytes(999), "999 B"],
    [formatBytes(1_500_000_000), "1.5 GB"],
  ])("%s", (text, expected) => expect(text).toBe(expected));
});

const data = (over: Partial<ChartData> = {}): ChartData => ({
  points: [],
  series: [],
  metric: "loss",
  direction: "minimize",
  lastTrial: 8,
  ...over,
});
const dots = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/<circle class="(?:c0|tried)" cx="([\d.]+)%" cy="([\d.]+)"/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
/** Corners of the first series, in units of the plot. */
const corners = (svg: string): { x: number; y: number }[] => {
  const path = /class="line c0[^>]* d="M([^"]*)H\d+"/.exec(svg)?.[1] ?? "";
  const numbers = path.split(/[ HV]/).map(Number);
  return numbers.flatMap((y, i) => (i % 2 === 1 ? [{ x: numbers[i - 1] ?? Number.NaN, y }] : []));
};

describe("the chart", () => {
  const champion = { candidate: "a", trial: 0, score: 3, runs: 1, fresh: 1 };
  const series = [{ label: "run-001: tpe", champions: [champion, { ...champion, trial: 4, score: 2 }] }];
  const point = (trial: number, score: number | null, over: Partial<ChartPoint> = {}): ChartPoint => ({
    trial,
    score,
    kind: "tried",
    title: `#${trial}`,
    ...over,
  });

  test("is a staircase down to the champion, with a dot for every trial", () => {
    const points = [0, 1, 2, 3, 4].map((trial) =>
      point(trial, 3 - trial / 4, { kind: trial % 4 === 0 ? "kept" : "tried" }),
    );
    const svg = chartFile(data({ points, series }));
    expect(dots(svg)).toHaveLength(5);
    const stairs = corners(svg);
    expect(stairs.map(({ x }) => x)).toEqual([0, 500]);
    // A lower score is lower on the page.
    expect(stairs[1]!.y).toBeGreaterThan(stairs[0]!.y);
    expect(svg).toContain("loss 3 → 2 (−33.3 %)");
  });

  test("names the best score and where it came from, on the side where no trial can be", () => {
    const best = (direction: "minimize" | "maximize", score: number) => {
      const champions = [champion, { ...champion, trial: 4, score }];
      const svg = chartFile(data({ direction, series: [{ label: "", champions }] }));
      return Number(/y="([\d.]+)" text-anchor="end">[\d.]+ \(#4\)/.exec(svg)?.[1]) - corners(svg)[1]!.y;
    };
    expect(best("minimize", 2)).toBeGreaterThan(0);
    expect(best("maximize", 4)).toBeLessThan(0);
  });

  test("shows trials without a score at the foot, and says in words what each mark means", () => {
    const points = [
      point(0, 3, { kind: "kept" }),
      point(1, null, { kind: "failed" }),
      point(2, null, { kind: "stopped" }),
    ];
    const html = chartHtml(data({ points, series }));
    expect(html.match(/<line class="failed"/g)).toHaveLength(2);
    expect(html).toContain("1 without a score");
    expect(html).toContain("1 stopped early");
    expect(html).not.toContain("tried, not kept");
  });

  test("keeps the staircase large beside scores far off, which it counts", () => {
    const points = Array.from({ length: 40 }, (_, trial) => point(trial + 5, trial % 10 === 0 ? 1e9 : 2.5));
    const svg = chartFile(data({ points, series, lastTrial: 45 }));
    const [from, to] = corners(svg);
    expect(to!.y - from!.y).toBeGreaterThan(100);
    expect(svg).toContain("4 beyond the scale");
  });

  test("is drawn on a logarithmic scale where the gain is one of many factors", () => {
    const champions = [1000, 10, 0.1].map((score, i) => ({ ...champion, trial: i, score }));
    const svg = chartFile(data({ series: [{ label: "", champions }], noise: 2000 }));
    const [first, second, third] = corners(svg);
    expect(second!.y - first!.y).toBeGreaterThan(80);
    expect(second!.y - first!.y).toBeCloseTo(third!.y - second!.y, 0);
    expect(svg).toContain("on a logarithmic scale");
  });

  test("ends each run's line at its own last trial, and lets a far longer run take half of the width at most", () => {
    const longer = { label: "random", champions: series[0]!.champions, lastTrial: 1000 };
    const svg = chartFile(data({ series: [...series, longer], lastTrial: 40 }));
    const ends = [...svg.matchAll(/class="line c(\d)[^>]* d="[^"]*H(\d+)"/g)].map(([, i, end]) => [
      Number(i),
      Number(end),
    ]);
    expect(new Map(ends as [number, number][])).toEqual(
      new Map([
        [0, 500],
        [1, 1000],
      ]),
    );
    expect(svg).toContain(">80</text>");
  });

  test("tells other runs apart without colour", () => {
    const others = ["random", "tpe"].map((label) => ({ label, champions: series[0]!.champions }));
    const svg = chartFile(data({ series: [...series, ...others] }));
    expect(new Set(svg.match(/<path class="line[^"]*"/g))).toEqual(
      new Set(['<path class="line c0"', '<path class="line c1 dashed"', '<path class="line c2 dotted"']),
    );
  });

  test("shows how far a score lies from another by chance, all of it", () => {
    const noise = { noise: 5, series: [{ label: "", champions: [champion] }] };
    const svg = chartFile(data(noise));
    const [, top, height] = (/class="noise" x="0" width="100%" y="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(
      Number,
    );
    expect(top! + height! / 2).toBeCloseTo(corners(svg)[0]!.y, 0);
    expect(height!).toBeGreaterThan(200);
    expect(top! >= 0 && top! + height! <= 280).toBe(true);
    expect(svg).toContain("± 5, the noise of one run");
  });

  test("does not let a title or a name become markup", () => {
    const points = [point(0, 1, { kind: "kept", title: '</title><script>alert("x")</script>' })];
    for (const svg of [chartFile, chartHtml].map((draw) => draw(data({ points, metric: "<b>&", lastTrial: 1 })))) {
      expect(svg).not.toContain("<script");
      expect(svg).not.toContain("<b>");
    }
  });

  test("is XML whatever a proposer wrote, and nothing is turned around", () => {
    const title = "\u0000a\u001b[2J \ud83d\uffff \ud83d\ude00\u0085 \u202egnp.exe";
    const svg = chartFile(data({ points: [point(0, 1, { kind: "kept", title })], lastTrial: 0 }));
    expect(svg).toContain("<title>\ufffda\ufffd[2J \ufffd\ufffd \u{1f600}\ufffd \\u{202e}gnp.exe</title>");
  });

  test("stays small and finite for a hundred thousand trials, ties and outliers", () => {
    const points = Array.from({ length: 100_000 }, (_, trial) => point(trial, trial === 7 ? 1e300 : 1, { title: "" }));
    const svg = chartFile(data({ points, series, lastTrial: 100_000 }));
    expect(svg.length).toBeLessThan(1_000_000);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test("draws a share of every kind of trial, however regularly the kinds recur", () => {
    for (const period of [2, 3, 5, 7, 10]) {
      const points = Array.from({ length: 30_000 }, (_, trial) =>
        point(trial, trial % period === 0 ? null : 2.5, {
          kind: trial % period === 0 ? "stopped" : "tried",
          title: "",
        }),
      );
      const svg = chartFile(data({ points, series, lastTrial: 30_000 }));
      const [tried, stopped] = [svg.match(/class="tried" c/g), svg.match(/class="stopped"/g)].map((all) => all!.length);
      expect(tried! + stopped!).toBeLessThanOrEqual(3_010);
      expect(stopped! / (tried! + stopped!)).toBeGreaterThan(0.5 / period);
      expect(stopped! / (tried! + stopped!)).toBeLessThan(2 / period);
    }
  });

  test("stays small where every trial was kept", () => {
    const champions = Array.from({ length: 20_000 }, (_, trial) => ({
      ...champion,
      trial,
      score: 1 + 1 / (trial + 1),
    }));
    const points = champions.map(({ trial, score }) => point(trial, score, { kind: "kept", title: "x".repeat(160) }));
    expect(chartFile(data({ points, series: [{ label: "", champions }], lastTrial: 20_000 })).length).toBeLessThan(1e6);
  });

  test("counts the trials of a long run in factors where its gains came early, and only there", () => {
    const drawn = (trials: readonly number[], lastTrial: number) => {
      const champions = trials.map((trial, i) => ({ ...champion, trial, score: 100 - i }));
      return chartFile(data({ series: [{ label: "", champions }], lastTrial }));
    };
    const early = drawn([0, 9, 99, 999], 20_000);
    expect(early).toContain("trial, on a logarithmic scale");
    const [first, second, third, fourth] = corners(early).map(({ x }) => x);
    expect(third! - second!).toBeCloseTo(second! - first!, 0);
    expect(fourth! - third!).toBeCloseTo(second! - first!, 0);
    expect(second!).toBeGreaterThan(200);
    for (const linear of [drawn([0, 5_000, 9_000, 15_000], 20_000), drawn([0, 2, 4], 100)])
      expect(linear).not.toContain("trial, on a logarithmic");
  });

  test("is finite for any scores there can be", () => {
    const anyScore = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(anyScore, { minLength: 1 }), fc.boolean(), (scores, isMinimized) => {
        const direction = isMinimized ? "minimize" : "maximize";
        const champions = scores.slice(0, 3).map((score, i) => ({ ...champion, trial: i, score }));
        const points = scores.map((score, i) => point(i, score));
        const svg = chartFile(
          data({ points, direction, series: [{ label: "", champions }], lastTrial: scores.length }),
        );
        expect(svg).not.toMatch(/NaN|Infinity/);
        for (const { y } of dots(svg)) expect(y >= 0 && y <= 280).toBe(true);
      }),
    );
  });

  test("is empty when nothing has scored", () => {
    expect([chartHtml(data()), chartFile(data())]).toEqual(["", ""]);
  });
});

describe("the prospect of a run", () => {
  const counted = (kept: number, discarded: number): string => prospect({ counts: { kept, discarded } } as RunState);

  test("follows from the share of edits that helped", () => {
    // log 0.05 / log 0.9 = 28.4
    expect(counted(3, 18)).toContain("2 of 20 edits helped");
    expect(counted(3, 18)).toContain("about 10 more");
    expect(counted(3, 18)).toContain("at most 29");
  });

  test("is silent before there is anything to go by", () => {
    expect([counted(0, 0), counted(1, 0), counted(1, 30), counted(5, 0)]).toEqual(["", "", "", ""]);
  });
});
