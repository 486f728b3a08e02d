import { describe, expect, it } from "vitest";

import { branin, curve, type ProgramFunction, rosenbrock, sphere, training } from "../../bench/proposers/functions.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import { createProposer } from "../../src/propose/registry.ts";
import { simulateRun } from "../../src/testing/simulate-run.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];

/** Mean of log10(best + 0.01) over the seeds. */
async function meanBest(proposer: string, { program, score }: ProgramFunction, trials: number): Promise<number> {
  const runs = await Promise.all(
    SEEDS.map((seed) => simulateRun({ proposer: createProposer(proposer), program, score, trials, seed })),
  );
  return runs.reduce((sum, { best }) => sum + Math.log10((best.at(-1) as number) + 0.01), 0) / SEEDS.length;
}

describe("the searches", () => {
  it.each([rosenbrock, branin])(
    "TPE beats random search on $name after 60 trials",
    async (f) => {
      expect(await meanBest("tpe", f, 60)).toBeLessThan((await meanBest("random", f, 60)) - 0.1);
    },
    120_000,
  );

  it.each([rosenbrock, sphere])(
    "CMA-ES beats random search on $name after 200 trials",
    async (f) => {
      expect(await meanBest("cma-es", f, 200)).toBeLessThan((await meanBest("random", f, 200)) - 0.1);
    },
    120_000,
  );

  it("TPE comes within a tenth of Branin's minimum in 100 trials in most runs", async () => {
    const runs = await Promise.all(
      SEEDS.map((seed) => simulateRun({ proposer: createProposer("tpe"), ...braninRun, seed })),
    );
    const close = runs.filter(({ best }) => (best.at(-1) as number) < 0.1).length;
    expect(close).toBeGreaterThanOrEqual(SEEDS.length / 2);
  }, 120_000);
  const braninRun = { program: branin.program, score: branin.score, trials: 100 };

  it("the portfolio beats random search on mixed literals and on code", async () => {
    for (const f of [training, curve])
      expect(await meanBest("portfolio", f, 60)).toBeLessThan(await meanBest("random", f, 60));
  }, 240_000);

  it("Bayesian optimisation comes several times as near to the sphere's minimum as random search in 30 trials", async () => {
    expect(await meanBest("bayes", sphere, 30)).toBeLessThan((await meanBest("random", sphere, 30)) - 0.2);
  }, 240_000);

  it("rewrites find what no literal can give", async () => {
    expect(await meanBest("rewrites", curve, 60)).toBeLessThan((await meanBest("tpe", curve, 60)) - 0.5);
  }, 120_000);

  it("every search goes on with several trials running, and maximises as well as it minimises", async () => {
    for (const proposer of ["random", "bayes", "descent", "tpe", "cma-es", "portfolio"]) {
      const score = async (files: Parameters<ProgramFunction["score"]>[0]) => -((await sphere.score(files)) ?? 0);
      const { best } = await simulateRun({
        proposer: createProposer(proposer),
        program: sphere.program,
        score,
        trials: 60,
        seed: 4,
        parallel: 4,
        direction: "maximize",
      });
      expect(best.at(-1)).toBeGreaterThan((best[0] as number) / 2);
    }
  }, 120_000);

  it("trials that fail keep a search away from where they failed", async () => {
    const score = async (files: Parameters<ProgramFunction["score"]>[0]) =>
      createRandom(JSON.stringify(files)).next() < 0.4 ? null : sphere.score(files);
    for (const proposer of ["bayes", "tpe", "cma-es"]) {
      const { best } = await simulateRun({
        proposer: createProposer(proposer),
        program: sphere.program,
        score: async (files) => (files === sphere.program ? sphere.score(files) : score(files)),
        trials: 80,
        seed: 2,
      });
      expect(best.at(-1)).toBeLessThan((best[0] as number) / 2);
    }
  }, 120_000);
});

describe("CMA-ES in the journal", () => {
  it("leaves programs alone whose literals are too many for its notes", async () => {
    const notes = async (count: number) => {
      const lines = Array.from({ length: count }, (_, i) => `rate_${i}: 0.5\n`);
      const program = { "a.yaml": lines.join("") };
      const { history } = await simulateRun({
        proposer: createProposer("cma-es"),
        program,
        score: () => 1,
        trials: 1,
        seed: 1,
      });
      return history.slice(1).map(({ detail }) => JSON.stringify(detail).length);
    };
    expect(await notes(200)).toHaveLength(1);
    expect(await notes(201)).toEqual([]);
  });

  it("notes its distribution once per generation, and draws the whole generation from it", async () => {
    const { history } = await simulateRun({
      proposer: createProposer("cma-es"),
      program: sphere.program,
      score: sphere.score,
      trials: 40,
      seed: 1,
    });
    const notes = history
      .slice(1)
      .map(({ detail }) => detail as { generation: number; state?: { population: number } });
    const population = notes[0]?.state?.population ?? 0;
    expect(population).toBe(9);
    notes.forEach(({ generation, state }, i) => {
      expect(generation).toBe(Math.floor(i / population));
      expect(state !== undefined).toBe(i % population === 0);
    });
  });
});
