import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, it } from "vitest";

import { classify } from "../../src/models/call/classify.ts";
import { guardedFetch } from "../../src/models/call/guarded-fetch.ts";
import { endpointOf } from "../../src/models/providers.ts";
import { resolveModel } from "../../src/models/catalog/resolve-model.ts";
import { type ModelServer, type ModelServerOptions, startModelServer } from "../../src/testing/model-server.ts";
import {
  failing,
  jumpingClock,
  never,
  openModel,
  type OpenOptions,
  PROTOCOLS,
  request,
  streaming,
  untilQuiet,
} from "./open-model.ts";

let server: ModelServer | undefined;
afterEach(async () => server?.close());

async function open(options: ModelServerOptions, rest: OpenOptions = {}) {
  const opened = await openModel(options, rest);
  server = opened.server;
  return opened;
}

describe.each(PROTOCOLS)("a server of the %s protocol", (protocol) => {
  it("that limits the rate is asked again after the time it names", async () => {
    const { ask, clock } = await open({ answer: [failing("rate-limited", "7"), "hello"] }, { protocol });
    const reply = await ask();
    expect(reply.answers[0]?.text).toBe("hello");
    expect(reply.attempts).toBe(2);
    expect(clock.waits).toEqual([7000]);
  });

  it("that wants a longer wait than there is time is not waited for", async () => {
    const { ask, clock, server } = await open({ answer: [failing("rate-limited", "3600"), "hello"] }, { protocol });
    const { failure, attempts } = await ask();
    expect(failure).toMatchObject({ kind: "rate-limited", isPassing: true });
    expect(attempts).toBe(1);
    expect(clock.waits).toEqual([]);
    const again = await ask();
    expect(again).toMatchObject({ attempts: 0, failure: { kind: "rate-limited", isPassing: true } });
    expect(server.requests).toHaveLength(1);
    await clock.sleep(3_500_000, never);
    expect((await ask()).answers[0]?.text).toBe("hello");
    expect(clock.waits[1]).toBeLessThanOrEqual(100_000);
  });

  it("that fails is asked four times, with growing waits, and costs nothing", async () => {
    const { ask, clock, server } = await open({ answer: failing("overloaded") }, { protocol });
    const { failure, attempts, usage } = await ask();
    expect(failure).toMatchObject({ kind: "server-error", isPassing: true });
    expect(attempts).toBe(4);
    expect(server.requests).toHaveLength(4);
    expect(usage).toMatchObject({ input: 0, output: 0 });
    for (const [i, wait] of clock.waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** i);
      expect(wait).toBeLessThanOrEqual(1000 * 2 ** i);
    }
  });

  it("whose account is empty is not asked again", async () => {
    const { ask } = await open({ answer: failing("no-credit") }, { protocol });
    const { failure, attempts } = await ask();
    expect(failure).toMatchObject({ kind: "rate-limited", isPassing: false });
    expect(failure?.message).toContain("no credit left");
    expect(attempts).toBe(1);
  });

  it("that drops the connection is asked again", async () => {
    const { ask } = await open({ answer: [{ fault: { kind: "reset" } }, "hello"] }, { protocol });
    const { answers, attempts } = await ask();
    expect(answers[0]?.text).toBe("hello");
    expect(attempts).toBe(2);
  });

  it("that cuts its answer fails without a second, charged request", async () => {
    const text = "one two three four five six seven eight";
    const { ask, server } = await open(
      { answer: { text, chunkCharacters: 5, fault: { kind: "cut", afterCharacters: 20 } } },
      { protocol },
    );
    const { failure, usage, isEstimated } = await ask();
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: true });
    expect(failure?.message).toContain("in the middle of an answer");
    expect(server.requests).toHaveLength(1);
    expect(isEstimated).toBe(true);
    expect(usage.input).toBeGreaterThan(0);
    expect(usage.output).toBeGreaterThan(0);
  });

  it("that falls silent in its answer is given up", async () => {
    const { ask, server } = await open(
      { answer: { text: "one two three", chunkCharacters: 3, fault: { kind: "stall", afterCharacters: 6 } } },
      { protocol, idleMs: 100 },
    );
    const { failure } = await ask();
    expect(failure).toMatchObject({ kind: "timed-out", isPassing: true });
    expect(failure?.message).toContain("fell silent");
    expect(await untilQuiet(server)).toBe(0);
  });

  it("that never begins is given up when the time for the call is over", async () => {
    const { ask, server } = await open(
      { answer: { text: "late", fault: { kind: "stall", afterCharacters: 0 } } },
      { protocol, timeoutSeconds: 0.3 },
    );
    const { failure, usage } = await ask();
    expect(failure).toMatchObject({ kind: "timed-out" });
    expect(failure?.message).toContain("after 0.3 s");
    expect(usage.input).toBeGreaterThan(0);
    expect(await untilQuiet(server)).toBe(0);
  });

  it("that drips slowly but never stops is read to the end", async () => {
    const text = "a slow answer, piece by piece";
    const { ask } = await open({ answer: { text, chunkCharacters: 3, chunkDelayMs: 20 } }, { protocol, idleMs: 5_000 });
    expect((await ask()).answers[0]?.text).toBe(text);
  });

  it("that answers with a web page says so", async () => {
    const { ask } = await open(
      { answer: { fault: { kind: "body", body: "<html>Sign in</html>", contentType: "text/html" } } },
      { protocol },
    );
    const { failure } = await ask();
    expect(failure?.kind).toBe("bad-response");
    expect(failure?.message).toMatch(
      /expected an answer, as events or as one JSON document, found text\/html.*<html>Sign in/,
    );
  });

  it("that sends broken JSON fails with a sentence", async () => {
    const body = 'data: {"id": "x", "choices": [{"ind\n\ndata: [DONE]\n\n';
    const { ask } = await open(
      { answer: { fault: { kind: "body", body, contentType: "text/event-stream" } } },
      { protocol },
    );
    const { failure, answers } = await ask();
    expect(answers).toEqual([]);
    expect(failure?.kind).toBe("bad-response");
  });

  it("that ends without an answer fails with a sentence", async () => {
    const { ask } = await open(
      { answer: { fault: { kind: "body", body: "data: [DONE]\n\n", contentType: "text/event-stream" } } },
      { protocol },
    );
    const { failure } = await ask();
    expect(failure?.kind).toBe("bad-response");
  });

  it("that answers nothing gives an empty answer, which is paid for", async () => {
    const { ask } = await open({ answer: { text: "" } }, { protocol });
    const { answers, failure } = await ask();
    expect(failure).toBeNull();
    expect(answers).toEqual([{ text: "", finish: "stop" }]);
  });

  it("that answers with 10 MB is cut at a million characters", async () => {
    const { ask, server } = await open(
      { answer: { text: "x".repeat(10_000_000), chunkCharacters: 50_000 } },
      { protocol },
    );
    const { answers, failure, isEstimated } = await ask();
    expect(failure).toBeNull();
    expect(answers[0]).toMatchObject({ finish: "length" });
    expect(answers[0]!.text).toHaveLength(2 ** 20);
    expect(isEstimated).toBe(true);
    expect(await untilQuiet(server)).toBe(0);
  });

  it("that answers with control characters and half characters is passed on whole and well-formed", async () => {
    const text = "\u0000bell\u0007 \u001b[31mred\u001b[0m é 漢 🙂 \r\n tab\t";
    const { ask } = await open({ answer: { text: `${text}\ud800`, chunkCharacters: 2 } }, { protocol });
    expect((await ask()).answers[0]?.text).toBe(`${text}\ufffd`);
  });

  it.each([
    ["missing", "missing" as const],
    ["negative", { input: -5, output: -7 }],
    ["absurd", { input: 1e12, output: 3 }],
    ["fractional", { input: 4.5, output: 2 }],
  ])("whose usage is %s is counted by an estimate, which is marked", async (_, usage) => {
    const { ask } = await open({ answer: { text: "hello world", usage } }, { protocol });
    const reply = await ask();
    expect(reply.failure).toBeNull();
    expect(reply.isEstimated).toBe(true);
    expect(reply.usage.input).toBeGreaterThan(0);
    expect(reply.usage.input).toBeLessThan(100);
    expect(reply.usage.output).toBeGreaterThan(0);
    expect(reply.usage.output).toBeLessThan(100);
  });

  it("is left at once when the call is called off, and no connection stays open", async () => {
    const { ask, server } = await open(
      { answer: { text: "one two three", fault: { kind: "stall", afterCharacters: 0 } } },
      { protocol },
    );
    const stop = new AbortController();
    const asking = ask(stop.signal);
    while (server.requests.length === 0) await sleep(5);
    stop.abort();
    expect((await asking).failure).toMatchObject({ kind: "aborted" });
    expect(await untilQuiet(server)).toBe(0);
  });

  it("is left when the call is called off in the middle of an answer", async () => {
    const { ask, server } = await open(
      { answer: { text: "word ".repeat(2000), chunkCharacters: 5, chunkDelayMs: 5 } },
      { protocol },
    );
    const stop = new AbortController();
    const asking = ask(stop.signal);
    while (server.requests.length === 0) await sleep(5);
    await sleep(50);
    stop.abort();
    const { failure, usage } = await asking;
    expect(failure).toMatchObject({ kind: "aborted" });
    expect(usage.input).toBeGreaterThan(0);
    expect(await untilQuiet(server)).toBe(0);
  });
});

