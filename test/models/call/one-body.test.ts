import { describe, expect, it } from "vitest";

import { guardedFetch } from "../../../src/models/call/guarded-fetch.ts";
import { startModelServer } from "../../../src/testing/model-server.ts";
import { KEY, never, openModel, PROTOCOLS, request, sending, untilQuiet } from "../open-model.ts";

/** What a server of each protocol answers when it does not stream. */
describe.each(PROTOCOLS)("a server of the %s protocol that answers with one document", (protocol) => {
  it("is understood, with the same usage, finish and attempts as one that streams", async () => {
    const usage = { input: 120, cachedInput: 100, output: 14 };
    for (const finish of ["stop", "length", "refusal"] as const) {
      const answer = { text: "hello, world", finish, reasoning: "think think", usage };
      await using streamed = await openModel({ answer }, { protocol });
      await using whole = await openModel({ answer: { ...answer, isOneBody: true } }, { protocol });
      const [one, other] = [await streamed.ask(), await whole.ask()];
      expect(other).toEqual({ ...one, wallSeconds: other.wallSeconds });
      expect(other.answers).toEqual([{ text: "hello, world", finish }]);
      expect(other.usage).toMatchObject(usage);
      expect(whole.server.requests[0]).toMatchObject({ isStream: true });
    }
  });

  it("gives as many answers as were asked for", async () => {
    await using opened = await openModel({ answer: { text: "hello", isOneBody: true } }, { protocol });
    const { answers, failure } = await opened.model.complete({ ...request, samples: 3 }, never);
    expect(failure).toBeNull();
    expect(answers).toHaveLength(3);
  });

  it("and reports no usage is counted by an estimate, which is marked", async () => {
    await using opened = await openModel(
      { answer: { text: "hello world", usage: "missing", isOneBody: true } },
      { protocol },
    );
    const { usage, isEstimated } = await opened.ask();
    expect(isEstimated).toBe(true);
    expect(usage.input).toBeGreaterThan(0);
    expect(usage.output).toBeGreaterThan(0);
  });

  it("and nothing in it gives an empty answer, which is paid for", async () => {
    await using opened = await openModel({ answer: { text: "", isOneBody: true } }, { protocol });
    expect(await opened.ask()).toMatchObject({ failure: null, answers: [{ text: "", finish: "stop" }] });
  });

  it("of two million characters is cut at a million", async () => {
    const text = "x".repeat(2_000_000);
    await using opened = await openModel({ answer: { text, isOneBody: true } }, { protocol });
    const { answers, isEstimated } = await opened.ask();
    expect(answers[0]).toMatchObject({ finish: "length" });
    expect(answers[0]!.text).toHaveLength(2 ** 20);
    expect(isEstimated).toBe(true);
    expect(await untilQuiet(opened.server)).toBe(0);
  });

  it("and breaks off in it fails without a second, charged request", async () => {
    const text = "one two three four five six seven eight";
    const fault = { kind: "cut", afterCharacters: 100 } as const;
    await using opened = await openModel(
      { answer: { text, chunkCharacters: 10, isOneBody: true, fault } },
      { protocol },
    );
    const { failure, usage, isEstimated } = await opened.ask();
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: true });
    expect(failure?.message).toContain("in the middle of an answer");
    expect(opened.server.requests).toHaveLength(1);
    expect(isEstimated).toBe(true);
    expect(usage.input).toBeGreaterThan(0);
  });

  it("and falls silent in it is given up", async () => {
    const fault = { kind: "stall", afterCharacters: 50 } as const;
    const answer = { text: "one two three", chunkCharacters: 10, isOneBody: true, fault };
    await using opened = await openModel({ answer }, { protocol, idleMs: 100 });
    const { failure } = await opened.ask();
    expect(failure).toMatchObject({ kind: "timed-out" });
    expect(failure?.message).toContain("fell silent");
    expect(await untilQuiet(opened.server)).toBe(0);
  });

  it("which is half of one says what it begins with", async () => {
    await using opened = await openModel({ answer: sending('{"id": "x", "choi', "application/json") }, { protocol });
    const { failure } = await opened.ask();
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: true });
    expect(failure?.message).toContain('found application/json that begins "{\\"id\\": \\"x\\", \\"choi"');
  });

  it.each([
    "{}",
    "[]",
    "[1]",
    '{"choices": 3, "content": 4, "output": 5, "candidates": 6}',
    '{"ok": true}',
    '{"choices": [{"text": "x"}]}',
  ])("that is %s, and no answer, fails with a sentence", async (body) => {
    await using opened = await openModel({ answer: sending(body, "application/json") }, { protocol });
    const { failure, answers } = await opened.ask();
    expect(answers).toEqual([]);
    expect(failure).toMatchObject({ kind: "bad-response" });
    expect(failure?.message).toContain("expected an answer");
  });

  it.each([
    ['{"error": {"message": "model \\"x\\" not found"}}', "unknown-model", false],
    ['{"error": "out of memory"}', "server-error", true],
    ['{"error": {"code": "insufficient_quota", "message": "no"}}', "rate-limited", false],
    ['{"error": {"message": "Incorrect API key provided"}}', "unauthorized", false],
    ['{"detail": "Too many requests"}', "rate-limited", true],
    ['[{"error": {"message": "the lights went out"}}]', "server-error", true],
  ])("which holds the error %s is believed", async (body, kind, isPassing) => {
    await using opened = await openModel({ answer: sending(body, "application/json") }, { protocol });
    const { failure } = await opened.ask();
    expect(failure).toMatchObject({ kind, isPassing });
    expect(failure?.message).not.toContain("SSE");
    expect(failure?.message).not.toContain(KEY);
    expect(opened.server.requests.filter(({ protocol: asked }) => asked !== "list")).toHaveLength(1);
  });
});

