import { describe, expect, test } from "vitest";

import { chartFile, chartSvg } from "../../src/report/chart.ts";
import { formatBytes, formatChange, formatDuration, formatScore } from "../../src/report/format.ts";
import { prospect } from "../../src/report/prospect.ts";
import type { RunState } from "../../src/journal/state.ts";

describe("numbers are written as people read them", () => {
  test.each([
    [formatScore(2.7123456789), "2.71235"],
    [formatScore(0.1 + 0.2), "0.3"],
    [formatScore(0.00001234), "1.2340e-5"],
    [formatScore(null), "–"],
    [formatScore(0), "0"],
    [formatChange(2, 1.9), "−5.0 %"],
    [formatChange(-2, -1.99), "+0.50 %"],
    [formatChange(0, 1), ""],
    [formatChange(0.039, 3.68e8), "+9.4e11 %"],
    [formatDuration(59_400), "59 s"],
    [formatDuration(200_000), "3 m 20 s"],
    [formatDuration(7_500_000), "2 h 05 m"],
    [formatBytes(999), "999 B"],
    [formatBytes(1_500_000_000), "1.5 GB"],
  ])("%s", (text, expected) => expect(text).toBe(expected));
});

describe("the chart", () => {
  const champion = { candidate: "a", trial: 0, score: 3, runs: 1, fresh: 1 };
  const series = [{ label: "run-001: tpe", champions: [champion, { ...champion, trial: 4, score: 2 }] }];

  test("is a staircase down to the champion, with a dot for every trial", () => {
    const points = [0, 1, 2, 3, 4].map((trial) => ({
      trial,
      score: 3 - trial / 4,
      kept: trial % 4 === 0,
      title: `#${trial}`,
    }));
    const svg = chartSvg({ points, series, metric: "loss", lastTrial: 8 });
    expect(svg.match(/<circle/g)).toHaveLength(5);
    const stairs =
      /points="([^"]+)"/
        .exec(svg)?.[1]
        ?.split(" ")
        .map((point) => point.split(",").map(Number)) ?? [];
    expect(stairs).toHaveLength(4);
    const [first, second, third, fourth] = stairs.map(([x = Number.NaN, y = Number.NaN]) => ({ x, y }));
    expect(first?.y).toBe(second?.y);
    expect(second?.x).toBe(third?.x);
    // A lower score is lower on the page.
    expect(third?.y).toBeGreaterThan(second?.y ?? Number.POSITIVE_INFINITY);
    expect(fourth?.x).toBeGreaterThan(third?.x ?? Number.POSITIVE_INFINITY);
  });

  test("does not let a title or a name become markup", () => {
    const points = [{ trial: 0, score: 1, kept: true, title: '</title><script>alert("x")</script>' }];
    const svg = chartSvg({ points, series: [], metric: "<b>&", lastTrial: 1 });
    expect(svg).not.toContain("<script");
    expect(svg).not.toContain("<b>");
  });

  test("is XML whatever a proposer wrote", () => {
    const points = [{ trial: 0, score: 1, kept: true, title: "\u0000a\u001b[2J \ud83d\uffff \ud83d\ude00\u0085" }];
    const svg = chartFile({ points, series: [], metric: "loss", lastTrial: 0 });
    expect(svg).toContain("<title>\ufffda\ufffd[2J \ufffd\ufffd \u{1f600}\ufffd</title>");
  });

  test("stays small and finite for a hundred thousand trials, ties and outliers", () => {
    const points = Array.from({ length: 100_000 }, (_, trial) => ({
      trial,
      score: trial === 7 ? 1e300 : 1,
      kept: false,
      title: "",
    }));
    const svg = chartSvg({ points, series, metric: "loss", lastTrial: 100_000 });
    expect(svg.length).toBeLessThan(1_000_000);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test("is empty when nothing has scored", () => {
    expect(chartSvg({ points: [], series: [], metric: "loss", lastTrial: 0 })).toBe("");
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
