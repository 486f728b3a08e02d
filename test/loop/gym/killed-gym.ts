/** Trains in the gym and kills itself, without a last word, while the third update's files are about to be written. */
import { runGym, type RunGymOptions } from "../../../src/loop/gym/run-gym.ts";

const [folder = "", settings = ""] = process.argv.slice(2);
await runGym(folder, {
  settings: JSON.parse(settings) as RunGymOptions["settings"],
  iterations: 4,
  from: undefined,
  fresh: false,
  signal: new AbortController().signal,
  onUpdate({ state }) {
    if (state.iteration === 2) process.kill(process.pid, "SIGKILL");
  },
});
