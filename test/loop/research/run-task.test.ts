import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { RunEvent } from "../../../src/journal/events.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { type MadeTask, makeTask, quadraticTask } from "../make-task.ts";
import { eventsOf } from "../read-run.ts";
import { repositoryIn } from "../repository.ts";

const run = async (task: MadeTask, options: Parameters<typeof runTask>[1] = {}) =>
  runTask(await loadTask(task.folder), { tier: "deno", ...options });

/** The journal without what the clock and the machine put into it. */
const timeless = (events: readonly RunEvent[]): unknown =>
  events.map((event) =>
    JSON.parse(
      JSON.stringify(event, (key, value: unknown) =>
        key === "at" || key === "diagnostics" || key === "reward" ? undefined : value,
      ),
    ),
  );

describe("a run of a deterministic task", () => {
  test("finds something better, and leaves the report, the winning program and nothing else", async () => {
    const task = quadraticTask();
    const { state, files } = await run(task);
    expect(state.counts.scored).toBe(12);
    expect(state.champion?.score).toBeLessThan(state.baselineScore ?? 0);
    expect(state.ended).toBe("all 12 trials done");
    expect(readFileSync(files.report, "utf8")).toContain("quadratic");
    expect(readFileSync(join(files.champion, "train.ts"), "utf8")).not.toBe(
      readFileSync(join(task.folder, "train.ts"), "utf8"),
    );
    expect(files.diff).toMatch(/^\+const (width|learningRate) = /m);
    expect(existsSync(join(task.folder, ".strop/tmp"))).toBe(false);
    expect(readdirSync(task.folder).sort()).toEqual([".strop", "strop.config.json", "train.ts"]);
  });

  test("gives the same journal again with the same seed, and another with another seed", async () => {
    const journals = await Promise.all(
      [{ seed: 7 }, { seed: 7 }, { seed: 8 }].map(async (config) => {
        const task = quadraticTask(config);
        await run(task);
        return timeless(eventsOf(task.folder));
      }),
    );
    expect(journals[0]).toEqual(journals[1]);
    expect(journals[0]).not.toEqual(journals[2]);
  });

  test("continues where an aborted session stopped, and ends as if it had never stopped", async () => {
    const whole = quadraticTask();
    await run(whole);
    const cut = quadraticTask();
    const controller = new AbortController();
    const first = await run(cut, {
      signal: controller.signal,
      observer: { trialStarted: ({ trial }) => void (trial === 5 && controller.abort()) },
    });
    expect(first.state.ended).toBe("interrupted by the user");
    expect(first.state.open.map((trial) => trial.trial)).toEqual([5]);
    const second = await run(cut);
    expect(second.state.champion).toEqual((await run(whole)).state.champion);
    expect(
      eventsOf(cut.folder).filter((event) => event.type === "trial.finished" && event.verdict !== null),
    ).toHaveLength(12);
    expect(timeless(eventsOf(cut.folder).filter((event) => event.type === "trial.proposed"))).toEqual(
      timeless(eventsOf(whole.folder).filter((event) => event.type === "trial.proposed")),
    );
  });

  test("stops at the target", async () => {
    const { state } = await run(quadraticTask({ stop: { target: 20, trials: 200 } }));
    expect(state.ended).toBe("score reached the target 20");
    expect(state.champion?.score).toBeLessThanOrEqual(20);
  });

  test("keeps several trials going and counts each once", async () => {
    const { state } = await run(quadraticTask({ parallel: 3, stop: { trials: 20 } }));
    expect(state.counts.scored).toBe(20);
    expect(state.open).toEqual([]);
  });

  test("starts anew on request and leaves the old run alone", async () => {
    const task = quadraticTask({ stop: { trials: 3 } });
    await run(task);
    const before = timeless(eventsOf(task.folder));
    const { state } = await run(task, { fresh: true });
    expect(state.run).toBe("run-002");
    expect(timeless(eventsOf(task.folder))).toEqual(before);
  });
});

