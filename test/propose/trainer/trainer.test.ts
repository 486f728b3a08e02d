import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";

import { StropError } from "../../../src/core/errors.ts";
import { connectTo } from "../../../src/propose/trainer/connection.ts";
import type { SampleRequest } from "../../../src/propose/trainer/protocol.ts";
import { startWorker } from "../../../src/propose/trainer/worker.ts";
import { standIn } from "./stand-in-folder.ts";
import type { Fault } from "./stand-in.ts";

const never = new AbortController().signal;
const question: SampleRequest = {
  checkpoint: null,
  messages: [
    { role: "system", content: "rules" },
    { role: "user", content: "# The program\n\nmain.py\n```\nrate = 0.1\n```\n" },
  ],
  seed: 7,
  temperature: 1,
  maxTokens: 100,
};
const experience = [
  { messages: question.messages, tokens: [1, 2], logProbabilities: [-1, -2], temperature: 1, reward: 0.5 },
];

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** As its command line says. */
function socketOf(pid: number): string {
  const line = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return /--socket (\S+)/.exec(line)?.[1] as string;
}

describe("a worker that works", () => {
  it("opens its model once, answers, learns, and answers with what it has learned", async () => {
    const worker = standIn();
    const trainer = worker.trainer();
    expect(await trainer.open(never)).toMatchObject({ base: "0123456789abcdef", context: 4096 });
    const first = await trainer.sample(question, never);
    expect(first.text).toMatch(/^Idea: another number/);
    expect(await trainer.sample(question, never)).toEqual(first);
    const update = await trainer.update({ checkpoint: null, next: "update-000001", experience, seed: 1 }, never);
    expect(update).toMatchObject({ checkpoint: "update-000001", report: { steps: 1 } });
    expect((await trainer.sample({ ...question, checkpoint: "update-000001" }, never)).text).not.toBe(first.text);
    expect(worker.log().map(({ method }) => method)).toEqual(["hello", "open", "sample", "sample", "update", "sample"]);
  });

  it("is started by the first request, and ended by close", async () => {
    const worker = standIn();
    const trainer = worker.trainer();
    expect(worker.log()).toEqual([]);
    await trainer.open(never);
    const { pid } = worker.log()[0]!;
    expect(isAlive(pid)).toBe(true);
    trainer.close();
    await gone(pid);
  });

  it("leaves no folder behind", async () => {
    const worker = standIn();
    const trainer = worker.trainer();
    await trainer.open(never);
    const folder = dirname(socketOf(worker.log()[0]!.pid));
    expect(statSync(folder).mode & 0o077).toBe(0);
    trainer.close();
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a worker that dies", () => {
  it.each<[string, string, Fault]>([
    ["before it answers", "sample#1", "die"],
    ["while its model loads", "open#1", "die"],
    ["when it is greeted", "hello#1", "die"],
    ["after an answer that nobody got", "sample#1", "die-after"],
  ])("%s is replaced, and the answer is the same", async (_when, request, fault) => {
    const expected = await standIn().trainer().sample(question, never);
    const worker = standIn({ [request]: fault });
    const said: string[] = [];
    const trainer = worker.trainer({ onRestart: (sentence) => said.push(sentence) });
    expect(await trainer.sample(question, never)).toEqual(expected);
    expect(said).toHaveLength(1);
    expect(new Set(worker.log().map(({ pid }) => pid)).size).toBe(2);
  });

  it("after its checkpoint was saved goes on from the one before, and makes the same one again", async () => {
    const worker = standIn({ "update#1": "die-after" });
    const update = { checkpoint: null, next: "update-000001", experience, seed: 1 };
    const expected = await standIn().trainer().update(update, never);
    expect(await worker.trainer().update(update, never)).toEqual(expected);
    expect(worker.log("update").map(({ params }) => params)).toEqual([update, update]);
  });

  it("each time is given up after the third, with a sentence that says what to do", async () => {
    const worker = standIn({ "sample#always": "die" });
    const failed = await worker
      .trainer()
      .sample(question, never)
      .catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(StropError);
    expect(failed).toMatchObject({ code: "trainer.died", hint: expect.stringContaining("memory") });
    expect(worker.log("sample")).toHaveLength(3);
    for (const { pid } of worker.log("sample")) await gone(pid);
  });
});

describe("a worker that does not speak the protocol", () => {
  it.each<[Fault]>([["garbage"], ["array"], ["wrong-id"], ["both"], ["not-a-number"], ["too-few"], ["wrong-type"]])(
    "%s: is refused and ended",
    async (fault) => {
      const worker = standIn({ "sample#1": fault, "update#1": fault });
      const trainer = worker.trainer();
      const update = () => trainer.update({ checkpoint: null, next: "update-000001", experience, seed: 1 }, never);
      await expect(trainer.sample(question, never)).rejects.toMatchObject({ code: "trainer.bad-reply" });
      await gone(worker.log()[0]!.pid);
      await expect(update()).rejects.toMatchObject({ code: "trainer.bad-reply" });
      expect(new Set(worker.log().map(({ pid }) => pid)).size).toBe(2);
    },
  );

  it("speaks unasked: is refused with the next question", async () => {
    const trainer = standIn({ "sample#1": "unasked" }).trainer();
    await trainer.sample(question, never);
    await expect(trainer.sample(question, never)).rejects.toMatchObject({ code: "trainer.bad-reply" });
  });

  it("never ends its line: is cut off at the limit", async () => {
    const worker = standIn({ "sample#1": "endless" });
    const { connection, kill } = await startWorker({ ...worker.options, longestLine: 10_000, signal: never });
    await expect(connection.ask("sample", question)).rejects.toMatchObject({ code: "trainer.bad-reply" });
    kill();
  });

  it("reports an error: that is passed on without what could drive a terminal, and the worker stays", async () => {
    const worker = standIn({ "sample#1": "error" });
    const trainer = worker.trainer();
    await expect(trainer.sample(question, never)).rejects.toMatchObject({
      code: "trainer.worker.fault",
      message: "the trainer's worker: it broke",
      hint: "look",
    });
    await trainer.sample(question, never);
    expect(new Set(worker.log().map(({ pid }) => pid)).size).toBe(1);
  });

  it("keeps silent: is given up at the time limit and ended", async () => {
    const worker = standIn({ "open#1": "silence" });
    const trainer = worker.trainer({ requestMs: 200 });
    await expect(trainer.sample(question, never)).rejects.toMatchObject({ code: "trainer.timed-out" });
    await gone(worker.log()[0]!.pid);
  });

  it("listens, and does not even answer the greeting: is given up when it should have started", async () => {
    const worker = standIn({ "hello#1": "silence" });
    const started = worker.trainer({ startMs: 1_500 }).sample(question, never);
    await expect(started).rejects.toMatchObject({ code: "trainer.not-started" });
    await expect(started).rejects.toThrow(/answer within 1.5 s, found silence/);
  });
});

describe("a request that is called off", () => {
  it("rejects at once and ends the worker", async () => {
    const worker = standIn({ "sample#1": "slow" });
    const trainer = worker.trainer();
    await trainer.open(never);
    const controller = new AbortController();
    const asked = trainer.sample(question, controller.signal);
    controller.abort(new Error("called off"));
    await expect(asked).rejects.toThrow("called off");
    await gone(worker.log()[0]!.pid);
  });
});

describe("a worker that cannot be started", () => {
  it.each([
    ["is not there", ["/nowhere/python"], /ENOENT/],
    ["ends at once", [process.execPath, "-e", "console.error('no torch here'); process.exit(3)"], /no torch here/],
    ["says what is missing", [process.execPath, "-e", `console.log('{"error":{"message":"no torch"}}')`], /no torch/],
    ["says something else", [process.execPath, "-e", "console.log('hello')"], /hello/],
  ])("because it %s: says so, and how to install it", async (_why, command, found) => {
    const trainer = standIn().trainer({ command });
    const failed = await trainer.open(never).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: "trainer.not-started", hint: expect.stringContaining("torch") });
    expect((failed as Error).message).toMatch(found);
  });
});

describe("a socket", () => {
  it("of nobody is a connection that can be tried again", async () => {
    await expect(connectTo("/nowhere/socket")).rejects.toMatchObject({ name: "Disconnected" });
  });

  it("of a worker answers nobody without the token", async () => {
    const { options } = standIn();
    const worker = await startWorker({ ...options, signal: never });
    const stranger = await connectTo(socketOf(worker.pid));
    await expect(stranger.ask("sample", question)).rejects.toMatchObject({ name: "Disconnected" });
    worker.kill();
  });
});
