/**
 * Times on a machine that is busy: what makes a run slower multiplies its time. How often does the tested rule keep edits that do
 * nothing, and what does it find, where pairs are compared by their ratio and where by their difference?
 * Usage: node bench/keeping/times.ts [--runs 300]
 */
import { parseArgs } from "node:util";

import type { Random } from "../../src/core/numerics/random.ts";
import { testedRule } from "../../src/judge/keep-rules/tested.ts";
import { measureNull, measurePower } from "./measure.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "300" } } });
const runs = Number(values.runs);
const rule = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });

/** Of the logarithm of a time. */
const MACHINES: Readonly<Record<string, (random: Random) => () => number>> = {
  "5 % apart": (random) => () => 0.05 * random.normal(),
  "30 % apart": (random) => () => 0.3 * random.normal(),
  "every second run 1 to 8 times as long": (random) => () =>
    0.03 * random.normal() + (random.next() < 0.5 ? random.next() * Math.log(8) : 0),
  "busy for spells of twenty runs, up to 8 times as long": (random) => {
    let [left, load] = [0, 0];
    return () => {
      if (left-- <= 0) [left, load] = [20, random.next() < 0.5 ? 0 : random.next() * Math.log(8)];
      return load + 0.05 * random.normal();
    };
  },
};
const FACTORS = [0.9, 0.7, 0.5, 0.25];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
row([
  "machine",
  "compared by",
  "keeps any of 200 that do nothing",
  ...FACTORS.map((factor) => `finds ${factor} of the time`),
]);
row(["---", "---", ...FACTORS.map(() => "---"), "---"]);
for (const [name, machine] of Object.entries(MACHINES))
  for (const times of ["difference", "ratio"] as const) {
    const nothing = measureNull(rule, machine, { runs, candidates: 200, times });
    const found = FACTORS.map((factor) => measurePower(rule, machine, { runs, effect: -Math.log(factor), times }));
    row([
      name,
      times,
      percent(nothing.runs / runs),
      ...found.map(({ power, cost }) => `${percent(power)}, ${cost.toFixed(1)} runs`),
    ]);
  }
