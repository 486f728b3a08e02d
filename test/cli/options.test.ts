import { expect, test } from "vitest";

import { collect, duration, wholeNumber } from "../../src/cli/options.ts";

test("a duration is of whole milliseconds, as timers take it", () => {
  for (const text of ["1.1h", "0.0001s", "2.3m", "1.1d"]) expect(duration(text) % 1, text).toBe(0);
  expect([duration("90s"), duration("1.5h"), duration("0.0001s")]).toEqual([90_000, 5_400_000, 1]);
});

test("a repeated option begins anew after its opposite", () => {
  expect(collect("b", collect("a"))).toEqual(["a", "b"]);
  expect(collect("a", false)).toEqual(["a"]);
});

test("a number that a shell's variable was to give, and did not, is none", () => {
  expect(() => wholeNumber("")).toThrow("expected a whole number, 0 or above");
  expect(wholeNumber("0")).toBe(0);
});
