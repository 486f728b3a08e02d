/** A training that ends in seconds; as a program of its own, `node small-gym.ts FOLDER`, it kills itself after the second update without a last word. */
import { fileURLToPath } from "node:url";

import { runGym, type RunGymOptions } from "../../../src/loop/gym/run-gym.ts";

export const settings: RunGymOptions["settings"] = {
  seed: 5,
  // Killed after the second update, so that both phases are gone on with.
  imitate: 3,
  families: ["code", "bowl"],
  tasks: 4,
  trials: 6,
  without: [],
  discount: 0.8,
  lambda: 0.8,
  live: [],
};

export const smallGym = (folder: string, more: Partial<RunGymOptions> = {}) =>
  runGym(folder, {
    settings,
    iterations: 4,
    from: undefined,
    fresh: false,
    signal: new AbortController().signal,
    ...more,
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await smallGym(process.argv[2] ?? "", {
    onUpdate({ state }) {
      if (state.iteration === 2) process.kill(process.pid, "SIGKILL");
    },
  });
}
