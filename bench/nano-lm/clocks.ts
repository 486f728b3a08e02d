/**
 * How much do two scores of the same program differ? One seed repeated, then different seeds, under both clocks.
 *
 *     node bench/nano-lm/clocks.ts [--repeats 6] [--seconds 10] [--parallel 2]
 */
import { parseArgs } from "node:util";

import { deviation, mean, runTrials, scoresOf, type Result } from "./trials.ts";

const { values } = parseArgs({
  options: {
    repeats: { type: "string", default: "6" },
    seconds: { type: "string", default: "10" },
    parallel: { type: "string", default: "2" },
  },
});
const repeats = Number(values.repeats);

const trainSeconds = Number(values.seconds);
const parallel = Number(values.parallel);

const cases = (["cpu", "wall"] as const).flatMap((clock) =>
  (["one", "different"] as const).map((seeds) => ({ clock, seeds, results: new Array<Result>() })),
);
// In turns, so that every case sees the same changes of load.
for (let done = 0; done < repeats; done += parallel)
  for (const { clock, seeds, results } of cases) {
    const jobs = Array.from({ length: parallel }, (_, i) => ({ edit: {}, seed: seeds === "one" ? 1 : done + i + 1 }));
    results.push(...(await runTrials(jobs, { trainSeconds, clock, parallel })));
  }

console.log("| clock | seeds | mean val_bpb | standard deviation | steps |");
console.log("|---|---|---|---|---|");
for (const { clock, seeds, results } of cases) {
  const scores = scoresOf(results);
  const steps = results.map((result) => result.steps);
  const spread = `${Math.min(...steps)}–${Math.max(...steps)}`;
  console.log(`| ${clock} | ${seeds} | ${mean(scores).toFixed(4)} | ${deviation(scores).toFixed(4)} | ${spread} |`);
}
