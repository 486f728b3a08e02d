/**
 * How much do two scores of the same program differ? One seed repeated, then different seeds, under both clocks.
 *
 *     node bench/nano-lm/clocks.ts [--repeats 6] [--seconds 10] [--parallel 2]
 */
import { parseArgs } from "node:util";

import { deviation, mean, runTrials, scoresOf } from "./trials.ts";

const { values } = parseArgs({
  options: {
    repeats: { type: "string", default: "6" },
    seconds: { type: "string", default: "10" },
    parallel: { type: "string", default: "2" },
  },
});
const repeats = Number(values.repeats);

console.log("| clock | seeds | mean val_bpb | standard deviation | steps |");
console.log("|---|---|---|---|---|");
for (const clock of ["cpu", "wall"] as const)
  for (const seeds of ["one", "different"] as const) {
    const jobs = Array.from({ length: repeats }, (_, i) => ({ edit: {}, seed: seeds === "one" ? 1 : i + 1 }));
    const options = { trainSeconds: Number(values.seconds), clock, parallel: Number(values.parallel) };
    const results = await runTrials(jobs, options);
    const scores = scoresOf(results);
    const steps = results.map((result) => result.steps);
    const spread = `${Math.min(...steps)}–${Math.max(...steps)}`;
    console.log(`| ${clock} | ${seeds} | ${mean(scores).toFixed(4)} | ${deviation(scores).toFixed(4)} | ${spread} |`);
  }
