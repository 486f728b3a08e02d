import { expect, test } from "vitest";

import { changes } from "../../src/loop/changes.ts";

test("changed settings are named by their innermost keys, with what they are and what they were", () => {
  const before = { rounds: 4, tasks: [{ name: "qap" }], budget: { calls: 25, copies: 5 }, lambda: 1 };
  const now = { rounds: 2, tasks: [{ name: "sat" }], budget: { copies: 5, calls: 25 } };
  expect(changes(before, now)).toEqual([
    "rounds 2, was 4",
    'tasks [{"name":"sat"}], was [{"name":"qap"}]',
    "lambda none, was 1",
  ]);
  expect(changes(before, structuredClone(before))).toEqual([]);
});

test("of long values is shown what stands around the first difference", () => {
  const script = (text: string) => ({ argv: ["sh", "-c", `${"a".repeat(500)}${text}${"b".repeat(500)}`] });
  const [told = ""] = changes(script("OLD"), script("NEW"));
  expect(told).toMatch(/^argv …a{40}NEWb+…, was …a{40}OLDb+…$/);
  expect(told.length).toBeLessThan(280);
});
