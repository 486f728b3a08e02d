import { expect, it } from "vitest";

import { runTask } from "../../../src/loop/research/run-task.ts";
import { modelProposer, modelTroubles } from "../../../src/propose/model/model-proposer.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { quadraticTask } from "../../loop/make-task.ts";
import { block, fails, gatewayOf, scriptedModel, settings } from "./scripted.ts";

const width = (from: string, to: string): string =>
  `Idea: width ${to}\n\ntrain.ts\n${block(`const width = ${from};`, `const width = ${to};`)}`;

it("in a run, a model is shown its syntax error and its talk, and its failure ends the run with a reason", async () => {
  const answers = [width("8", "(5;"), width("8", "5"), "Nothing comes to mind.", width("5", "4"), width("4", "3")];
  const model = scriptedModel((_request, call) => {
    const answer = answers[call];
    return answer === undefined ? fails("unreachable") : [answer];
  });
  const { gateway } = gatewayOf([model]);
  const options = { gateway, choose: () => ({ model: "scripted", temperature: undefined }), settings };
  let last: Parameters<typeof modelTroubles>[0] | undefined;
  const inner = modelProposer(options);
  const proposer: typeof inner = {
    name: inner.name,
    propose: (context, signal) => {
      last = context;
      return inner.propose(context, signal);
    },
  };
  const task = quadraticTask();
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno", proposer });
  const records = [...state.recent];
  expect(records.map(({ outcome }) => outcome?.status)).toEqual([
    "scored",
    "invalid",
    "scored",
    "invalid",
    "scored",
    "scored",
  ]);
  expect(records[1]?.outcome?.reason).toMatch(/^train\.ts:2/);
  expect(records[3]?.outcome?.reason).toMatch(/^expected SEARCH\/REPLACE/);
  expect(model.requests.map(({ messages }) => messages.length)).toEqual([2, 4, 2, 4, 2, 2]);
  expect(model.requests[1]?.messages[3]?.content).toMatch(/^That edit was not accepted: "train\.ts:2/);
  expect(state.champion).toMatchObject({ trial: 5 });
  expect(last && modelTroubles(last, options)).toEqual(["scripted: it failed: unreachable"]);
});
