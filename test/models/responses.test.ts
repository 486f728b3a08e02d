import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { costOf } from "../../src/models/cost.ts";
import { endpointOf } from "../../src/models/providers.ts";
import { recordTo } from "../../src/models/recording/recording.ts";
import { replayFrom } from "../../src/models/recording/replay.ts";
import { resolveModel } from "../../src/models/catalog/resolve-model.ts";
import { anthropicWire } from "../../src/testing/model-server/anthropic.ts";
import { geminiWire } from "../../src/testing/model-server/gemini.ts";
import { responsesWire } from "../../src/testing/model-server/responses.ts";
import { type Answer, startModelServer } from "../../src/testing/model-server.ts";
import { freshFolder } from "../fresh-folder.ts";
import { jumpingClock, KEY, never, openModel, request, streaming } from "./open-model.ts";

const protocol = "openai-responses";
const open = (answer: Answer, name?: string) => openModel({ answer }, { protocol, ...(name && { name }) });

const delta = (text: string, item = 0) => ({
  type: "response.output_text.delta",
  item_id: `msg_${item}`,
  output_index: item,
  content_index: 0,
  delta: text,
  sequence_number: 1,
});
const message = (item: number) => ({
  type: "response.output_item.added",
  output_index: item,
  sequence_number: 1,
  item: { id: `msg_${item}`, type: "message", role: "assistant", content: [] },
});
const usage = {
  input_tokens: 40,
  input_tokens_details: { cached_tokens: 30 },
  output_tokens: 25,
  output_tokens_details: { reasoning_tokens: 20 },
};
const end = (status: "completed" | "incomplete" | "failed", more: object = {}) => ({
  type: `response.${status}`,
  sequence_number: 9,
  response: { id: "resp_1", status, output: [], error: null, incomplete_details: null, usage, ...more },
});

describe("a question to the Responses API", () => {
  it("is sent in its form, to be kept nowhere, and the answer's tokens are counted by kind", async () => {
    await using opened = await open(streaming(message(0), delta("hel"), delta("lo"), end("completed")));
    const asked = {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Say hello." },
        { role: "assistant", content: "Hi." },
        { role: "user", content: "Not so." },
      ],
      samples: 1,
      temperature: 0.7,
      maxOutputTokens: 50,
    } as const;
    const reply = await opened.model.complete(asked, never);
    expect(reply).toMatchObject({ answers: [{ text: "hello", finish: "stop" }], failure: null, attempts: 1 });
    expect(reply.usage).toEqual({ input: 40, cachedInput: 30, output: 25, reasoning: 20 });
    expect(reply.isEstimated).toBeUndefined();
    const [arrived] = opened.server.requests;
    expect(arrived).toMatchObject({ protocol: "responses", method: "POST", path: "/v1/responses", isStream: true });
    expect(arrived?.messages).toEqual(asked.messages);
    expect(arrived?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(arrived?.body).toMatchObject({ model: "test-model", max_output_tokens: 50, temperature: 0.7, store: false });
    for (const foreign of ["messages", "n", "max_tokens", "stream_options"])
      expect(arrived?.body).not.toHaveProperty(foreign);
  });

  it("carries to a reasoning model no temperature, which it does not take, and no wish for reasoning to send back", async () => {
    await using opened = await open("hello", "gpt-5.3-codex");
    await opened.model.complete({ ...request, temperature: 0.7 }, never);
    expect(opened.server.requests[0]?.body).not.toHaveProperty("temperature");
    expect(opened.server.requests[0]?.body).not.toHaveProperty("include");
  });

  it("costs what the same model costs under its other name, and is replayed without a server", async () => {
    const file = join(freshFolder(), "calls.jsonl");
    await using opened = await open(streaming(message(0), delta("hello"), end("completed")), "gpt-5.3-codex");
    expect(costOf({ input: 40, cachedInput: 30, output: 25, reasoning: 20 }, opened.model.price)).toBeCloseTo(
      (10 * 1.75 + 30 * 0.175 + 25 * 14) / 1e6,
      12,
    );
    const said = await recordTo(file, { scrub: (text) => text })(opened.model).complete(request, never);
    const [again] = replayFrom(file, { scrub: (text) => text });
    expect(await again!.complete(request, never)).toEqual(said);
  });
});

