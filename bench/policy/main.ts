/**
 * Does the learned policy find better programs than searches that learn from the run alone? Plays every proposer on known functions that the
 * gym never trains on and appends one JSON line per run; a run that is in the file already is not played again. Deterministic but for the rounding of
 * the network's runtime. --arm NAME=FILE adds the policy with other weights; one whose name begins with no-names or no-history plays without. Usage: node bench/policy/main.ts --out FILE [--only NAME,…] [--seeds 20] [--first 1001] [--trials 100] [--weights FILE]
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { decodeWeights, freshWeights } from "../../src/propose/policy/actor.ts";
import { policyProposer, type PolicyOptions } from "../../src/propose/policy/policy-proposer.ts";
import { createProposer } from "../../src/propose/registry.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { simulateRun } from "../../src/testing/simulate-run.ts";
import { functions } from "../proposers/functions.ts";
import { nanoLmSurrogate } from "../proposers/nano-lm/surrogate.ts";
import { kindOf } from "./edit-kinds.ts";
import { expert } from "./expert.ts";
import { greedy } from "./greedy.ts";
import { ownArm } from "./own-arm.ts";
import { type PlayedRun, readRuns } from "./runs.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    only: { type: "string" },
    seeds: { type: "string", default: "20" },
    first: { type: "string", default: "1001" },
    trials: { type: "string", default: "100" },
    arm: { type: "string", multiple: true, default: [] },
    weights: { type: "string", default: "src/policy/weights/edit-policy.safetensors" },
  },
});
if (values.out === undefined) throw new Error("expected --out FILE, found none");
const file = values.out;
const [seeds, first, trials] = [values.seeds, values.first, values.trials].map(Number) as [number, number, number];

const trained = decodeWeights(readFileSync(values.weights));
const fresh = freshWeights("bench");
const policy = (options: PolicyOptions) => () => policyProposer(options);
const PROPOSERS: Readonly<Record<string, () => Proposer>> = {
  random: () => createProposer("random"),
  tpe: () => createProposer("tpe"),
  "cma-es": () => createProposer("cma-es"),
  portfolio: () => createProposer("portfolio"),
  greedy,
  expert,
  untrained: policy({ weights: fresh, learn: false }),
  scratch: policy({ weights: fresh }),
  frozen: policy({ weights: trained, learn: false }),
  pretrained: policy({ weights: trained }),
  "without-names": policy({ weights: trained, blinders: { names: true } }),
  "without-history": policy({ weights: trained, blinders: { history: true } }),
  ...Object.fromEntries(values.arm.map(ownArm)),
};

/** The surrogate is played without its noise. */
const tasks = [...functions, nanoLmSurrogate()];

const names = values.only?.split(",") ?? Object.keys(PROPOSERS);
const keyOf = (run: Omit<PlayedRun, "best" | "minimum" | "kinds">) => `${run.proposer}/${run.task}/${run.seed}`;
const played = new Set(existsSync(file) ? readRuns(file).map(keyOf) : []);
// Seeds outside, so that a bench that is cut short has whole seeds of everything.
for (let seed = first; seed < first + seeds; seed++) {
  for (const task of tasks) {
    for (const proposer of names) {
      if (played.has(keyOf({ proposer, task: task.name, seed }))) continue;
      const create = PROPOSERS[proposer];
      if (create === undefined)
        throw new Error(`expected one of ${Object.keys(PROPOSERS).join(", ")}, found ${proposer}`);
      const { best, history } = await simulateRun({
        proposer: create(),
        program: task.program,
        score: task.score,
        trials,
        seed,
      });
      const run: PlayedRun = {
        proposer,
        task: task.name,
        seed,
        minimum: task.minimum,
        best,
        kinds: history.slice(1).map(kindOf),
      };
      appendFileSync(file, `${JSON.stringify(run)}\n`);
    }
  }
}