describe("a local server", () => {
  it.each([
    [401, "who are you?", "wants a key (401: who are you?); put one into OPENAI_COMPATIBLE_API_KEY"],
    [403, "not in your country", "denies access (403: not in your country)"],
    [503, "<html><h1>503</h1>nginx</html>", "failed (503: 503 nginx)"],
    [422, '{"detail":[{"loc":["body","n"],"msg":"is too large"}]}', "is too large"],
    [400, '[{"error":{"message":"no such field"}}]', "no such field"],
    [500, "null", "failed (500: null)"],
    [404, "This model is only supported in v1/responses", "takes no chat completions"],
  ])("that says %d and %s is quoted with what to do", async (status, body, sentence) => {
    const { ask } = await open({ answer: { fault: { kind: "status", status, body } } });
    expect((await ask()).failure?.message).toContain(sentence);
  });

  it("whose clock is an hour ahead is asked again after the time that it means", async () => {
    const date = (ms: number) => new Date(Date.UTC(2040, 1, 1) + ms).toUTCString();
    const headers = { date: date(0), "retry-after": date(7000) };
    const { ask, clock } = await open({ answer: [{ fault: { kind: "status", status: 429, headers } }, "hello"] });
    expect((await ask()).answers[0]?.text).toBe("hello");
    expect(clock.waits).toEqual([7000]);
  });

  it("that wants to be left alone for long says for how long", async () => {
    const { ask } = await open({ answer: failing("rate-limited", "7200") });
    expect((await ask()).failure?.message).toContain("no more requests for another 120 min");
  });

  it("that ends a whole answer with a usage of the wrong type loses no answer", async () => {
    const choices = [{ index: 0, delta: { content: "hello" }, finish_reason: "stop" }];
    const events = [{ choices }, { choices: [], usage: { prompt_tokens: "9", completion_tokens: "2" } }];
    const { ask } = await open({ answer: streaming(...events.map((event) => ({ id: "1", ...event }))) });
    const { answers, failure, isEstimated } = await ask();
    expect(failure).toBeNull();
    expect(answers).toEqual([{ text: "hello", finish: "stop" }]);
    expect(isEstimated).toBe(true);
  });

  it("that speaks no https is told from one that is down", async () => {
    server = await startModelServer();
    const url = server.url.replace("http:", "https:");
    const model = resolveModel({ model: `openai-compatible:${url}/v1#x` }, {}, { clock: jumpingClock() });
    const { failure, attempts } = await model.complete(request, never);
    expect(failure).toMatchObject({ kind: "unreachable", isPassing: false });
    expect(failure?.message).toContain("is its address http://?");
    expect(attempts).toBe(1);
  });

  it("whose certificate nobody vouches for is not asked again, and the sentence says what to set", () => {
    const thrown = new Error("fetch failed", {
      cause: Object.assign(new Error(), { code: "SELF_SIGNED_CERT_IN_CHAIN" }),
    });
    const endpoint = endpointOf("openai-compatible:https://llm.example/v1#x", {});
    const wire = { isSent: true, isAccepted: false, restMs: undefined };
    const { isPassing, message } = classify({ thrown, endpoint, wire });
    expect(isPassing).toBe(false);
    expect(message).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("is down, and was sent nothing, when none of its addresses was connected to in time", () => {
    const endpoint = endpointOf("openai-compatible:https://llm.example/v1#x", {});
    const wire = { isSent: true, isAccepted: false, restMs: undefined };
    const failedTo = (syscall: string, code: string) =>
      Object.assign(new Error(`${syscall} ${code}`), { syscall, code });
    // As Node has it: the code of the first address.
    const errors = [failedTo("connect", "ETIMEDOUT"), failedTo("connect", "ENETUNREACH")];
    const cause = Object.assign(new AggregateError(errors), { code: "ETIMEDOUT" });
    expect(classify({ thrown: new Error("fetch failed", { cause }), endpoint, wire })).toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining("no server answers for openai-compatible:https://llm.example/v1#x (ETIMEDOUT)"),
    });
    const silent = new Error("fetch failed", { cause: failedTo("read", "ETIMEDOUT") });
    expect(classify({ thrown: silent, endpoint, wire }).kind).toBe("timed-out");
  });

  it("whose port no request may go to is told from one that is down", async () => {
    const model = resolveModel(
      { model: "openai-compatible:http://127.0.0.1:6666/v1#x" },
      {},
      { clock: jumpingClock() },
    );
    const { failure, attempts } = await model.complete(request, never);
    expect(failure).toMatchObject({ kind: "unreachable", isPassing: false });
    expect(failure?.message).toContain("let the server listen on another");
    expect(attempts).toBe(1);
  });

  it("of many models lists those first that are named nearly like the one asked for", async () => {
    const models = [...Array.from({ length: 30 }, (_, i) => `llama-${i}`), "test-models"];
    server = await startModelServer({ models });
    const model = resolveModel(
      { model: `openai-compatible:${server.url}/v1#test-model` },
      {},
      { clock: jumpingClock() },
    );
    const { failure } = await model.complete(request, never);
    expect(failure?.message).toMatch(/it lists test-models, .* and 23 more$/);
  });

  it("that sends us elsewhere is not followed, and learns no key there", async () => {
    await using elsewhere = await startModelServer();
    const headers = { location: `${elsewhere.url}/v1/chat/completions` };
    server = await startModelServer({ answer: { fault: { kind: "status", status: 307, headers } } });
    const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "sk-test" };
    const model = resolveModel({ model: "openai/x" }, env, { clock: jumpingClock() });
    const { failure } = await model.complete(request, never);
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: false });
    expect(failure?.message).toContain(`another address (307: ${headers.location})`);
    expect(server.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it("that sends no headers for longer than Node waits is waited for as long as the call may take", async () => {
    const text = "late";
    const late = createServer((_request, response) => void sleep(2_500).then(() => response.end(text)));
    await once(late.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(late.address() as AddressInfo).port}/`;
    const key = Symbol.for("undici.globalDispatcher.1");
    void Response;
    const patient = (globalThis as Record<symbol, unknown>)[key] as {
      dispatch(options: object, handler: unknown): boolean;
    };
    // Node's five minutes, shortened.
    const hasty = {
      dispatch: (options: object, handler: unknown) => patient.dispatch({ headersTimeout: 50, ...options }, handler),
    };
    try {
      (globalThis as Record<symbol, unknown>)[key] = hasty;
      await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "UND_ERR_HEADERS_TIMEOUT" } });
      const wire = { isSent: false, isAccepted: false, restMs: undefined };
      expect(await (await guardedFetch({ wire, idleMs: 60_000 })(url)).text()).toBe(text);
    } finally {
      (globalThis as Record<symbol, unknown>)[key] = patient;
      late.close();
    }
  });

  it("that is down costs a sentence that says how to start it", async () => {
    const stopped = await startModelServer();
    await stopped.close();
    const clock = jumpingClock();
    const model = resolveModel({ model: "ollama/qwen3" }, { OLLAMA_HOST: stopped.url }, { clock });
    const { failure, attempts, usage } = await model.complete(request, never);
    expect(failure).toMatchObject({ kind: "unreachable", isPassing: true });
    expect(failure?.message).toContain("ECONNREFUSED");
    expect(failure?.message).toContain("ollama serve");
    expect(attempts).toBe(4);
    expect(usage.input).toBe(0);
  });

  it("that has not enough memory says what to choose instead", async () => {
    const { ask } = await open({ answer: failing("out-of-memory") });
    const { failure } = await ask();
    expect(failure).toMatchObject({ kind: "server-error" });
    expect(failure?.message).toContain("choose a smaller model");
  });

  it("whose address lacks its path is told apart from one that lacks the model", async () => {
    server = await startModelServer({ answer: { fault: { kind: "status", status: 404, body: "404 page not found" } } });
    const model = resolveModel({ model: `openai-compatible:${server.url}#x` }, {}, { clock: jumpingClock() });
    const { failure } = await model.complete(request, never);
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: false });
    expect(failure?.message).toContain("lack /v1");
  });

  it("that reports an error inside its stream is believed", async () => {
    const body = `data: ${JSON.stringify({ error: { message: "CUDA error: out of memory", type: "server_error" } })}\n\n`;
    const { ask } = await open({ answer: { fault: { kind: "body", body, contentType: "text/event-stream" } } });
    const { failure } = await ask();
    expect(failure?.kind).toBe("server-error");
    expect(failure?.message).toContain("out of memory");
  });

  it("whose error page is endless is read only so far", async () => {
    const body = "x".repeat(3 * 2 ** 20);
    const { ask } = await open({ answer: { fault: { kind: "status", status: 500, body } } });
    const { failure } = await ask();
    expect(failure).not.toBeNull();
    expect(failure!.message.length).toBeLessThan(600);
  });

  it("is asked no faster than its requests per minute", async () => {
    server = await startModelServer();
    const clock = jumpingClock();
    const choice = { model: `openai-compatible:${server.url}/v1#x`, requestsPerMinute: 2 };
    const model = resolveModel(choice, {}, { clock });
    for (let i = 0; i < 4; i++) await model.complete(request, never);
    expect(clock.waits.filter((ms) => ms > 50_000)).toHaveLength(1);
    expect(server.requests).toHaveLength(4);
  });
});
