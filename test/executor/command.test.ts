import { describe, expect, test } from "vitest";

import type { Outcome } from "../../src/core/trial.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { makeTask } from "../loop/make-task.ts";
import { baselineOutcome } from "../loop/read-run.ts";

const bubblewrap = (await probeTiers()).find((report) => report.tier === "bubblewrap");
if (bubblewrap?.isAvailable !== true) console.warn(`skipped, no bubblewrap: ${bubblewrap?.reason ?? ""}`);

const CONFIG = {
  program: "train.sh",
  run: "sh train.sh",
  metric: { name: "score", deterministic: true },
  budget: {
    trainSeconds: 2,
    startupSeconds: 2,
    graceSeconds: 1,
    evaluateSeconds: 10,
    memory: "300MB",
    output: "200kB",
    disk: "5MB",
    processes: 64,
  },
  proposer: "random",
  stop: { trials: 1 },
};

/** Outcome of the untouched program, whether it scores or not. */
async function outcomeOf(
  script: string,
  config: object = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Outcome | null | undefined> {
  const task = makeTask({ "train.sh": script, ...files, "strop.config.json": { ...CONFIG, ...config } });
  await runTask(await loadTask(task.folder), { tier: "bubblewrap" }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "baseline.failed") throw error;
  });
  return baselineOutcome(task.folder);
}

