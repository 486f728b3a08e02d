import { describe, expect, test } from "vitest";

import { killUntilDone } from "../cli/kill-until-done.ts";
import { strop } from "../cli/strop.ts";
import { type MadeTask, quadraticTask } from "./make-task.ts";
import { eventsOf, readRun, trialsOf } from "./read-run.ts";
import { measureBy, PROGRAM } from "./noisy-program.ts";

function noisy(): MadeTask {
  const config = { metric: { name: "score" }, stop: { trials: 8 } };
  return quadraticTask(config, { "train.ts": PROGRAM, "measure.ts": measureBy(0.05) });
}

/** Everything that was decided, and every repeat that was counted, in order. */
function decisionsOf(folder: string): unknown {
  const repeats = eventsOf(folder).flatMap((event) =>
    event.type === "repeat.finished" ? [{ ...event.repeat, score: event.outcome.score }] : [],
  );
  const trials = trialsOf(folder).map(({ trial, outcome, verdict }) => ({
    trial,
    score: outcome?.score,
    decision: verdict?.decision,
    evidence: verdict?.evidence,
  }));
  const state = readRun(folder, (journal) => journal.state());
  return { repeats, trials, champions: state?.champions, spent: state?.spent, noise: state?.noise };
}

describe.skipIf(process.platform !== "linux")("a noisy run, killed with SIGKILL", () => {
  test("counts every repeat once and decides as if nothing had happened", { timeout: 300_000 }, async () => {
    const whole = noisy();
    await strop(["run", "--tier", "deno"], whole.folder);
    const cut = noisy();
    const kills = await killUntilDone(["run", "--tier", "deno"], cut.folder);
    expect(kills).toBeGreaterThan(0);
    expect(decisionsOf(cut.folder)).toEqual(decisionsOf(whole.folder));
  });
});
