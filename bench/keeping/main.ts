/**
 * How often each rule keeps pure noise, what it finds, what that costs, and how honest the reported gain is.
 * Usage: node bench/keeping/main.ts [--runs 1000] [--results results.tsv] [--svg power.svg]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { wilsonInterval } from "../../src/core/numerics/stats.ts";
import { marginRule } from "../../src/judge/keep-rules/margin.ts";
import { strictRule } from "../../src/judge/keep-rules/strict.ts";
import { testedRule } from "../../src/judge/keep-rules/tested.ts";
import { measureNull, measurePower } from "./measure.ts";
import { NOISES } from "./noise-models.ts";
import { powerPlot } from "./plot.ts";
import { readPublicRun } from "./public-run.ts";
import { fixedTTest, repeatedMean } from "./rival-rules.ts";
import type { SimulatedCandidate } from "./simulate.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "1000" }, results: { type: "string" }, svg: { type: "string" } },
});
const runs = Number(values.runs);
const CANDIDATES = 200;
const EFFECTS = [0.25, 0.5, 1, 2, 3, 4, 6, 10, 20];
const tested = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });
const rules = [
  { ...tested, name: "tested" },
  { ...testedRule({ alpha: 0.05, maxRepeats: 40, margin: undefined }), name: "tested, 40 pairs" },
  strictRule,
  { ...marginRule(3), name: "margin 3σ" },
  fixedTTest(5),
  repeatedMean(5),
];
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
const head = (cells: readonly string[]): void => {
  row(cells);
  row(cells.map(() => "---"));
};

console.log(
  `\nRuns of ${CANDIDATES} candidates that all equal the baseline: share of ${runs} runs that keep any (95 % interval), tested, 12 pairs\n`,
);
head(["noise", "keeps any", "runs per candidate"]);
const special: [string, string, SimulatedCandidate][] = [
  ["gaussian, candidates twice as noisy", "gaussian", { effect: 0, noisiness: 2 }],
  ["student-t(3), candidates twice as noisy", "student-t(3)", { effect: 0, noisiness: 2 }],
  ["gaussian, simpler and worse by the margin (2σ)", "gaussian", { effect: -2, isSimpler: true }],
];
const nulls: [string, string, SimulatedCandidate][] = [
  ...Object.keys(NOISES).map((name): [string, string, SimulatedCandidate] => [name, name, { effect: 0 }]),
  ...special,
];
for (const [label, name, candidate] of nulls) {
  const noise = NOISES[name] as (typeof NOISES)[string];
  const result = measureNull(tested, noise, { runs, candidates: CANDIDATES, candidate });
  const { low, high } = wilsonInterval(result.runs, runs);
  row([label, `${percent(result.runs / runs)} (${percent(low)} to ${percent(high)})`, result.cost.toFixed(2)]);
}

const gaussian = NOISES["gaussian"] as (typeof NOISES)[string];
console.log(
  "\nPower: share of runs in which an improvement is kept, after ten candidates that are none; Gaussian noise\n",
);
head(["rule", "null runs that keep any", ...EFFECTS.map((effect) => `${effect} σ`)]);
const curves = rules.map((rule) => {
  const falseRuns =
    measureNull(rule, gaussian, { runs: Math.min(runs, 300), candidates: CANDIDATES }).runs / Math.min(runs, 300);
  const results = EFFECTS.map((effect) => measurePower(rule, gaussian, { runs, effect }));
  row([
    rule.name,
    percent(falseRuns),
    ...results.map(({ power, cost }) => `${percent(power)}, ${cost.toFixed(1)} runs`),
  ]);
  return {
    name: rule.name,
    falseRuns,
    points: EFFECTS.map((effect, i) => [effect, results[i]?.power ?? 0] as const),
    results,
  };
});
if (values.svg !== undefined) writeFileSync(values.svg, powerPlot(curves));

console.log("\nWinner's curse: mean of reported less true gain of what `tested` kept, in σ\n");
head(["reported by", ...EFFECTS.map((effect) => `${effect} σ`)]);
for (const source of ["firstLook", "contest", "fresh"] as const) {
  const label = { firstLook: "the first run", contest: "the contest's pairs", fresh: "a run after it was kept" }[
    source
  ];
  const cell = (i: number) =>
    (curves[0]?.results[i]?.power ?? 0) * runs < 20 ? "–" : (curves[0]?.results[i]?.bias[source] ?? 0).toFixed(2);
  row([label, ...EFFECTS.map((_, i) => cell(i))]);
}

if (values.results !== undefined) {
  const run = readPublicRun(readFileSync(values.results, "utf8"));
  const changes = run.seeds.map(({ change, description }) => `${description}: ${change.toFixed(6)}`).join("; ");
  console.log(
    `\nThe public run: the baseline and ${run.kept} kept improvements. Changes of the seed alone: ${changes}. σ about ${run.sigma.toPrecision(2)}.`,
  );
  console.log(
    `${run.aboveLargest} of ${run.kept} gain more than the largest seed change; ${run.aboveTest} more than 1.645·√2·σ.`,
  );
}
