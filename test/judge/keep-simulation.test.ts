/** Small versions of bench/keeping: seeded, hence the same result on every machine. */
import { describe, expect, test } from "vitest";

import { measureNull, measurePower } from "../../bench/keeping/measure.ts";
import { NOISES } from "../../bench/keeping/noise-models.ts";
import { readPublicRun } from "../../bench/keeping/public-run.ts";
import { strictRule } from "../../src/judge/keep-rules/strict.ts";
import { testedRule } from "../../src/judge/keep-rules/tested.ts";

const tested = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });
const noise = (name: string) => NOISES[name] ?? expect.unreachable(name);

describe("200 candidates that all equal the baseline", () => {
  test.each(Object.keys(NOISES))("leave the champion alone in 19 of 20 runs or more, under %s noise", (name) => {
    expect(measureNull(tested, noise(name), { runs: 60, candidates: 200 }).runs).toBeLessThanOrEqual(3);
  });

  test("which the strict rule does in none", () => {
    expect(measureNull(strictRule, noise("gaussian"), { runs: 20, candidates: 200 }).runs).toBe(20);
  });

  test("cost less than one further run each", () => {
    expect(measureNull(tested, noise("gaussian"), { runs: 20, candidates: 200 }).cost).toBeLessThan(2);
  });
});

describe("an improvement", () => {
  test("of six standard deviations is always found, by about three pairs", () => {
    const { power, cost } = measurePower(tested, noise("gaussian"), { runs: 60, effect: 6 });
    expect(power).toBeGreaterThan(0.97);
    expect(cost).toBeLessThan(9);
  });

  test("of ten and more costs about three runs", () => {
    expect(measurePower(tested, noise("gaussian"), { runs: 60, effect: 12 }).cost).toBeLessThan(4);
  });

  test("is reported without the luck that it was selected for", () => {
    const { bias } = measurePower(tested, noise("gaussian"), { runs: 300, effect: 2 });
    expect(bias.contest).toBeGreaterThan(0.2);
    expect(Math.abs(bias.fresh)).toBeLessThan(0.2);
  });
});

test("a run of results.tsv tells what a change of the seed is worth", () => {
  const rows = [
    "commit\tval_bpb\tmemory_gb\tstatus\tdescription",
    "a\t1.0\t1\tkeep\tbaseline",
    "b\t1.1\t1\tdiscard\trandom seed 1 to 2",
    "c\t0.8\t1\tkeep\twider",
    "d\t0.75\t1\tkeep\tlonger",
  ];
  expect(readPublicRun(`${rows.join("\n")}\n`)).toMatchObject({ kept: 2, aboveLargest: 1 });
});