describe.skipIf(bubblewrap?.isAvailable !== true)("a program that is a command", () => {
  test("scores with what it prints, marked as its own word", async () => {
    expect(await outcomeOf("echo 'score: 1.5'")).toMatchObject({ status: "scored", score: 1.5, selfReported: true });
  });

  test("gets its seed and its budget, and nothing else of the environment", async () => {
    process.env["STROP_TEST_SECRET"] = "hunter2";
    try {
      const outcome = await outcomeOf(
        'test -n "$STROP_SEED" && test "$STROP_TRAIN_SECONDS" = 2 && env && echo "score: 1"',
      );
      expect(outcome).toMatchObject({ score: 1 });
      expect(outcome?.diagnostics.outputTail).not.toContain("hunter2");
    } finally {
      delete process.env["STROP_TEST_SECRET"];
    }
  });

  test("is heard while it runs, also where Python would keep what it prints for later", async () => {
    const steps = "print('step 1 loss nan'); print('step 2 loss nan')";
    const outcome = await outcomeOf(`exec python3 -c "import time; ${steps}; time.sleep(60)"`);
    expect(outcome).toMatchObject({ status: "stopped-early", reason: "the loss became NaN" });
  });

  test("sees its environment but cannot change it", async () => {
    const outcome = await outcomeOf(
      "cat data/a.txt && ! echo forged > data/a.txt && ! rm data/a.txt && echo 'score: 2'",
      {},
      { "data/a.txt": "1\n" },
    );
    expect(outcome, outcome?.reason).toMatchObject({ score: 2 });
  });

  test("finds a scratch folder empty, and may write to it, however full it is", async () => {
    const script = 'test -z "$(ls runs)" && echo 3 > runs/log && echo "score: $(cat runs/log)"';
    const outcome = await outcomeOf(script, { scratch: "runs" }, { "runs/old/events": "x" });
    expect(outcome, outcome?.reason).toMatchObject({ score: 3 });
  });

  test("is scored by the evaluator from what it leaves in its output folder", async () => {
    const evaluate = { evaluate: 'echo "score: $(cat out/answer)"' };
    expect(await outcomeOf("echo 'score: 99'; echo 7 > $STROP_OUTPUT/answer", evaluate)).toMatchObject({
      score: 7,
      selfReported: false,
    });
  });

  test.each([
    ["never prints the metric", "echo hello", "crashed", /expected a line like `score: 1\.234`/],
    ["prints NaN", "echo 'score: nan'", "crashed", /score is NaN/],
    ["prints the metric twice and contradicts itself", "echo 'score: 3'; echo 'score: 4'", "scored", /printed 2 times/],
    ["does not start", "exec no-such-program", "crashed", /no-such-program/],
    [
      "floods its output without a newline",
      "while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
      "crashed",
      /print|output/,
    ],
    ["fills its disk", "head -c 50000000 /dev/zero > big; sleep 1; echo 'score: 1'", "crashed", /./],
    [
      "ignores every signal it can and never ends",
      "trap '' TERM INT HUP; while :; do sleep 0.1; done",
      "timed-out",
      /longer than 5 s|still running/,
    ],
  ])("that %s is told so", async (_name, script, status, reason) => {
    const outcome = await outcomeOf(script);
    expect(outcome?.status, outcome?.reason).toBe(status);
    expect(outcome?.reason).toMatch(reason);
  });

  test.each([
    ["a pipe", "mkfifo $STROP_OUTPUT/answer"],
    ["a link to the answers", "ln -s ../answers.txt $STROP_OUTPUT/answer"],
    ["a link to an endless device", "ln -s /dev/zero $STROP_OUTPUT/answer"],
    ["a folder", "mkdir $STROP_OUTPUT/answer"],
  ])("gains nothing by leaving %s where its result should be", async (_name, script) => {
    const config = {
      evaluate: 'test -f out/answer && echo "score: $(head -c 10 out/answer)"',
      hidden: ["answers.txt"],
    };
    const outcome = await outcomeOf(script, config, { "answers.txt": "42" });
    expect(outcome).toMatchObject({ status: "invalid", score: null });
  });

  test("that leaves a metric's file as large as its disk is told so, and the run goes on", async () => {
    const outcome = await outcomeOf("truncate -s 600M $STROP_OUTPUT/result.json", {
      metric: { name: "score", file: "result.json", deterministic: true },
      budget: { ...CONFIG.budget, disk: "1GB" },
    });
    expect(outcome).toMatchObject({ status: "crashed", reason: expect.stringMatching(/result\.json.*larger than/) });
  });

  test("gains nothing by leaving 20,000 files", async () => {
    const outcome = await outcomeOf(
      'i=0; while [ $i -lt 20000 ]; do : > "$STROP_OUTPUT/$i"; i=$((i+1)); done; echo "score: 1"',
      { evaluate: 'echo "score: $(ls out | wc -l)"' },
    );
    expect(outcome?.status === "scored" ? outcome.score : 0).toBeLessThan(1000);
  });

  test("leaves no process behind that outlives it", async () => {
    const outcome = await outcomeOf(
      "(trap '' HUP; setsid sh -c 'sleep 5; echo 9 > out/answer' &) ; echo 1 > out/answer; echo 'score: 1'",
      { evaluate: 'sleep 1; echo "score: $(cat out/answer)"' },
    );
    expect(outcome).toMatchObject({ score: 1 });
  });

  test("must pass the task's check before it is run", async () => {
    expect(await outcomeOf("echo 'score: 1'", { check: "grep -q forbidden train.sh && exit 1; exit 0" })).toMatchObject(
      { score: 1 },
    );
    expect(await outcomeOf("echo 'score: 1' # forbidden", { check: "! grep forbidden train.sh" })).toMatchObject({
      status: "invalid",
      reason: expect.stringContaining("forbidden"),
    });
  });

  test("leaves a key that the config gives it out of all that is kept and shown", async () => {
    const env = { HUB_TOKEN: "abcdefgh12345678", THREADS: "2" };
    const command = "sh train.sh";
    const outcome = await outcomeOf('echo $HUB_TOKEN $THREADS; echo "error: $HUB_TOKEN" >&2; exit 1', {
      run: { command, env },
    });
    expect(outcome).toMatchObject({ status: "crashed", reason: expect.stringContaining("error: [HUB_TOKEN]") });
    expect(outcome?.diagnostics.outputTail).toContain("[HUB_TOKEN] 2\n");
    expect(JSON.stringify(outcome)).not.toContain("abcdefgh");
  });

  test("tells nobody through its check what is hidden", async () => {
    const script = "echo 'score: 1'; cat answers.txt >&2; exit 1";
    const outcome = (config: object) =>
      outcomeOf(script, { check: "sh train.sh", ...config }, { "answers.txt": "4217" });
    expect(JSON.stringify(await outcome({}))).toContain("4217");
    const silent = await outcome({ hidden: "answers.txt" });
    expect(silent).toMatchObject({ status: "invalid", reason: expect.stringContaining("not shown") });
    expect(JSON.stringify(silent)).not.toContain("4217");
  });
});
