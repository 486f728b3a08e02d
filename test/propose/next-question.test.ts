import { describe, expect, it } from "vitest";

import type { ModelChoice } from "../../src/core/task.ts";
import { nextQuestion } from "../../src/propose/next-question.ts";
import { createProposer } from "../../src/propose/registry.ts";
import type { Proposal, ProposerContext } from "../../src/propose/types.ts";
import { afterProposal, contextOf, gatewayOf, noSignal, scriptedModel, settings, tuner } from "./model/scripted.ts";

const program = { "main.py": "rate = 0.1\nsteps = 10\n", "util.py": "half = 0.5\n" };
const MODELS: readonly ModelChoice[] = [{ model: "one", temperature: 0.1, weight: 3 }, { model: "two" }];

/** The context after a turn, with the trial under the name of who proposed it. */
function afterTurn(context: ProposerContext, proposal: Proposal, name: string): ProposerContext {
  const next = afterProposal(context, proposal, context.trial % 3 === 0 ? 0.99 ** context.trial : 2);
  const record = { ...next.history.at(-1)!, proposer: proposal.proposer ?? name };
  return { ...next, history: [...next.history.slice(0, -1), record] };
}

describe("the next question of a proposer", () => {
  it.each([
    { name: "model", islands: 1 },
    { name: "model", islands: 2 },
    { name: "greedy-llm", islands: 1 },
    { name: "greedy-llm", islands: 2 },
    { name: "portfolio", islands: 1 },
    { name: "portfolio", islands: 2 },
  ])(
    "is what $name on $islands islands asks, whenever it asks",
    async ({ name, islands }) => {
      const models = MODELS.map(({ model }) => scriptedModel(tuner, { name: model }));
      const { gateway } = gatewayOf(models);
      const tools = { gateway, models: MODELS, settings: { ...settings, samples: 2 }, islands };
      const proposer = createProposer(name, tools);
      let context = await contextOf(program);
      let asked = 0;
      for (let turn = 0; turn < 10; turn++) {
        const next = await nextQuestion(name, context, tools);
        const before = models.map(({ requests }) => requests.length);
        const proposal = await proposer.propose(context, noSignal());
        if (proposal === null) throw new Error("expected a proposal, found null");
        const [question, ...others] = models.flatMap(({ name: model, requests }, i) =>
          requests.slice(before[i]).map((request) => ({ model, ...request })),
        );
        if (question !== undefined) {
          asked += 1;
          expect(next?.spare).toBeNull();
          expect({ ...next?.ask, messages: next?.messages, samples: next?.samples }).toMatchObject(question);
          expect(others).toEqual([]);
        } else if (name !== "portfolio") expect(next?.spare).not.toBeNull();
        context = afterTurn(context, proposal, name);
      }
      expect(asked).toBeGreaterThan(name === "portfolio" ? 1 : 4);
    },
    120_000,
  );

  it("comes with what is not determined", async () => {
    const { gateway } = gatewayOf([scriptedModel(tuner)]);
    const context = await contextOf(program);
    const notesOf = async (name: string, now = context) =>
      (await nextQuestion(name, now, { gateway, settings }))?.notes;
    expect([await notesOf("model"), await notesOf("greedy-llm")]).toEqual([[], []]);
    expect(await notesOf("portfolio")).toEqual([expect.stringContaining("may have the next turn")]);
    expect(await notesOf("policy")).toEqual([expect.stringContaining("the policy decides")]);
    expect(await notesOf("tpe")).toEqual([expect.stringContaining("tpe asks none of these models")]);
    expect(await notesOf("model", { ...context, pending: [{ ...context.history[0]!, outcome: null }] })).toEqual([
      expect.stringContaining("1 trial is not decided yet"),
    ]);
  });
});
