import { expect, test } from "vitest";

import { paceText } from "../../src/cli/screen/tally.ts";

test("how fast a run goes is said with the time that is left, or with what is waited for", () => {
  const trialsPerMinute = 1.5;
  expect(paceText({ trialsPerMinute, etaMs: 90_000, isLate: false })).toBe("1.5 trials/min · ETA 1 m 30 s");
  expect(paceText({ trialsPerMinute, etaMs: undefined, isLate: false })).toBe("1.5 trials/min · no end set");
  expect(paceText({ trialsPerMinute, etaMs: 0, isLate: true })).toContain("waiting for what runs");
});
