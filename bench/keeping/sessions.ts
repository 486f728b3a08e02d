/**
 * What short sessions on nano-lm come to, without training anything: scores are those of the surrogate of bench/proposers with Gaussian
 * noise, all else is `strop run` as it is, on a clock that only runs of the program move.
 * Usage: node bench/keeping/sessions.ts [--seeds 48] [--first 700] [--seconds 140] [--noise 0.02] [--proposer portfolio]
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { createRandom } from "../../src/core/numerics/random.ts";
import { meanInterval } from "../../src/core/numerics/stats.ts";
import type { Outcome } from "../../src/core/trial.ts";
import type { Executor } from "../../src/executor/types.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { nanoLmSurrogate } from "../proposers/nano-lm/surrogate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "48" },
    first: { type: "string", default: "700" },
    seconds: { type: "string", default: "140" },
    // Of ln(score − 2.4); at the baseline about 0.02 bits per byte.
    noise: { type: "string", default: "0.02" },
    proposer: { type: "string", default: "portfolio" },
  },
});
const [noise, seconds] = [Number(values.noise), Number(values.seconds)];
/** Ten seconds of training, start and evaluation, on an idle machine. */
const RUN_SECONDS = 13.3;
const NANO_LM = fileURLToPath(new URL("../../examples/nano-lm", import.meta.url));
const surrogate = nanoLmSurrogate();
const worthOf = async (folder: string): Promise<number> =>
  (await surrogate.score({ "train.ts": readFileSync(join(folder, "train.ts"), "utf8") })) ?? Number.NaN;
const diagnostics = {
  trainSeconds: 10,
  cpuSeconds: 12,
  wallSeconds: RUN_SECONDS,
  peakMemoryBytes: 1e8,
  outputTail: "",
};

interface Session {
  readonly kept: number;
  readonly trials: number;
  readonly runs: number;
  /** True gain of the champion, bits per byte. */
  readonly gain: number;
}

async function play(seed: number): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), "strop-session-"));
  try {
    cpSync(NANO_LM, folder, { recursive: true, filter: (path) => !path.includes(".strop") });
    const luck = createRandom(`${seed}/luck`);
    let runs = 0;
    const run: Executor["run"] = async ({ files }): Promise<Outcome> => {
      runs++;
      const worth = await surrogate.score(files);
      const common = { reason: "", selfReported: false, diagnostics };
      if (worth === null) return { status: "crashed", score: null, metrics: {}, ...common };
      const score = surrogate.minimum + (worth - surrogate.minimum) * Math.exp(noise * luck.normal());
      return { status: "scored", score, metrics: { val_bpb: score }, ...common };
    };
    const task = await loadTask(folder, { proposer: values.proposer, seed });
    const { state, files } = await runTask(task, {
      executor: () => ({ run, holdout: run, close: async () => {} }),
      now: () => (runs / task.task.parallel) * RUN_SECONDS * 1000,
      sessionMs: seconds * 1000,
    });
    const gain = (await worthOf(NANO_LM)) - (await worthOf(files.champion));
    return { kept: state.counts.kept - 1, trials: state.nextTrial - 1, runs, gain };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sessions: Session[] = [];
for (let i = 0; i < Number(values.seeds); i++) sessions.push(await play(Number(values.first) + i));
const show = (of: (session: Session) => number, digits: number): string => {
  const { low, high } = meanInterval(sessions.map(of));
  return `${((low + high) / 2).toFixed(digits)} ± ${((high - low) / 2).toFixed(digits)}`;
};
console.log(
  `${sessions.length} sessions of ${seconds} s, ${values.proposer}, noise ${noise}; mean ± half of the 95 % interval`,
);
console.log(`keep anything: ${sessions.filter(({ kept }) => kept > 0).length}`);
console.log(`edits tried: ${show(({ trials }) => trials, 1)} in ${show(({ runs }) => runs, 1)} runs of the program`);
console.log(`true gain: ${show(({ gain }) => gain, 3)} bits per byte`);
