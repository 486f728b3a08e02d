import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { Outcome } from "../../src/core/trial.ts";
import { sealOutputs } from "../../src/executor/outputs.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import type { Tier } from "../../src/sandbox/types.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { freshFolder } from "../fresh-folder.ts";
import { makeTask } from "../loop/make-task.ts";
import { baselineOutcome } from "../loop/read-run.ts";

const hasBubblewrap = (await probeTiers()).some(({ tier, isAvailable }) => tier === "bubblewrap" && isAvailable);
const tiers: readonly Tier[] = hasBubblewrap ? ["none", "bubblewrap"] : ["none"];

async function outcomeOf(script: string, evaluate: string, tier: Tier): Promise<Outcome | null | undefined> {
  const task = makeTask({
    "train.sh": script,
    "strop.config.json": {
      program: "train.sh",
      run: "sh train.sh",
      evaluate,
      metric: { name: "score", deterministic: true },
      budget: { trainSeconds: 20, startupSeconds: 20, evaluateSeconds: 20, memory: "300MB", disk: "5MB" },
      proposer: "random",
      stop: { trials: 1 },
    },
  });
  for (const name of ["", "train.sh", "strop.config.json"]) chmodSync(join(task.folder, name), 0o755);
  await runTask(await loadTask(task.folder), { tier }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "baseline.failed") throw error;
  });
  return baselineOutcome(task.folder);
}

describe.each(tiers)("what a program leaves, in tier %s", (tier) => {
  const leave = 'mkdir -p "$STROP_OUTPUT/a/b"; echo 7 > "$STROP_OUTPUT/a/b/answer"';

  test.each(['echo "score: $(cat "$STROP_OUTPUT/a/b/answer")"', 'echo "score: $(cat out/a/b/answer)"'])(
    "is there for the evaluator, also where the umask closes folders to others: %s",
    async (evaluate) => {
      const before = process.umask(0o077);
      try {
        const outcome = await outcomeOf(leave, evaluate, tier);
        expect(outcome, outcome?.reason).toMatchObject({ status: "scored", score: 7 });
      } finally {
        process.umask(before);
      }
    },
  );

  test("and is not handed over is named when the evaluator refuses", async () => {
    const outcome = await outcomeOf('echo 7 > "$STROP_OUTPUT/answer (1)"', "cat out/ans*", tier);
    expect(outcome).toMatchObject({
      status: "invalid",
      reason: expect.stringContaining("answer (1): not a plain name"),
    });
  });
});

test("files are taken out of folders that their program has locked", async () => {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(65_534);
  try {
    const [from, to] = [join(freshFolder(), "out"), join(freshFolder(), "sealed")];
    mkdirSync(join(from, "locked"), { recursive: true });
    writeFileSync(join(from, "locked/answer"), "7");
    for (const folder of [join(from, "locked"), from]) chmodSync(folder, 0o555);
    expect(await sealOutputs(from, to, 1000)).toMatchObject({ names: ["locked/answer"], ignored: [] });
    expect(readFileSync(join(to, "locked/answer"), "utf8")).toBe("7");
    expect(existsSync(join(from, "locked/answer"))).toBe(false);
    chmodSync(from, 0o755);
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
});
