import { existsSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import type { TrialRecord } from "../../src/core/trial.ts";
import { freshFolder } from "../fresh-folder.ts";
import { quadraticTask } from "../loop/make-task.ts";
import { trialsOf } from "../loop/read-run.ts";
import { killUntilDone } from "./kill-until-done.ts";
import { start, strop } from "./strop.ts";

const essence = ({ trial, candidate, outcome, verdict }: TrialRecord) => ({
  trial,
  candidate,
  score: outcome?.score,
  decision: verdict?.decision,
});

/** Processes whose environment or command line names the folder or strop's mark of it. */
function processesIn(folder: string): number[] {
  const record = join(folder, ".strop/processes.json");
  if (!existsSync(record)) return [];
  const { mark } = JSON.parse(readFileSync(record, "utf8")) as { mark: string };
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0)) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`).includes(mark);
      } catch {
        return false;
      }
    });
}

describe.skipIf(process.platform !== "linux")("strop run, killed with SIGKILL", () => {
  test("status says that it runs, and then that it was cut off", async () => {
    const task = quadraticTask({ stop: { trials: 1_000 } });
    const run = start(["run", "--tier", "deno"], task.folder);
    await run.saw(/#2 /);
    expect((await strop(["status"], task.folder)).stdout).toContain(`running, process ${run.pid}`);
    run.kill("SIGKILL");
    await run.ended;
    expect((await strop(["status"], task.folder)).stdout).toContain(
      "cut off; the command that began it goes on with it",
    );
  });

  test("ends as it would have where nobody reads its progress any more, as after Ctrl-C at tee", async () => {
    const task = quadraticTask({ stop: { trials: 4 } });
    const run = start(["run", "--tier", "deno"], task.folder);
    await run.saw(/#0 /);
    run.turnAway();
    const { code, stdout } = await run.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining("all 4 trials done")]);
  });

  test("goes on as if nothing had happened, however often it is killed", { timeout: 300_000 }, async () => {
    const whole = quadraticTask();
    await strop(["run", "--tier", "deno"], whole.folder);
    const cut = quadraticTask();
    const kills = await killUntilDone(["run", "--tier", "deno"], cut.folder);
    expect(kills).toBeGreaterThan(0);
    expect(trialsOf(cut.folder).map(essence)).toEqual(trialsOf(whole.folder).map(essence));
    expect(existsSync(join(cut.folder, ".strop/tmp"))).toBe(false);
  });

  test("leaves no process behind, not even one that never ends by itself", async () => {
    const spinning = quadraticTask(
      { budget: { trainSeconds: 60, startupSeconds: 60, memory: "800MB" } },
      {
        "train.ts":
          "export default async function train(trial) { await trial.report({ step: 1, loss: 1 }); for (;;) {} }",
      },
    );
    const run = start(["run", "--tier", "deno"], spinning.folder);
    for (let waited = 0; processesIn(spinning.folder).length === 0 && waited < 30_000; waited += 50) await sleep(50);
    expect(processesIn(spinning.folder).length).toBeGreaterThan(0);
    run.kill("SIGKILL");
    await run.ended;
    for (let waited = 0; processesIn(spinning.folder).length > 0 && waited < 5000; waited += 50) await sleep(50);
    expect(processesIn(spinning.folder)).toEqual([]);
  });
});

test.skipIf(process.platform === "win32").each<[string, (folder: string) => void]>([
  ["whose .strop is deleted", (folder) => rmSync(join(folder, ".strop"), { recursive: true })],
  ["whose folder is moved", (folder) => renameSync(folder, join(freshFolder(), "moved"))],
])("a run %s ends and says so, instead of writing on to where nobody looks", async (_, then) => {
  const task = quadraticTask({ stop: { trials: 100_000 } });
  const run = start(["run", "--tier", "deno"], task.folder);
  await run.saw(/#2 /);
  then(task.folder);
  const { code, stderr } = await run.ended;
  expect(code).toBe(3);
  expect(stderr).toMatch(/strop: expected the journal .* found it deleted or moved/);
  expect(stderr).not.toContain("a defect in strop");
});

describe("Ctrl-C", () => {
  test("once records the running trials as interrupted and says how to go on", async () => {
    const slow = quadraticTask(
      {},
      {
        "train.ts": `const width = 8;
export default async function train(trial) {
  await trial.report({ step: 1, loss: 1 });
  if (width !== 8) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { score: width };
}`,
      },
    );
    const run = start(["run", "--tier", "deno"], slow.folder);
    await run.saw(/baseline/);
    await sleep(1000);
    run.kill("SIGINT");
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted");
    const open = trialsOf(slow.folder).filter((trial) => trial.verdict === null);
    expect(open).toHaveLength(1);
    expect((await strop(["status", "--json"], slow.folder)).stdout).toContain("interrupted by the user");
  });
});

test("a run that writes to no terminal outlives the terminal that it was started from", async () => {
  const task = quadraticTask({ stop: { trials: 3 } });
  const run = start(["run", "--tier", "deno"], task.folder);
  await run.saw(/Ctrl-C ends/);
  run.kill("SIGHUP");
  const { code, stdout } = await run.ended;
  expect(code).toBe(0);
  expect(stdout).toContain("all 3 trials done");
});

test("a source that was cut off before it had a score is gone on with, and not said to be broken", async () => {
  const run = start(["reprogram", "self", "--scale", "tiny"], freshFolder());
  await run.saw(/Ctrl-C ends/);
  run.kill("SIGINT");
  const { code, stdout } = await run.ended;
  expect(code).toBe(130);
  expect(stdout).toContain("the initial source is not measured yet");
  expect(stdout).toMatch(/tiny +goes on from here/);
  expect(stdout).not.toContain("is mended");
});