describe("what a run refuses", () => {
  test("a second run of the same folder, naming the first", async () => {
    const task = quadraticTask({ stop: { trials: 30 } });
    let second: Promise<unknown> | undefined;
    await run(task, {
      observer: {
        trialStarted: ({ trial }) => void (trial === 2 && (second = run(task).catch((error: unknown) => error))),
      },
    });
    expect(await second).toMatchObject({
      code: "journal.locked",
      message: expect.stringContaining(String(process.pid)),
    });
  });

  test("an environment that changes while it runs, says so in the journal, and goes on when the file is back", async () => {
    const task = quadraticTask({}, { "data.txt": "pinned" });
    const meddle = {
      trialStarted: ({ trial }: { trial: number }) =>
        void (trial === 3 && writeFileSync(join(task.folder, "data.txt"), "forged")),
    };
    await expect(run(task, { observer: meddle })).rejects.toMatchObject({
      code: "environment.changed",
      message: expect.stringContaining("data.txt"),
    });
    const reason = expect.stringMatching(/^strop could not go on: expected the environment .*data\.txt/);
    expect(eventsOf(task.folder).at(-1)).toMatchObject({ type: "run.ended", reason });
    await expect(run(task)).rejects.toMatchObject({
      code: "environment.changed",
      message: expect.stringContaining("found changes in data.txt (changed)"),
    });
    writeFileSync(join(task.folder, "data.txt"), "pinned");
    const { state } = await run(task);
    expect(state.counts.scored).toBe(12);
  });

  test("a budget that changed since the run started, naming it", async () => {
    const task = quadraticTask({ stop: { trials: 2 } });
    await run(task);
    const loaded = await loadTask(task.folder, { budget: { trainSeconds: 99 } });
    await expect(runTask(loaded, { tier: "deno" })).rejects.toMatchObject({
      code: "run.task-changed",
      message: expect.stringMatching(/found budget\.trainSeconds 99, was \d+(, budget\.graceSeconds \d+, was \d+)?$/),
    });
  });

  test.each([
    ["throws", "throw new Error('no such corpus')", /crashed.*no such corpus/],
    ["returns nothing", "return undefined", /expected a line like `score: 1\.234`/],
    ["returns NaN", "return { score: NaN }", /score/],
    ["never ends", "for (;;) {}", /timed-out|still running/],
    ["does not parse", "const const = 1", /invalid/],
  ])("a baseline that %s, saying so", async (_name, body, message) => {
    const task = makeTask({
      "train.ts": `export default async function train(trial) { ${body} }`,
      "strop.config.json": {
        program: "train.ts",
        run: { module: "train.ts" },
        metric: "score",
        proposer: "random",
        budget: { trainSeconds: 1, startupSeconds: 1, graceSeconds: 1, memory: "800MB" },
        stop: { trials: 2 },
      },
    });
    await expect(run(task)).rejects.toMatchObject({ code: "baseline.failed", message: expect.stringMatching(message) });
  });
});

describe("in a git repository", () => {
  const repository = () => {
    const task = quadraticTask();
    return { task, git: repositoryIn(task.folder) };
  };

  test("each kept candidate is a commit on the run's branch, and the checkout is left alone", async () => {
    const { task, git } = repository();
    const head = git("rev-parse", "HEAD");
    const { state, files, branch } = await run(task);
    expect(branch).toBe("strop/run-001");
    expect(git("rev-list", "--count", `${head}..strop/run-001`)).toBe(String(state.counts.kept - 1));
    expect(git("show", "strop/run-001:train.ts")).toBe(readFileSync(join(files.champion, "train.ts"), "utf8").trim());
    expect(git("log", "-1", "--format=%B", "strop/run-001")).toContain(`score: ${state.champion?.score}`);
    expect(git("rev-parse", "HEAD")).toBe(head);
    expect(git("status", "--porcelain")).toBe("");
  });

  test("a branch that git does not make is not named", async () => {
    const { task, git } = repository();
    // Leaves no room for strop/run-001.
    git("branch", "strop");
    const { state, branch } = await run(task);
    expect(state.counts.kept).toBeGreaterThan(1);
    expect(branch).toBeNull();
  });
});
