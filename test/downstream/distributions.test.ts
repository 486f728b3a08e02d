import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import { mean } from "../../src/core/numerics/stats.ts";
import { createDownstreamTask } from "../../src/downstream/registry.ts";
import { cutWeight, drawWeights, positiveWeight } from "../../src/downstream/max-cut.ts";
import { drawParity } from "../../src/downstream/parity.ts";
import { drawQap, identityCost } from "../../src/downstream/qap.ts";
import { qapCost, searchQap, type Qap } from "../../src/downstream/qap-reference.ts";
import { drawSat, satisfies } from "../../src/downstream/sat.ts";
import type { TaskInstance } from "../../src/downstream/types.ts";
import { drawStringGrid, gridDistance } from "../../src/downstream/string-grid.ts";

const many = <T>(count: number, draw: (seed: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
const seeded = (seed: number) => createRandom(`distribution ${seed}`);
const permutations = (items: number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) => permutations(items.filter((each) => each !== first)).map((rest) => [first, ...rest]));

describe("parity", () => {
  const instances = many(400, (seed) => drawParity(seeded(seed), { bits: 10, noise: 0.05 }));
  const parityOf = (sample: readonly number[], mask: readonly number[]) =>
    sample.reduce((odd, bit, i) => odd ^ (bit & (mask[i] as number)), 0);

  it("labels test samples by the mask, and flips a twentieth of the training labels, each by itself", () => {
    const flips = instances.map(({ mask, trainSamples, trainParity, testSamples, testParity }) => {
      expect(testSamples.map((sample) => parityOf(sample, mask))).toEqual(testParity);
      return trainSamples.filter((sample, i) => parityOf(sample, mask) !== trainParity[i]).length;
    });
    // Mean 5, standard deviation √4.75 for independent flips; 40,000 draws.
    expect(Math.abs(mean(flips) - 5)).toBeLessThan(0.5);
    expect(Math.abs(mean(flips.map((count) => (count - 5) ** 2)) - 4.75)).toBeLessThan(1.5);
  });

  it("has masks of density 0.3, fair samples, and 100 + 20 of them", () => {
    expect(Math.abs(mean(instances.flatMap(({ mask }) => mask)) - 0.3)).toBeLessThan(0.03);
    expect(Math.abs(mean(instances.flatMap(({ trainSamples }) => trainSamples.flat())) - 0.5)).toBeLessThan(0.005);
    for (const { mask, trainSamples, trainParity, testSamples } of instances) {
      expect([mask.length, trainSamples.length, trainParity.length, testSamples.length]).toEqual([10, 100, 100, 20]);
    }
  });

  it("flips nothing without noise", () => {
    for (const seed of [1, 2, 3]) {
      const { mask, trainSamples, trainParity } = drawParity(seeded(seed), { bits: 48, noise: 0 });
      expect(trainSamples.map((sample) => parityOf(sample, mask))).toEqual(trainParity);
    }
  });
});

describe("string grid distance", () => {
  const instances = many(3000, (seed) => drawStringGrid(seeded(seed)));

  it("plants a text at the distance, counted by a second implementation", () => {
    const count = (s: string, t: string) => {
      let total = 0;
      for (let i = 0; i < s.length; i++) {
        if (s[i] !== t[i]) total++;
        if (i > 0 && s[i] !== s[i - 1]) total++;
        if (i > 0 && t[i] !== t[i - 1]) total++;
      }
      return total;
    };
    for (const { t, planted, distance } of instances) {
      expect(gridDistance(planted, t)).toBe(distance);
      expect(count(planted, t)).toBe(distance);
    }
  });

  it("has lengths 1 to 30, equally often, over two equally frequent letters", () => {
    const lengths = Map.groupBy(instances, ({ t }) => t.length);
    expect([...lengths.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    const chiSquare = [...lengths.values()].reduce((sum, each) => sum + (each.length - 100) ** 2 / 100, 0);
    // 29 degrees of freedom; 66 is exceeded once in 10,000.
    expect(chiSquare).toBeLessThan(66);
    const letters = instances.map(({ t }) => t).join("");
    expect(Math.abs(letters.replaceAll("B", "").length / letters.length - 0.5)).toBeLessThan(0.01);
  });

  it("scores a match 1, a miss by its distance, and never below 0", () => {
    for (const instance of createDownstreamTask("string-grid").instances("test", 3)) {
      const [t, distance] = instance.arguments as [string, number];
      const { score } = instance.judge(t, 0);
      const error = Math.abs(gridDistance(t, t) - distance);
      expect(score).toBeCloseTo(error === 0 ? 1 : 0.5 - error / (6 * t.length));
      expect(score).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("3-SAT", () => {
  const shapes = {
    usual: { fewest: 5, most: 50, ratio: 4, q: 1 },
    hard: { fewest: 100, most: 200, ratio: 4.2, q: 0.618 },
  };

  it.each(Object.entries(shapes))("%s formulas are satisfied by their planted solution", (_, shape) => {
    for (const { variables, clauses, planted } of many(60, (seed) => drawSat(seeded(seed), shape))) {
      expect(variables).toBeGreaterThanOrEqual(shape.fewest);
      expect(variables).toBeLessThanOrEqual(shape.most);
      expect(clauses).toHaveLength(Math.floor(shape.ratio * variables));
      expect(satisfies(planted, clauses)).toBe(true);
      for (const clause of clauses) {
        const numbers = clause.map(Math.abs);
        expect(new Set(numbers).size).toBe(3);
        expect(Math.min(...numbers) >= 1 && Math.max(...numbers) <= variables).toBe(true);
        expect(clause.some((literal) => planted[Math.abs(literal) - 1] === literal > 0)).toBe(true);
      }
    }
  });

  it("leans towards the planted solution as it should: 12 true literals in 21 usually, half when hard", () => {
    const trueShare = (shape: (typeof shapes)["usual"]) =>
      mean(
        many(60, (seed) => drawSat(seeded(seed), shape)).flatMap(({ clauses, planted }) =>
          clauses.flat().map((literal) => Number(planted[Math.abs(literal) - 1] === literal > 0)),
        ),
      );
    expect(Math.abs(trueShare(shapes.usual) - 12 / 21)).toBeLessThan(0.02);
    expect(Math.abs(trueShare(shapes.hard) - 0.5)).toBeLessThan(0.01);
  });

  it("knows a wrong assignment", () => {
    expect(
      satisfies(
        [true, false, true],
        [
          [1, 2, 3],
          [-1, 2, -3],
        ],
      ),
    ).toBe(false);
    expect(
      satisfies(
        [true, true, true],
        [
          [1, 2, 3],
          [-1, 2, -3],
        ],
      ),
    ).toBe(true);
  });
});

describe("max-cut", () => {
  const graphs = many(30, (seed) => drawWeights(seeded(seed), { fewest: 50, most: 200 }));

  it("has symmetric graphs without loops, of the given density and weights", () => {
    const weights: number[] = [];
    let pairs = 0;
    for (const graph of graphs) {
      expect(graph.length >= 50 && graph.length <= 200).toBe(true);
      for (const [i, row] of graph.entries()) {
        expect(row[i]).toBe(0);
        for (let j = 0; j < i; j++) {
          expect(row[j]).toBe(graph[j]?.[i]);
          pairs++;
          if (row[j] !== 0) weights.push(row[j] as number);
        }
      }
    }
    expect(Math.abs(weights.length / pairs - 0.4)).toBeLessThan(0.01);
    expect(Math.abs(mean(weights) - 5.5)).toBeLessThan(0.1);
    expect([Math.min(...new Set(weights)), Math.max(...new Set(weights))]).toEqual([1, 10]);
  });

  it("counts a cut as a second implementation does, and no less or more than can be cut", () => {
    const graph = graphs[0] as number[][];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0 as const, 1 as const), { minLength: graph.length, maxLength: graph.length }),
        (side) => {
          const twice = graph.flatMap((row, i) => row.filter((_, j) => side[i] !== side[j])).reduce((a, b) => a + b, 0);
          expect(cutWeight(graph, side)).toBe(twice / 2);
          expect(cutWeight(graph, side)).toBeLessThanOrEqual(positiveWeight(graph));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("quadratic assignment", () => {
  /** Sum over matrices, with the permutation as a matrix: tr(F X Dᵀ Xᵀ) − ½ tr(P Xᵀ). */
  function matrixCost({ flow, distance, preference }: Qap, assignment: readonly number[]): number {
    const n = flow.length;
    let cost = 0;
    for (let from = 0; from < n; from++) {
      for (let to = 0; to < n; to++) {
        cost += (flow[assignment.indexOf(from)]?.[assignment.indexOf(to)] as number) * (distance[from]?.[to] as number);
      }
      cost -= (preference[assignment.indexOf(from)]?.[from] as number) / 2;
    }
    return cost;
  }

  it("costs what a second implementation says", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, n) => {
        const problem = drawQap(seeded(seed), n);
        const assignment = seeded(seed + 1).shuffle(Array.from({ length: n }, (_, i) => i));
        expect(qapCost(problem, assignment)).toBeCloseTo(matrixCost(problem, assignment), 9);
      }),
    );
  });

  function problemOf({ arguments: [flow, distance, preference] }: TaskInstance): Qap {
    return { flow, distance, preference } as unknown as Qap;
  }

  it("has uniform matrices", () => {
    const entries = many(20, (seed) => drawQap(seeded(seed), 15)).flatMap(({ flow, distance, preference }) =>
      [flow, distance, preference].flat(2),
    );
    expect(Math.abs(mean(entries) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(mean(entries.map((x) => (x - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.005);
  });

  it("has a search that finds the optimum of small problems", () => {
    for (const seed of [1, 2, 3]) {
      const problem = drawQap(seeded(seed), 6);
      const optimum = Math.min(...permutations([0, 1, 2, 3, 4, 5]).map((each) => qapCost(problem, each)));
      const found = searchQap(problem, seeded(seed), { starts: 3, iterations: 200 });
      expect(found.cost).toBeCloseTo(optimum, 9);
      expect(qapCost(problem, found.assignment)).toBe(found.cost);
    }
  });

  it("scores the identity 0 and the reference 1", () => {
    const instance = createDownstreamTask("qap").instances("validation", 5)[0] as TaskInstance;
    const problem = problemOf(instance);
    const identity = problem.flow.map((_, i) => i);
    expect(instance.judge(identity, 0.1)).toEqual({ score: 0 });
    const { assignment, cost } = searchQap(problem, seeded(9), { starts: 8, iterations: 1000 });
    expect(instance.judge([...assignment], 0.1).score).toBeGreaterThan(0.97);
    expect(cost).toBeLessThan(identityCost(problem));
  });

  it("pays for cost and slowness under the paper's formula", () => {
    const instance = createDownstreamTask("qap", { formula: "paper" }).instances("validation", 5)[0] as TaskInstance;
    const problem = problemOf(instance);
    const identity = problem.flow.map((_, i) => i);
    const cost = qapCost(problem, identity);
    expect(instance.judge(identity, 0).score).toBeCloseTo(cost / 225);
    expect(instance.judge(identity, 0.45).score).toBeCloseTo((cost + 0.45) / 225);
  });
});