describe("the Responses API is spoken", () => {
  const env = { OPENAI_API_KEY: KEY, OPENAI_COMPATIBLE_API_KEY: "other" };

  it.each([
    ["openai/gpt-5.3-codex", "openai-responses"],
    ["openai/gpt-5.1-codex-mini", "openai-responses"],
    ["openai/codex-mini-latest", "openai-responses"],
    ["openai/gpt-5-pro", "openai-responses"],
    ["openai/gpt-5.4-pro-2026-03-05", "openai-responses"],
    ["openai/o3-pro", "openai-responses"],
    ["openai/o4-mini-deep-research", "openai-responses"],
    ["openai-responses/gpt-5.4", "openai-responses"],
    ["openai/gpt-5.4", "openai"],
    ["openai/gpt-4o-mini", "openai"],
    ["openai/my-pro", "openai"],
    ["openrouter/openai/gpt-5-pro", "openai-compatible"],
  ])("by name: %s is %s", (model, spoken) => {
    expect(endpointOf(model, { ...env, OPENROUTER_API_KEY: "x" }).protocol).toBe(spoken);
  });

  it("to any server that is named so, with the key of such servers and never OpenAI's", async () => {
    await using server = await startModelServer();
    const model = resolveModel({ model: `openai-responses:${server.url}/v1#any/name` }, env);
    expect((await model.complete(request, never)).answers[0]?.text).toBe("ok");
    expect(server.requests[0]).toMatchObject({ path: "/v1/responses", model: "any/name" });
    expect(server.requests[0]?.headers.authorization).toBe("Bearer other");
    expect(model.price).toEqual({ input: 0, output: 0 });
    expect(() => endpointOf("openai-responses:http://127.0.0.1:1/v1", env)).toThrow(
      expect.objectContaining({ code: "models.bad-name" }),
    );
  });

  it.each([
    "This model is only supported in v1/responses and not in v1/chat/completions.",
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?",
  ])("when OpenAI says so: %s", async (said) => {
    const body = JSON.stringify({
      error: { message: said, type: "invalid_request_error", param: "model", code: null },
    });
    const options = {
      answer: ({ protocol: asked }: { readonly protocol: string }): Answer =>
        asked === "openai" ? { fault: { kind: "status", status: 404, body } } : "hello",
    };
    await using opened = await openModel(options, { protocol: "openai" });
    const reply = await opened.model.complete({ ...request, samples: 2 }, never);
    expect(reply.answers.map(({ text }) => text)).toEqual(["hello", "hello"]);
    await opened.ask();
    const spoken = opened.server.requests.map((one) => one.protocol);
    expect(spoken).toEqual(["openai", "responses", "responses", "responses"]);
    for (const { body: sent } of opened.server.requests.slice(1)) expect(sent).not.toHaveProperty("n");
    await using compatible = await openModel(options);
    expect((await compatible.ask()).failure).toMatchObject({
      kind: "unknown-model",
      isPassing: false,
      message: expect.stringContaining(`name it openai-responses:${compatible.server.url}/v1#test-model`),
    });
  });

  it("and a server that does not know it is told from one whose address is wrong", async () => {
    await using opened = await open({ fault: { kind: "status", status: 404, body: "404 page not found" } });
    const { failure } = await opened.ask();
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: false });
    expect(failure?.message).toContain(`openai-compatible:${opened.server.url}/v1#test-model`);
  });
});

