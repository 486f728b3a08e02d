/**
 * The same question on nano-lm itself: every trial trains. In the sandbox it needs a quiet machine and a day; --warm trains in one process on the native
 * engine (warm/worker.ts). A run that is in the file already is not played again; live-report.ts reads the file.
 * Usage: node bench/policy/live.ts --out FILE [--only NAME,…] [--seeds 20] [--first 1] [--trials 100] [--seconds 5] [--valid BYTES] [--warm]
 * [--arm NAME=FILE]
 */
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { openJournal } from "../../src/journal/journal.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { freshWeights } from "../../src/propose/policy/actor.ts";
import { policyProposer } from "../../src/propose/policy/policy-proposer.ts";
import { createProposer } from "../../src/propose/registry.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { FLOOR } from "../proposers/nano-lm/surrogate.ts";
import { kindOf } from "./edit-kinds.ts";
import { greedy } from "./greedy.ts";
import { ownArm } from "./own-arm.ts";
import { type LiveRun, readRuns } from "./runs.ts";
import { warmExecutors } from "./warm/executor.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    only: { type: "string", default: "random,pretrained,portfolio,frozen,tpe,cma-es,scratch,greedy" },
    seeds: { type: "string", default: "20" },
    first: { type: "string", default: "1" },
    trials: { type: "string", default: "100" },
    seconds: { type: "string", default: "5" },
    valid: { type: "string" },
    warm: { type: "boolean", default: false },
    arm: { type: "string", multiple: true, default: [] },
  },
});
if (values.out === undefined) throw new Error("expected --out FILE, found none");
const file = values.out;
const [seeds, first, trials, trainSeconds] = [values.seeds, values.first, values.trials, values.seconds].map(
  Number,
) as [number, number, number, number];
const NANO_LM = fileURLToPath(new URL("../../examples/nano-lm", import.meta.url));
const TASK = "nano-lm, live";
/** How often the last champion is trained again, with seeds that the search never used: the best of many noisy scores flatters. */
const AGAIN = 2;

const ownArms = new Map(values.arm.map(ownArm));
const proposerNamed = (name: string): Proposer => {
  const own = ownArms.get(name);
  if (own !== undefined) return own();
  if (name === "greedy") return greedy();
  if (name === "scratch") return policyProposer({ weights: freshWeights("bench") });
  if (name === "frozen" || name === "pretrained") return policyProposer({ learn: name === "pretrained" });
  return createProposer(name);
};

const warm = values.warm ? warmExecutors() : undefined;

/** A copy of the example, whose validation text may be shorter. */
function taskFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "strop-policy-live-"));
  cpSync(NANO_LM, folder, { recursive: true, filter: (path) => !path.includes(".strop") });
  const text = join(folder, "data/valid.txt");
  if (values.valid !== undefined) writeFileSync(text, readFileSync(text).subarray(0, Number(values.valid)));
  return folder;
}

/** Whole trials and strict improvement: what is compared is who proposes. */
async function session(
  folder: string,
  options: { seed: number; trials: number; proposer?: Proposer; fresh?: boolean },
) {
  const { seed, proposer, fresh = false } = options;
  const loaded = await loadTask(folder, {
    seed,
    judge: { rule: "strict", pruner: "none" },
    // A program that does not begin, or does not end, is not worth a minute.
    budget: { trainSeconds, startupSeconds: values.warm ? 20 : 60, graceSeconds: values.warm ? 1 : 2 },
    stop: { trials: options.trials },
    ...(values.warm && { parallel: 1 }),
  });
  return runTask(loaded, {
    fresh,
    ...(proposer && { proposer }),
    ...(warm && { executor: (context) => warm.open(context) }),
  });
}

async function play(name: string, seed: number) {
  const folder = taskFolder();
  try {
    const { state, files } = await session(folder, { seed, trials: trials + 1, proposer: proposerNamed(name) });
    const best = Array.from(
      { length: trials + 1 },
      (_, at) => state.champions.findLast(({ trial }) => trial <= at)?.score ?? Number.NaN,
    );
    const journal = openJournal(join(dirname(files.champion), "journal.db"), { readOnly: true });
    const records = [...journal.trials()].slice(1);
    journal.close();
    const kinds = records.map(kindOf);
    const failures = records.filter(({ outcome }) => outcome?.score == null).length;
    cpSync(files.champion, folder, { recursive: true });
    const again: number[] = [];
    for (let repeat = 0; repeat < AGAIN; repeat++) {
      const { state: once } = await session(folder, { seed: 100_000 + AGAIN * seed + repeat, trials: 1, fresh: true });
      again.push(once.baselineScore ?? Number.NaN);
    }
    return { best, kinds, again, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const known = new Set(existsSync(file) ? readRuns(file).map(({ proposer, seed }) => `${proposer}/${seed}`) : []);
// Interleaved by seed: a bench that is cut short has every arm, and a busy hour hits all alike.
for (let seed = first; seed < first + seeds; seed++) {
  for (const proposer of new Set([...values.only.split(","), ...ownArms.keys()])) {
    if (known.has(`${proposer}/${seed}`)) continue;
    const [before, started] = [warm?.steps.length ?? 0, performance.now()];
    const run = await play(proposer, seed);
    const steps = warm?.steps.slice(before);
    const seconds = Math.round((performance.now() - started) / 1000);
    const played: LiveRun = { proposer, task: TASK, seed, minimum: FLOOR, ...run, seconds, ...(steps && { steps }) };
    appendFileSync(file, `${JSON.stringify(played)}\n`);
  }
}
warm?.close();
