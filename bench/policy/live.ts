/**
 * The same question on nano-lm itself: every trial trains in the sandbox. Needs a quiet machine and hours; a run that is in the file already is not
 * played again, and report.ts reads the file. Usage: node bench/policy/live.ts --out FILE [--only NAME,…] [--seeds 20] [--trials 100] [--seconds 5]
 */
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { runTask } from "../../src/loop/run-task.ts";
import { policyProposer } from "../../src/propose/policy/policy-proposer.ts";
import { createProposer } from "../../src/propose/registry.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { FLOOR } from "../proposers/nano-lm/surrogate.ts";
import { greedy } from "./greedy.ts";
import { readRuns } from "./runs.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    only: { type: "string", default: "random,tpe,cma-es,portfolio,greedy,frozen,pretrained" },
    seeds: { type: "string", default: "20" },
    trials: { type: "string", default: "100" },
    seconds: { type: "string", default: "5" },
  },
});
if (values.out === undefined) throw new Error("expected --out FILE, found none");
const file = values.out;
const NANO_LM = fileURLToPath(new URL("../../examples/nano-lm", import.meta.url));
const TASK = "nano-lm, live";

const proposerNamed = (name: string): Proposer => {
  if (name === "greedy") return greedy();
  if (name === "frozen" || name === "pretrained") return policyProposer({ learn: name === "pretrained" });
  return createProposer(name);
};

/** The champion's score after each trial. Whole trials and strict improvement: what is compared is who proposes. */
async function play(name: string, seed: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "strop-policy-live-"));
  try {
    cpSync(NANO_LM, folder, { recursive: true, filter: (path) => !path.includes(".strop") });
    const trials = Number(values.trials);
    const loaded = await loadTask(folder, {
      seed,
      judge: { rule: "strict", pruner: "none" },
      budget: { trainSeconds: Number(values.seconds) },
      stop: { trials: trials + 1 },
    });
    const { state } = await runTask(loaded, { proposer: proposerNamed(name) });
    return Array.from(
      { length: trials + 1 },
      (_, at) => state.champions.findLast(({ trial }) => trial <= at)?.score ?? Number.NaN,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const played = new Set(existsSync(file) ? readRuns(file).map(({ proposer, seed }) => `${proposer}/${seed}`) : []);
// Interleaved by seed: a bench that is cut short has every arm, and a busy hour hits all alike.
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  for (const proposer of values.only.split(",")) {
    if (played.has(`${proposer}/${seed}`)) continue;
    const best = await play(proposer, seed);
    appendFileSync(file, `${JSON.stringify({ proposer, task: TASK, seed, minimum: FLOOR, best, kinds: [] })}\n`);
  }
}
