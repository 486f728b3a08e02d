import { join } from "node:path";
import { expect, test } from "vitest";

import { place } from "../../src/cli/place.ts";

test("what lies here is told from here, and what lies far away by the shorter way", () => {
  expect(place(process.cwd())).toBe(".");
  expect(place(join(process.cwd(), "runs/run-001"))).toBe(join("runs", "run-001"));
  expect(place("/x")).toBe("/x");
  expect(place(join(process.cwd(), "../beside"))).toBe(join("..", "beside"));
});