describe("an answer of the Responses API", () => {
  it("that is reasoning until the limit is empty, cut off and paid for", async () => {
    const incomplete = { incomplete_details: { reason: "max_output_tokens" } };
    await using opened = await open(streaming(end("incomplete", incomplete)));
    const reply = await opened.ask();
    expect(reply).toMatchObject({ failure: null, answers: [{ text: "", finish: "length" }] });
    expect(reply.usage).toMatchObject({ output: 25, reasoning: 20 });
  });

  it("that a filter cut off is a refusal", async () => {
    const incomplete = { incomplete_details: { reason: "content_filter" } };
    await using opened = await open(streaming(message(0), delta("I wi"), end("incomplete", incomplete)));
    expect((await opened.ask()).answers).toEqual([{ text: "I wi", finish: "refusal" }]);
  });

  it.each(["lots", { input_tokens: 5 }, { prompt_tokens: 5, completion_tokens: 6 }])(
    "is kept whatever its server calls its usage: %j",
    async (odd) => {
      await using opened = await open(streaming(message(0), delta("hello"), end("completed", { usage: odd })));
      expect(await opened.ask()).toMatchObject({
        failure: null,
        answers: [{ text: "hello", finish: "stop" }],
        isEstimated: true,
      });
    },
  );

  it("keeps what a model says first apart from what it says then", async () => {
    await using opened = await open(
      streaming(message(0), delta("Let me look."), message(1), delta("Idea: less", 1), end("completed")),
    );
    expect((await opened.ask()).answers[0]?.text).toBe("Let me look.\n\nIdea: less");
  });

  it("is read past events that nobody knows, and shown reasoning counts where no usage is reported", async () => {
    const reasoning = {
      type: "response.reasoning_text.delta",
      item_id: "rs",
      output_index: 0,
      delta: "hm ".repeat(50),
    };
    await using opened = await open(
      streaming(
        { type: "response.queued", response: {}, sequence_number: 0 },
        { type: "keepalive", sequence_number: 1 },
        { ...reasoning, sequence_number: 2 },
        { type: "response.output_item.added", output_index: 3, item: { type: "of-tomorrow", id: "x" } },
        delta("hello", 4),
        { type: "response.of.tomorrow", delta: "not this" },
        { type: "keepalive", sequence_number: 3 },
        end("completed", { usage: null }),
      ),
    );
    const { answers, usage: counted, isEstimated } = await opened.ask();
    expect(answers).toEqual([{ text: "hello", finish: "stop" }]);
    expect(isEstimated).toBe(true);
    expect(counted.reasoning).toBeGreaterThanOrEqual(50);
  });

  it("that comes from a server of chat completions says how to name that server", async () => {
    await using opened = await open(
      streaming({ id: "1", choices: [{ index: 0, delta: { content: "hello" }, finish_reason: "stop" }] }),
    );
    const { failure } = await opened.ask();
    expect(failure?.kind).toBe("bad-response");
    expect(failure?.message).toContain(`name it openai-compatible:${opened.server.url}/v1#test-model`);
  });
});

describe("an error in an answer of the Responses API", () => {
  const busy = { code: "server_error", message: "The server had an error while processing your request." };
  const broke = { code: "insufficient_quota", message: "You exceeded your current quota." };

  it.each([
    ["of its own", { type: "error", ...busy, param: null, sequence_number: 2 }, "server-error", "had an error"],
    ["without a number", { type: "error", ...busy }, "server-error", "had an error"],
    ["in an object", { type: "error", error: { type: "server_error", ...busy } }, "server-error", "had an error"],
    ["at its end", end("failed", { error: busy }), "server-error", "had an error"],
    ["at its end, without words", end("failed"), "server-error", "gave up in its answer"],
    ["of no credit", { type: "error", error: { type: "x", ...broke } }, "rate-limited", "no credit left"],
    ["of no credit at its end", end("failed", { error: broke, usage: null }), "rate-limited", "no credit left"],
    ["of limits", { type: "error", code: "rate_limit_exceeded", message: "Slow." }, "rate-limited", "Slow"],
    ["of length", { type: "error", code: "context_length_exceeded", message: "No" }, "context-overflow", "too long"],
  ])("%s is believed, at once and after half an answer, without a second request", async (_, event, kind, words) => {
    for (const before of [[], [message(0), delta("half an ")]]) {
      await using opened = await open(streaming(...before, event));
      const { answers, failure, usage: counted, isEstimated } = await opened.ask();
      expect(answers).toEqual([]);
      expect(failure).toMatchObject({ kind, isPassing: words !== "no credit left" });
      expect(failure?.message).toContain(words);
      expect(opened.server.requests).toHaveLength(1);
      expect(isEstimated).toBe(true);
      expect(counted.input).toBeGreaterThan(0);
    }
  });
});

const WIRES = { "openai-responses": responsesWire, anthropic: anthropicWire, google: geminiWire };

describe.each(["openai-responses", "anthropic", "google"] as const)("a stream of the %s protocol", (spoken) => {
  it("that ends without its last word is no answer, since it may be half of one", async () => {
    // A proxy that has waited long enough closes the connection in good order.
    await using whole = await openModel(
      { answer: { text: "one two three", chunkCharacters: 4 } },
      { protocol: spoken },
    );
    await whole.ask();
    const { pieces } = WIRES[spoken](whole.server.requests[0]!, { text: "one two three", chunkCharacters: 4 });
    const last = pieces.findLastIndex(({ characters }) => characters > 0);
    const body = pieces
      .slice(0, last)
      .map(({ data }) => data)
      .join("");
    await using cut = await openModel(
      { answer: { fault: { kind: "body", body, contentType: "text/event-stream" } } },
      { protocol: spoken, clock: jumpingClock() },
    );
    const { answers, failure } = await cut.ask();
    expect(answers).toEqual([]);
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: true });
    expect(failure?.message).toContain("broke in the middle of an answer");
  });
});
