import { describe, expect, it } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { StropError } from "../../../src/core/errors.ts";
import { memoryBook } from "../../models/memory-book.ts";
import { scrubber } from "../../../src/models/recording/scrub.ts";
import { languagePolicy } from "../../../src/propose/trainer/language-policy.ts";
import { readNotes } from "../../../src/propose/trainer/notes.ts";
import { chooseSettings } from "../../../src/propose/trainer/settings.ts";
import type { ProposerContext } from "../../../src/propose/types.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";
import { contextOf } from "../model/scripted.ts";
import { type StandIn, standIn } from "./stand-in-folder.ts";

const never = new AbortController().signal;
const program = { "main.py": "rate = 0.1\nsteps = 10\n" };
const settings = { ...chooseSettings({ model: "none" }, {}), batch: 3 };
const scrub = (text: string) => text;

const run = (worker: StandIn, trials: number, book = memoryBook()) =>
  simulateRun({
    proposer: languagePolicy({ trainer: worker.trainer(), settings, scrub, book }),
    program,
    // The untouched program has no number so large; whatever the model answers, most are better.
    score: (files) => Number(/\d{3,}/.exec(files["main.py"] as string)?.[0] ?? 96) % 97,
    trials,
    seed: 5,
  });

describe("the language policy", () => {
  it("shows the model what other models are shown, and proposes its edit", async () => {
    const worker = standIn();
    const context = await contextOf(program);
    const proposer = languagePolicy({ trainer: worker.trainer(), settings, scrub, book: memoryBook() });
    const proposal = await proposer.propose(context, never);
    expect(proposal).toMatchObject({ description: "another number", parent: context.champion.candidate });
    expect(applyEdit(program, proposal!.edit!, (path) => path in program).ok).toBe(true);
    const { messages, temperature, maxTokens } = worker.log("sample")[0]!.params as Record<string, unknown>;
    expect({ temperature, maxTokens }).toEqual({ temperature: 1, maxTokens: 1024 });
    expect(JSON.stringify(messages)).toContain("You are a researcher");
    expect(JSON.stringify(messages)).toContain("rate = 0.1");
  });

  it("learns from every three finished trials, and answers with what it has learned", async () => {
    const worker = standIn();
    const { history } = await run(worker, 8);
    const updates = worker.log("update").map(({ params }) => params);
    expect(updates.map(({ checkpoint, next }) => [checkpoint, next])).toEqual([
      [null, "update-000001"],
      ["update-000001", "update-000002"],
    ]);
    const [first, second] = ["update-000001", "update-000002"];
    const answeredWith = worker.log("sample").map(({ params }) => params["checkpoint"]);
    expect(answeredWith).toEqual([null, null, null, first, first, first, second, second]);
    const learned = history.flatMap((record) => readNotes(record) ?? []).map(({ learned }) => learned);
    expect(learned.map((one) => one && [one.updates, one.upTo])).toEqual([
      undefined,
      undefined,
      undefined,
      [1, 3],
      undefined,
      undefined,
      [2, 6],
      undefined,
    ]);
  });

  it("gives each answer the tokens that it had, and the verdict's reward in units of the largest keep", async () => {
    const worker = standIn();
    const { history } = await run(worker, 4);
    const rewards = history.slice(1, 4).map(({ verdict }) => verdict?.reward ?? 0);
    const scale = Math.max(0.02, ...rewards);
    const [update] = worker.log("update");
    const experience = update!.params["experience"] as {
      tokens: number[];
      logProbabilities: number[];
      reward: number;
    }[];
    expect(experience.map(({ reward }) => reward)).toEqual(rewards.map((reward) => reward / scale));
    expect(rewards.some((reward) => reward > 0)).toBe(true);
    for (const { tokens, logProbabilities } of experience) {
      expect(logProbabilities).toEqual(tokens.map((token) => -token / 100));
    }
  });

  it("takes a kill after any trial: it goes on as if there had been none", async () => {
    const expected = (await run(standIn(), 8)).history;
    for (const trials of [2, 3, 5]) {
      const book = memoryBook();
      const worker = standIn();
      await run(worker, trials, book);
      // The journal holds what was answered; the process that knew more is another one.
      const again = await run(worker, 8, book);
      expect(again.history).toEqual(expected);
      expect(worker.log("sample")).toHaveLength(8);
    }
  });

  it("takes the death of its worker at any request", async () => {
    const expected = (await run(standIn(), 5)).history;
    const worker = standIn({ "open#1": "die", "sample#3": "die-after", "update#1": "die", "sample#5": "die" });
    expect((await run(worker, 5)).history).toEqual(expected);
  });

  it("says that an answer without an edit is none, and learns from it all the same", async () => {
    const worker = standIn({ "sample#1": "no-edit" });
    const proposer = languagePolicy({ trainer: worker.trainer(), settings, scrub, book: memoryBook() });
    const proposal = await proposer.propose(await contextOf(program), never);
    expect(proposal).toMatchObject({ edit: null, problem: expect.stringContaining("found none") });
    expect(proposal?.detail).toHaveProperty("languagePolicy");
  });

  it("halves its prompt when the model counts more tokens than it takes, and says so when nothing is left to cut", async () => {
    const worker = standIn({ "sample#1": "too-long", "sample#2": "too-long" });
    const { context } = await run(standIn(), 2);
    const propose = (one: StandIn): Promise<unknown> =>
      languagePolicy({
        trainer: one.trainer(),
        settings: { ...settings, batch: 99 },
        scrub,
        book: memoryBook(),
      }).propose(context, never);
    await propose(worker);
    const lengths = worker.log("sample").map(({ params }) => JSON.stringify(params["messages"]).length);
    expect(lengths).toHaveLength(3);
    await expect(propose(standIn({ "sample#always": "too-long" }))).rejects.toMatchObject({
      code: "trainer.program-too-long",
    });
  });

  it("does not go on with what another model has learned", async () => {
    const { context } = await run(standIn(), 4);
    const foreign = JSON.parse(
      JSON.stringify(context.history).replaceAll("0123456789abcdef", "fedcba9876543210"),
    ) as ProposerContext["history"];
    const proposer = languagePolicy({ trainer: standIn().trainer(), settings, scrub, book: memoryBook() });
    await expect(proposer.propose({ ...context, history: foreign }, never)).rejects.toThrow(StropError);
  });

  it("proposes nothing when it is called off, and ends its worker", async () => {
    const worker = standIn({ "sample#1": "slow" });
    const proposer = languagePolicy({ trainer: worker.trainer(), settings, scrub, book: memoryBook() });
    const controller = new AbortController();
    const proposed = proposer.propose(await contextOf(program), controller.signal);
    while (worker.log("sample").length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(await proposed).toBeNull();
  });

  it("asks, records and learns without the secrets that a program holds", async () => {
    const worker = standIn();
    const book = memoryBook();
    const secret = "hunter2-hunter2";
    const env = { SERVICE_TOKEN: secret };
    await simulateRun({
      proposer: languagePolicy({ trainer: worker.trainer(), settings, scrub: scrubber(env), book }),
      program: { "main.py": `${program["main.py"]}token = "${secret}"\n` },
      // The untouched program has no number so large; whatever the model answers, most are better.
      score: (files) => Number(/\d{3,}/.exec(files["main.py"] as string)?.[0] ?? 96) % 97,
      trials: 4,
      seed: 5,
    });
    const asked = JSON.stringify(worker.log("sample"));
    expect(asked).toContain("[SERVICE_TOKEN]");
    expect(asked).not.toContain(secret);
    const recorded = book.recent();
    expect(recorded.length).toBe(4);
    expect(JSON.stringify(recorded)).not.toContain(secret);
    // What is learned from is what was asked, to the letter.
    const messagesOf = (params: Readonly<Record<string, unknown>> | undefined) => params?.["messages"];
    const [update] = worker.log("update");
    const learned = update?.params["experience"] as readonly { readonly messages: unknown }[];
    expect(learned.map(({ messages }) => messages)).toEqual(
      worker
        .log("sample")
        .slice(0, 3)
        .map(({ params }) => messagesOf(params)),
    );
  });

  it("has nothing to say of a program without files", async () => {
    const proposer = languagePolicy({ trainer: standIn().trainer(), settings, scrub, book: memoryBook() });
    expect(await proposer.propose(await contextOf({}), never)).toBeNull();
  });
});
