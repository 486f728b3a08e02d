import { expect, test } from "vitest";

import { StropError } from "../../src/core/errors.ts";
import { allFailures } from "../../src/loop/all-failures.ts";

test("what failed at the same time is one error, with the first one's code and hint and every other message once", () => {
  const full = new StropError("journal.full", "expected room on the disk, found none", { hint: "make room" });
  const gone = new Error("the sandbox is gone");
  const joined = allFailures([full, gone, new Error("the sandbox is gone")]);
  expect(joined).toMatchObject({ code: "journal.full", hint: "make room", cause: { errors: [full, gone, gone] } });
  expect(String(joined)).toContain("expected room on the disk, found none\nAt the same time: the sandbox is gone");
  expect(String(joined).match(/sandbox/g)).toHaveLength(1);
});

test("one failure, or the same one several times, stays what it is", () => {
  const failure = new StropError("environment.changed", "found changes in data.csv");
  expect(allFailures([failure])).toBe(failure);
  expect(allFailures([failure, new StropError(failure.code, failure.message)])).toBe(failure);
});

test("what is explained comes before what is not, whichever was first", () => {
  const gone = new StropError("journal.gone", "found it deleted or moved", { hint: "put it back" });
  const joined = allFailures([new Error("ENOENT: no such file or directory"), gone]);
  expect(joined).toMatchObject({ code: "journal.gone", hint: "put it back" });
  expect(String(joined)).toContain("found it deleted or moved\nAt the same time: ENOENT");
});
