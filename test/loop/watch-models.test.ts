import { expect, test } from "vitest";

import { watchModels } from "../../src/loop/watch-models.ts";
import { fails, gatewayOf, noSignal, scriptedModel } from "../propose/model/scripted.ts";

test("trouble with a model is told once until it answers again, which it may unless its failure is for good", async () => {
  const fate = [
    fails("timed-out"),
    fails("server-error"),
    ["hello"],
    fails("server-error"),
    fails("unauthorized", false),
  ];
  const model = scriptedModel((_, call) => fate[call]!);
  const told: string[] = [];
  const watched = watchModels(gatewayOf([model]).gateway, (sentence) => told.push(sentence));
  const seen: unknown[] = [];
  for (const [i] of fate.entries()) {
    const request = { messages: [{ role: "user" as const, content: String(i) }], samples: 1 };
    await watched.gateway.ask({ model: "scripted", purpose: `trial-${i}`, request }, noSignal());
    seen.push([told.length, watched.troubles().length, watched.mayRecover()]);
  }
  expect(seen).toEqual([
    [1, 1, false],
    [1, 1, false],
    [1, 0, false],
    [2, 1, true],
    [2, 1, false],
  ]);
});
