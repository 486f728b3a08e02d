/**
 * Makes the weights of the edit policy. Usage: node bench/policy/train.ts [--iterations 200] [--seed 1] [--out FILE]
 * [--from FILE] [--discount 0.8] [--lambda 0.8] [--without names|history|novelty]; prints a line per update and a learning curve on held-out tasks.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { decodeWeights, encodeWeights } from "../../src/propose/policy/actor.ts";
import { trainPolicy } from "../../src/propose/policy/gym/train-policy.ts";

const { values } = parseArgs({
  options: {
    iterations: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "src/policy/weights/edit-policy.safetensors" },
    without: { type: "string" },
    from: { type: "string" },
    discount: { type: "string", default: "0.8" },
    lambda: { type: "string", default: "0.8" },
  },
});
const iterations = Number(values.iterations);
const blinders = { names: values.without === "names", history: values.without === "history" };
console.log(
  "update | closed, area (training) | KL, entropy, explained | closed, area, improvements per trial (held out)",
);
await trainPolicy({
  seed: Number(values.seed),
  iterations,
  blinders,
  discount: Number(values.discount),
  lambda: Number(values.lambda),
  ...(values.from && { weights: decodeWeights(readFileSync(values.from)) }),
  ...(values.without === "novelty" && { novelty: 0 }),
  onProgress({ iteration, train, report, heldOut, weights }) {
    const held = heldOut
      ? ` | ${[heldOut.closed, heldOut.area, heldOut.improvementsPerTrial].map((x) => x.toFixed(3)).join(" ")}`
      : "";
    const trained = `${train.closed.toFixed(3)} ${train.area.toFixed(3)}`;
    const update = `${report.kl.toFixed(4)} ${report.entropy.toFixed(2)} ${report.explained.toFixed(2)}`;
    console.log(`${iteration} | ${trained} | ${update}${held}`);
    if (heldOut || iteration === iterations)
      writeFileSync(values.out, encodeWeights(weights, { updates: String(iteration), seed: values.seed }));
  },
});
