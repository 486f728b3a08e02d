/** The hardest test of a resume: the same command again and again, killed each time at a random moment, until one gets through. */
import { createRandom } from "../../src/core/numerics/random.ts";
import { start } from "./strop.ts";

const MOST_KILLS = 40;

/** `strop` with `args` in `folder`. Resolves to the number of kills; throws if it ends by itself with anything but success. */
export async function killUntilDone(args: readonly string[], folder: string): Promise<number> {
  const random = createRandom(folder.length);
  for (let kills = 0; kills < MOST_KILLS; kills++) {
    const run = start(args, folder);
    // The first kills come early enough for a fast machine, and then ever later: a slow one gets somewhere, too.
    const patience = (200 + random.integer(600)) * 1.2 ** kills;
    const timer = setTimeout(() => run.kill("SIGKILL"), patience);
    const { signal, code, stderr } = await run.ended;
    clearTimeout(timer);
    if (signal !== null) continue;
    if (code !== 0)
      throw new Error(`expected it to end well after ${kills} kills, found exit code ${code}:\n${stderr}`);
    return kills;
  }
  throw new Error(`never got to the end in ${MOST_KILLS} attempts`);
}
