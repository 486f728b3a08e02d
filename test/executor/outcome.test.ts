import { expect, test } from "vitest";

import { failure } from "../../src/executor/outcome.ts";

test("a reason that quotes a candidate is short and drives no terminal", () => {
  const { reason } = failure("crashed", `returned \u001b]0;title\u0007\u001b[2J\r\nnothing${"!".repeat(100_000)}`);
  expect(reason).toMatch(/^returned \]0;title\nnothing!+$/);
  expect(reason.length).toBeLessThanOrEqual(2_000);
});
