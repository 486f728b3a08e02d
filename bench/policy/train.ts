/**
 * Trains the edit policy as `strop gym` does, with what only an ablation needs beside it: covered features, no pay for novelty, another horizon.
 * Ends and goes on as `strop gym` does. Usage: node bench/policy/train.ts --folder DIR [--iterations 200] [--imitate 0] [--tasks 20] [--trials 72] [--seed 1] [--from FILE]
 * [--families NAME,…] [--discount 0.8] [--lambda 0.8] [--without names|history|novelty]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { familyNames } from "../../src/loop/gym/families.ts";
import { runGym } from "../../src/loop/gym/run-gym.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    iterations: { type: "string", default: "200" },
    imitate: { type: "string", default: "0" },
    tasks: { type: "string", default: "20" },
    trials: { type: "string", default: "72" },
    seed: { type: "string", default: "1" },
    from: { type: "string" },
    families: { type: "string" },
    without: { type: "string" },
    discount: { type: "string", default: "0.8" },
    lambda: { type: "string", default: "0.8" },
  },
});
if (values.folder === undefined) throw new Error("expected --folder DIR, found none");
console.log(
  "update | closed, area (training) | KL, entropy, explained | closed, area, decades, improvements per trial (held out)",
);
const show = (numbers: readonly number[]): string => numbers.map((x) => x.toFixed(3)).join(" ");
await runGym(values.folder, {
  settings: {
    seed: Number(values.seed),
    families: values.families?.split(",") ?? familyNames,
    imitate: Number(values.imitate),
    tasks: Number(values.tasks),
    trials: Number(values.trials),
    without: values.without?.split(",") ?? [],
    discount: Number(values.discount),
    lambda: Number(values.lambda),
    live: [],
  },
  iterations: Number(values.iterations),
  from: values.from === undefined ? undefined : readFileSync(values.from),
  fresh: false,
  signal: new AbortController().signal,
  onUpdate({ state, train, report, heldOut }) {
    const trained = train ? show([train.closed, train.area]) : "";
    const moved = report ? show([report.kl, report.entropy, report.explained]) : "";
    const held = heldOut ? show([heldOut.closed, heldOut.area, heldOut.decades, heldOut.improvementsPerTrial]) : "";
    console.log(`${state.iteration} | ${trained} | ${moved} | ${held}`);
  },
});
