/**
 * What the two starts of every downstream task are worth, and what the second is with its numbers set by hand: the room
 * that a model has which only tunes. In the sandbox, with its time limits. Usage: node bench/recurse/offline/starts.ts
 */
import { calibrate } from "../../../src/downstream/calibrate.ts";
import {
  createDownstreamTask,
  type DownstreamTaskName,
  downstreamTaskNames,
} from "../../../src/downstream/registry.ts";
import { taskUtility } from "../../../src/downstream/task-utility.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";

const PARITY: readonly string[] = ["tries = 3000", "density = 0.3"];
const BY_HAND: Readonly<Record<DownstreamTaskName, readonly string[]>> = {
  "parity-noise": PARITY,
  parity: PARITY,
  "string-grid": ["steps = 300", "rate = 0.1"],
  qap: ["steps = 6000", "cooling = 0.999", "temperature = 2"],
  sat: ["flips = 800", "noise = 0.4"],
  "max-cut": ["sweeps = 60", "cooling = 0.93", "temperature = 40"],
};

/** The first `name = number` of every name with another number. */
const set = (text: string, settings: readonly string[]): string =>
  settings.reduce((now, setting) => now.replace(new RegExp(`${setting.split("=", 1)[0]}= [\\d.]+`), setting), text);

const sandbox = await openSandbox({ needs: ["module"], spares: 1 });
const calibration = await calibrate(sandbox);
const { signal } = new AbortController();
for (const name of downstreamTaskNames) {
  const [naive, search] = [createDownstreamTask(name), createDownstreamTask(name, { start: "search" })];
  const utility = taskUtility({ task: naive, split: "validation", seed: 0, sandbox, calibration });
  const texts = [naive.seedSolution, search.seedSolution, set(search.seedSolution, BY_HAND[name])];
  const scores: string[] = [];
  for (const text of texts) {
    const { score, losses } = await utility.score(text, signal);
    scores.push(`${score.toFixed(3)}${(losses.late ?? 0) > 0 ? ` (${losses.late} late)` : ""}`);
  }
  console.log(`${name.padEnd(13)} naive ${scores[0]}  search ${scores[1]}  by hand ${scores[2]}`);
}
await sandbox.close();
