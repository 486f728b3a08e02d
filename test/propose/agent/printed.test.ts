import fc from "fast-check";
import { expect, test } from "vitest";

import { readPrinted } from "../../../src/propose/agent/printed.ts";

test("the last line with words in it is the summary", () => {
  expect(readPrinted("thinking\n\n**Raised** the rate.\n\n---\n").summary).toBe("Raised** the rate.");
  expect(readPrinted("a\u001b[31mred\u001b[0m\r\n").summary).toBe("ared");
  expect(readPrinted("").summary).toBe("");
});

test("one JSON value, an array and JSON lines among others are read for the result and the dollars", () => {
  const result = { type: "result", result: "First.\nThen this.", total_cost_usd: 0.5 };
  const both = { summary: "Then this.", cost: 0.5 };
  expect(readPrinted(JSON.stringify(result, null, 2))).toEqual(both);
  expect(readPrinted(JSON.stringify([{ type: "init" }, result]))).toEqual(both);
  expect(readPrinted(`warning: x\n{"type":"init","total_cost_usd":0.1}\n${JSON.stringify(result)}\nbye\n`)).toEqual(
    both,
  );
});

test("nonsense dollars are no dollars", () => {
  for (const cost of [-1, "1", null, 1e9])
    expect(readPrinted(JSON.stringify({ total_cost_usd: cost })).cost).toBeUndefined();
});

test("whatever is printed, there is one line without control characters", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json()), (text) => {
      expect(readPrinted(text).summary).toMatch(/^\P{Cc}{0,160}$/u);
    }),
  );
});
