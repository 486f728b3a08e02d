import { expect, test } from "vitest";

import { agentRest } from "../../../src/propose/agent/rest.ts";

test("rests double up to an hour, and are over when their time has gone by", () => {
  let clock = 0;
  const rest = agentRest(() => clock);
  rest.after(true);
  const minutes = Array.from({ length: 10 }, () => {
    clock += rest.leftMs();
    expect(rest.leftMs()).toBe(0);
    return rest.after(false) / 60_000;
  });
  expect(minutes).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
  expect(rest.leftMs()).toBe(3_600_000);
  clock += 3_599_999;
  expect(rest.leftMs()).toBe(1);
});
