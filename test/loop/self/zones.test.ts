import { describe, expect, it } from "vitest";

import { ownSource } from "../../../src/loop/self/own-source.ts";
import { requireOpenZone, zoneOf, zoneProblem } from "../../../src/loop/self/zones.ts";

describe("the zones of strop's source", () => {
  it("open propose/ alone, in a clone and where it is installed", () => {
    for (const path of ["src/propose/literals/tpe.ts", "dist/propose/ensemble/thompson.js"])
      expect(zoneOf(path)).toBe("open");
    const fixed = [
      "src/judge/reward.ts",
      "src/journal/journal.ts",
      "src/sandbox/deno/loader.ts",
      "src/executor/local.ts",
      "src/core/metric.ts",
      "test/propose/literals/tpe.test.ts",
      "scripts/check-layers.ts",
      "race.ts",
      "strop.config.json",
      "src/propose",
      "src/propose/../judge/reward.ts",
      "src/propose/./x.ts",
      "src/propose\\..\\judge\\reward.ts",
      "/src/propose/literals/tpe.ts",
      "other/src/propose/literals/tpe.ts",
    ];
    for (const path of fixed) expect([path, zoneOf(path)]).toEqual([path, "fixed"]);
  });

  it("refuse a program with a file of the fixed zone, a file too many or one too few", () => {
    const before = { "src/propose/a.ts": "1", "src/propose/b.ts": "2" };
    expect(zoneProblem(before, { ...before, "src/propose/a.ts": "3" })).toBeUndefined();
    expect(zoneProblem(before, { ...before, "src/judge/keep-rule.ts": "always" })).toContain("src/judge/keep-rule.ts");
    expect(zoneProblem(before, { ...before, "src/propose/c.ts": "" })).toContain("expected the files");
    expect(zoneProblem(before, { "src/propose/a.ts": "1" })).toContain("expected the files");
    expect(() => requireOpenZone(before, { ...before, "src/core/x.ts": "" })).toThrow(/fixed zone/);
  });
});

describe("strop's own source", () => {
  it("is split by zone, with all that the race module needs and nothing of Node", async () => {
    const { open, fixed, entry } = await ownSource();
    expect(Object.keys(open)).toEqual(
      expect.arrayContaining(["src/propose/literals/tpe.ts", "src/propose/literals/cma-es.ts"]),
    );
    expect(Object.keys(open).every((path) => zoneOf(path) === "open")).toBe(true);
    expect(Object.keys(fixed).every((path) => zoneOf(path) === "fixed")).toBe(true);
    expect(fixed[entry]).toContain("simulateRun");
    for (const text of [...Object.values(open), ...Object.values(fixed)]) expect(text).not.toContain('from "node:');
  });
});
