import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { cmaEs } from "../../../src/propose/literals/cma-es.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

describe("CMA-ES", () => {
  it("begins anew, with nothing of the generation before, when the history no longer holds that one's notes", async () => {
    const before = { "a.py": "lr = 0.1\nmomentum = 0.5\nscale = 2.5\n" };
    const champion = { "a.py": `${before["a.py"]}dropout = 0.2\n` };
    const run = { proposer: cmaEs(), program: before, score: () => 1, trials: 7, seed: 1 };
    const { context } = await simulateRun(run);
    const parent = candidateId(champion);
    const program = (id: string) => (id === parent ? champion : context.program(id));
    // A window of so many trials ends between the first of the seven, which noted the generation, and the others.
    const history = context.history.filter(({ trial }) => trial !== 1);
    const generations: unknown[] = [];
    for (let trial = 600; trial < 609; trial++) {
      const later = { ...context, trial, history, champion: { candidate: parent, score: 1, trial: 8 } };
      const proposal = await cmaEs().propose(
        { ...later, program, random: createRandom(trial) },
        new AbortController().signal,
      );
      if (proposal?.edit == null) throw new Error("expected an edit, found none");
      const applied = applyEdit(champion, proposal.edit, () => true);
      if (!applied.ok) throw new Error(applied.reason);
      expect(applied.files["a.py"]).not.toContain("NaN");
      const detail = JSON.parse(JSON.stringify(proposal.detail)) as { generation: number };
      generations.push(detail.generation);
      const candidate = candidateId(applied.files);
      history.push({ ...(history.at(-1) as TrialRecord), trial, proposer: "cma-es", candidate, parent, detail });
    }
    // Four numbers take eight trials a generation.
    expect(generations).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});
