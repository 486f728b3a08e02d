import { describe, expect, it } from "vitest";

import { figuresOf } from "../../../src/loop/reprogram/figures.ts";
import { lineChartSvg } from "../../../src/report/pictures/line-chart.ts";
import { networkSettings, selfSettings } from "../../../src/loop/reprogram/presets.ts";
import type { CandidateResult, ReprogramResult } from "../../../src/loop/reprogram/result.ts";
import { describeChange } from "../../../src/loop/reprogram/writer/writing.ts";

const common = {
  arm: "model",
  seed: 1,
  backend: { name: "native", threads: 1 },
  pruner: "none",
  candidates: 2,
} as const;
const empty = { pixels: new Uint8Array(784), labels: new Uint8Array(1), channels: 1, height: 28, width: 28 };
const network = networkSettings(
  { name: "mnist", classes: 10, train: empty, test: empty, source: "" },
  { ...common, iterations: 1 },
);

const candidate = (over: Partial<CandidateResult>): CandidateResult => ({
  trial: 0,
  iteration: 0,
  status: "scored",
  score: 0.5,
  reason: "",
  isKept: true,
  description: "",
  source: "network([\n  dense(16),\n])",
  parameters: 100,
  multiplications: 1,
  cpuSeconds: 1,
  curve: [2, 1],
  ...over,
});
const result: ReprogramResult = {
  settings: network,
  candidates: [
    candidate({}),
    candidate({ trial: 1, iteration: 1, status: "invalid", score: null, isKept: false, parameters: null, source: "<" }),
    candidate({ trial: 2, iteration: 1, score: 0.7, source: "conv(64), conv(16), dense(16)", parameters: 300 }),
  ],
  generations: [],
  updates: [],
  writer: null,
  finals: { best: [], initial: [] },
};

describe("the figures of the paper", () => {
  it("of experiment 2 follow the best source from iteration to iteration", () => {
    const figures = figuresOf(result);
    const line = (name: string, label: string) => figures[name]?.lines.find((one) => one.label === label)?.points;
    expect(line("figure-4-candidates", "best so far")).toEqual([
      [0, 0.5],
      [1, 0.5],
      [2, 0.7],
    ]);
    expect(line("figure-4-candidates", "candidate")).toEqual([
      [0, 0.5],
      [2, 0.7],
    ]);
    expect(line("figure-5-design", "conv layers")).toEqual([
      [0, 0],
      [1, 2],
    ]);
    expect(line("figure-5-design", "log2 conv size")?.[1]?.[1]).toBeCloseTo(Math.log2(40), 12);
    expect(line("figure-6-parameters", "best source")).toEqual([
      [0, 100],
      [1, 300],
    ]);
    expect(figures["figure-3-loss"]?.lines.map(({ label }) => label)).toEqual([
      "iteration 0 (trial 0)",
      "iteration 1 (trial 2)",
    ]);
  });

  it("tell of learning from rewards, where there was any", () => {
    const did = { decisions: 9, epochs: 6, kl: 0.01, clipped: 0, entropy: 1, explained: 0 };
    const cost = { multiplications: 2e9, cpuSeconds: 1 };
    const update = { ...did, ...cost, iteration: 1, index: 5, state: "policy-1-5", meanReward: -0.25, valid: 0.75 };
    expect(figuresOf(result)["figure-7-rewards"]).toBe(undefined);
    const learned = { ...result, updates: [update, { ...update, meanReward: 0.5, valid: 1 }] };
    const lines = figuresOf(learned)["figure-7-rewards"]?.lines ?? [];
    expect(lines.map(({ label, points }) => [label, ...points.map(([, y]) => y)])).toEqual([
      ["mean reward", -0.25, 0.5],
      ["share of valid sources", 0.75, 1],
      ["KL of the update", 0.01, 0.01],
    ]);
  });

  it("of experiment 1 hold one loss curve for each generation that was trained", () => {
    const generation = {
      generation: 0,
      source: "",
      sameAs: null,
      losses: [3, 2, 1],
      validationLoss: 1,
      parameters: 1,
      multiplications: 1,
      cpuSeconds: 1,
    };
    const self = {
      ...result,
      settings: selfSettings("tiny", common),
      generations: [generation, { ...generation, generation: 1, sameAs: 0 }],
    };
    expect(figuresOf(self)["figure-2-loss"]?.lines).toEqual([
      {
        label: "generation 0",
        points: [
          [1, 3],
          [2, 2],
          [3, 1],
        ],
      },
    ]);
  });
});

describe("a line chart", () => {
  it("is drawn of any numbers, and labels cannot break out of it", () => {
    for (const points of [
      [],
      [[1, 1]],
      [
        [0, 1],
        [1, Number.NaN],
        [2, 3],
      ],
      [
        [0, 5],
        [1, 5],
      ],
    ] as [number, number][][]) {
      const svg = lineChartSvg({ title: "<script>", x: "x", y: "y", lines: [{ label: "a & b", points }] });
      expect(svg).not.toMatch(/NaN|Infinity|<script>/);
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    }
  });

  it("puts greater numbers higher, also on a logarithmic scale", () => {
    const chart = {
      title: "",
      x: "",
      y: "",
      lines: [
        {
          label: "",
          points: [
            [0, 1],
            [1, 10],
            [2, 100],
          ] as [number, number][],
        },
      ],
    };
    const heights = (svg: string) =>
      (/<polyline[^>]*points="([^"]*)"/.exec(svg)?.[1] ?? "").split(" ").map((p) => Number(p.split(",")[1]));
    const [linear, logarithmic] = [
      heights(lineChartSvg(chart)),
      heights(lineChartSvg({ ...chart, isLogarithmic: true })),
    ];
    expect((linear[0] as number) - (linear[1] as number)).toBeLessThan((linear[1] as number) - (linear[2] as number));
    expect((logarithmic[0] as number) - (logarithmic[1] as number)).toBeCloseTo(
      (logarithmic[1] as number) - (logarithmic[2] as number),
      0,
    );
  });
});

describe("what a candidate changed", () => {
  it("is told by the lines that differ", () => {
    expect(describeChange("a\n  heads: 8,\nb", "a\n  heads: 9,\nb", 1)).toBe("heads: 8, → heads: 9,");
    expect(describeChange("conv(1)\nconv(1)", "conv(1)", 1)).toBe("conv(1) → nothing");
    expect(describeChange("a", "a", 3)).toBe("iteration 3: unchanged");
    expect(describeChange("a", "\u001b[31mred", 1)).toBe("a → red");
  });
});
