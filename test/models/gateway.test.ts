import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { type ModelReply, type ModelRequest, NO_TOKENS } from "../../src/core/exchange.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import { failure, failedReply } from "../../src/models/failures.ts";
import { NOT_MADE, createGateway } from "../../src/models/gateway.ts";
import { memoryBook } from "./memory-book.ts";
import type { LanguageModel, Price } from "../../src/models/types.ts";

const never = new AbortController().signal;
const request = (content: string, samples = 1): ModelRequest => ({
  messages: [{ role: "user", content }],
  samples,
  maxOutputTokens: 100,
});
const reply = (text: string, output = 10): ModelReply => ({
  answers: [{ text, finish: "stop" }],
  usage: { ...NO_TOKENS, input: 5, output },
  failure: null,
  attempts: 1,
  wallSeconds: 0,
});

interface Fake extends LanguageModel {
  calls: number;
}

function fakeModel(respond: (calls: number) => Promise<ModelReply> | ModelReply, price?: Price): Fake {
  const model: Fake = {
    name: "fake",
    contextTokens: undefined,
    price,
    calls: 0,
    async complete() {
      model.calls += 1;
      return respond(model.calls);
    },
  };
  return model;
}

describe("the gateway", () => {
  it("pays once for the same question, in one session and after a restart", async () => {
    const model = fakeModel((calls) => reply(`answer ${calls}`));
    const book = memoryBook();
    const question = { model: "fake", purpose: "trial-1", request: request("hello") };
    const first = await createGateway({ models: [model], book }).ask(question, never);
    const second = await createGateway({ models: [model], book }).ask(question, never);
    expect(second).toEqual(first);
    expect(model.calls).toBe(1);
    const other = await createGateway({ models: [model], book }).ask({ ...question, purpose: "trial-2" }, never);
    expect(other.reply.answers[0]?.text).toBe("answer 2");
    expect(other.exchange).toBe(1);
  });

  it("lets one of two askers of the same question pay for both", async () => {
    const model = fakeModel(async (calls) => {
      await sleep(5);
      return reply(`answer ${calls}`);
    });
    const gateway = createGateway({ models: [model], book: memoryBook() });
    const question = { model: "fake", purpose: "trial-1", request: request("hello") };
    const both = await Promise.all([gateway.ask(question, never), gateway.ask(question, never)]);
    expect(both[0]).toEqual(both[1]);
    expect(model.calls).toBe(1);
  });

  it("asks again what failed before", async () => {
    const model = fakeModel((calls) => (calls === 1 ? failedReply(failure("server-error", "boom")) : reply("fine")));
    const gateway = createGateway({ models: [model], book: memoryBook() });
    const question = { model: "fake", purpose: "trial-1", request: request("hello") };
    expect((await gateway.ask(question, never)).reply.failure?.kind).toBe("server-error");
    expect((await gateway.ask(question, never)).reply.answers[0]?.text).toBe("fine");
    expect(gateway.recent().map((exchange) => exchange.exchange)).toEqual([0, 1]);
  });

  it("never exceeds the limit when 100 ask at once", async () => {
    const random = createRandom("race");
    // A whole answer is 100 tokens at a dollar per thousand: ten cents, plus the prompt.
    const price = { input: 1000, output: 1000 };
    const limit = 2;
    let worst = 0;
    const model = fakeModel(async () => {
      const { spent, inFlight } = gateway.spending();
      worst = Math.max(worst, spent + inFlight);
      await sleep(random.integer(5));
      return reply("x", random.integer(101));
    }, price);
    const book = memoryBook(0.5);
    const gateway = createGateway({ models: [model], book, limit, concurrency: 16 });
    const asks = Array.from({ length: 100 }, (_, i) =>
      gateway.ask({ model: "fake", purpose: `trial-${i}`, request: request("hello") }, never),
    );
    const exchanges = await Promise.all(asks);
    const refused = exchanges.filter(({ reply: { failure: failed } }) => failed?.kind === "over-budget");
    expect(worst).toBeGreaterThan(1);
    expect(worst).toBeLessThanOrEqual(limit);
    expect(gateway.spending()).toMatchObject({ inFlight: expect.closeTo(0, 9), limit });
    expect(gateway.spending().spent).toBeLessThanOrEqual(limit);
    expect(refused.length).toBe(100 - model.calls);
    expect(refused.every(({ exchange }) => exchange === NOT_MADE)).toBe(true);
    expect(book.exchanges.length).toBe(model.calls);
    expect(book.reserved()).toBe(0);
  });

  it("counts what others pay through the same book meanwhile, such as an agent", async () => {
    const model = fakeModel(() => reply("x"), { input: 0, output: 10_000 });
    const book = memoryBook();
    const gateway = createGateway({ models: [model], book, limit: 5 });
    const ask = (purpose: string) => gateway.ask({ model: "fake", purpose, request: request("hello") }, never);
    expect((await ask("trial-1")).reply.failure).toBeNull();
    const call = { purpose: "trial-2", model: "agent:other" };
    const exchange = book.asked({ ...call, key: "theirs", reserved: 4 });
    book.answered("theirs", { ...call, exchange, request: request("edit"), reply: reply("done"), cost: 4.5 });
    expect((await ask("trial-3")).reply.failure).toMatchObject({ kind: "over-budget", isPassing: false });
    expect(gateway.spending()).toMatchObject({ spent: 4.6, inFlight: 0 });
  });

  it("says whether money under way or money spent stands against a call", async () => {
    const price = { input: 0, output: 10_000 };
    let finish: (() => void) | undefined;
    const model = fakeModel(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return reply("x", 100);
    }, price);
    const gateway = createGateway({ models: [model], book: memoryBook(), limit: 1.5 });
    const first = gateway.ask({ model: "fake", purpose: "a", request: request("a") }, never);
    const second = await gateway.ask({ model: "fake", purpose: "b", request: request("b") }, never);
    expect(second.reply.failure).toMatchObject({ kind: "over-budget", isPassing: true });
    finish!();
    await first;
    const third = await gateway.ask({ model: "fake", purpose: "c", request: request("c") }, never);
    expect(third.reply.failure).toMatchObject({ kind: "over-budget", isPassing: false });
    expect(third.reply.failure?.message).toContain("of the $1.50 limit $1.00 is spent");
  });

  it("asks a model no more once it failed for good", async () => {
    const model = fakeModel(() => failedReply(failure("unauthorized", "no key")));
    const gateway = createGateway({ models: [model], book: memoryBook() });
    const asked = await gateway.ask({ model: "fake", purpose: "a", request: request("a") }, never);
    const refused = await gateway.ask({ model: "fake", purpose: "b", request: request("b") }, never);
    expect(model.calls).toBe(1);
    expect(asked.exchange).toBe(0);
    expect(refused).toMatchObject({ exchange: NOT_MADE, reply: { failure: { kind: "unauthorized" } } });
  });

  it("runs no more calls at a time than it may, and an abort leaves the queue", async () => {
    let running = 0;
    let most = 0;
    const model = fakeModel(async () => {
      most = Math.max(most, ++running);
      await sleep(3);
      running -= 1;
      return reply("x");
    });
    const gateway = createGateway({ models: [model], book: memoryBook(), concurrency: 3 });
    const stop = new AbortController();
    const asks = Array.from({ length: 12 }, (_, i) =>
      gateway.ask({ model: "fake", purpose: `${i}`, request: request("a") }, i < 6 ? never : stop.signal),
    );
    stop.abort(new Error("enough"));
    const exchanges = await Promise.all(asks);
    expect(most).toBe(3);
    expect(exchanges.filter(({ reply: { failure: failed } }) => failed?.kind === "aborted")).toHaveLength(6);
    expect(model.calls).toBe(6);
  });

  it("refuses a limit that an unknown price could break", () => {
    const open = () => createGateway({ models: [fakeModel(() => reply("x"))], book: memoryBook(), limit: 1 });
    expect(open).toThrow(/known price.*\$1\.00.*fake/);
  });

  it("records a cost of null when the price is not known", async () => {
    const gateway = createGateway({ models: [fakeModel(() => reply("x"))], book: memoryBook() });
    const { cost } = await gateway.ask({ model: "fake", purpose: "a", request: request("a") }, never);
    expect(cost).toBeNull();
    expect(gateway.spending()).toEqual({ spent: 0, inFlight: 0, limit: undefined });
  });

  it("keeps and hands on no secret", async () => {
    const gateway = createGateway({
      models: [fakeModel(() => reply("your key is hunter2"))],
      book: memoryBook(),
      scrub: (text) => text.replaceAll("hunter2", "[KEY]"),
    });
    const exchange = await gateway.ask({ model: "fake", purpose: "a", request: request("my key is hunter2") }, never);
    expect(JSON.stringify(exchange)).not.toContain("hunter2");
    expect(exchange.reply.answers[0]?.text).toBe("your key is [KEY]");
  });
});