describe("what a server calls its answer", () => {
  const chat = JSON.stringify({ choices: [{ message: { role: "assistant", content: "hello" } }] });
  const event = 'data: {"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}\n\n';

  it.each([
    ["text/html", chat],
    ["application/json; charset=utf-8", `\n \ufeff${chat}\n`],
    ["text/plain", chat],
    ["text/plain", event],
    ["application/json", event],
    ["application/octet-stream", `: a comment\n\n${event}`],
  ])("does not matter: %s and %j", async (type, body) => {
    await using opened = await openModel({ answer: sending(body, type) });
    expect((await opened.ask()).answers).toEqual([{ text: "hello", finish: "stop" }]);
  });

  it("frees it of no limit: a document that is too long is not read on", async () => {
    await using server = await startModelServer({ answer: { text: "x".repeat(2 ** 20), isOneBody: true } });
    const wire = { isSent: false, isAccepted: false, restMs: undefined };
    const limited = guardedFetch({ wire, idleMs: 5_000, bodyBytes: 2 ** 20, answers: "openai" });
    const asking = limited(`${server.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    await expect(asking).rejects.toMatchObject({ reason: "too-long", message: "more than 1 MiB" });
  });

  it("matters where it is neither, and so does an empty body", async () => {
    await using opened = await openModel({
      answer: [sending("sign in", "text/plain"), sending("", "application/json")],
    });
    expect((await opened.ask()).failure?.message).toContain('found text/plain that begins "sign in"');
    expect((await opened.ask()).failure?.message).toContain('found application/json that begins ""');
  });

  it("may be text in parts, as some servers of chat completions have it", async () => {
    const content = [{ type: "text", text: "hel" }, { type: "image" }, { type: "text", text: "lo" }];
    const body = JSON.stringify({ choices: [{ message: { role: "assistant", content } }] });
    await using opened = await openModel({ answer: sending(body, "application/json") });
    expect((await opened.ask()).answers[0]?.text).toBe("hello");
  });

  it("may be Google's list of what its events would have held", async () => {
    const chunk = (text: string, finishReason?: string) => ({
      candidates: [{ content: { parts: [{ text }] }, finishReason }],
    });
    const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
    const body = JSON.stringify([chunk("hel"), { ...chunk("lo", "STOP"), usageMetadata }], null, 2);
    await using opened = await openModel({ answer: sending(body, "application/json") }, { protocol: "google" });
    const { answers, usage } = await opened.ask();
    expect(answers).toEqual([{ text: "hello", finish: "stop" }]);
    expect(usage).toMatchObject({ input: 5, output: 2 });
  });
});

describe("a model that refuses to stream", () => {
  it.each([
    "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings",
    "Unsupported value: 'stream' does not support true with this model. Only the default (false) value is supported.",
  ])("is asked again without: %s", async (message) => {
    const error = { message, type: "invalid_request_error", param: "stream", code: "unsupported_value" };
    for (const protocol of ["openai", "openai-responses", "compatible"] as const) {
      await using opened = await openModel(
        {
          answer: ({ isStream }) =>
            isStream ? { fault: { kind: "status", status: 400, body: JSON.stringify({ error }) } } : "hello",
        },
        { protocol },
      );
      expect((await opened.ask()).answers[0]?.text).toBe("hello");
      expect((await opened.ask()).answers[0]?.text).toBe("hello");
      expect(opened.server.requests.map(({ isStream }) => isStream)).toEqual([true, false, false]);
      expect(opened.server.requests[1]?.body).not.toHaveProperty("stream_options");
    }
  });
});
