import { describe, expect, it } from "vitest";

import { startModelServer } from "../../src/testing/model-server.ts";

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

describe("the scripted model server", () => {
  it("answers the OpenAI protocol without a stream", async () => {
    await using server = await startModelServer({ answer: { text: ["a b", "c"], reasoning: "hm" } });
    const messages = [{ role: "user", content: [{ type: "text", text: "one two" }] }];
    const response = await post(`${server.url}/v1/chat/completions`, { model: "m", n: 2, messages });
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      model: "m",
      choices: [
        { index: 0, message: { role: "assistant", content: "a b", reasoning_content: "hm" }, finish_reason: "stop" },
        { index: 1, message: { content: "c" } },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 1 } },
    });
    expect(server.requests[0]).toMatchObject({ samples: 2, isStream: false, model: "m", protocol: "openai" });
  });

  it("answers the Anthropic protocol without a stream", async () => {
    await using server = await startModelServer({ answer: { text: "a b", finish: "length" } });
    const body = { model: "m", max_tokens: 9, system: "be kind", messages: [{ role: "user", content: "hi" }] };
    const response = await post(`${server.url}/v1/messages`, body);
    expect(await response.json()).toMatchObject({
      type: "message",
      content: [{ type: "text", text: "a b" }],
      stop_reason: "max_tokens",
      usage: { input_tokens: 3, output_tokens: 2 },
    });
    expect(server.requests[0]!.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  it("answers the Responses protocol without a stream", async () => {
    await using server = await startModelServer({ answer: { text: "a b", finish: "length", reasoning: "hm" } });
    const response = await post(`${server.url}/v1/responses`, { model: "m", instructions: "be kind", input: "hi" });
    expect(await response.json()).toMatchObject({
      object: "response",
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "a b" }] },
      ],
      usage: { input_tokens: 3, output_tokens: 3, output_tokens_details: { reasoning_tokens: 1 } },
    });
    expect(server.requests[0]!.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  it("answers the Gemini protocol without a stream", async () => {
    await using server = await startModelServer({ answer: "a b" });
    const contents = [{ role: "user", parts: [{ text: "hi" }] }];
    const response = await post(`${server.url}/v1beta/models/m:generateContent`, { contents });
    expect(await response.json()).toMatchObject({
      candidates: [{ content: { parts: [{ text: "a b" }] }, finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
    });
  });

  it("lists its models and knows no other address", async () => {
    await using server = await startModelServer({ models: ["one", "two"] });
    const list = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(["one", "two"]);
    expect((await fetch(`${server.url}/other`)).status).toBe(404);
    expect(server.requests.map(({ protocol }) => protocol)).toEqual(["list", "unknown"]);
  });

  it("answers a script that throws with status 500, and closes twice", async () => {
    const server = await startModelServer({ answer: () => Promise.reject(new Error("bad script")) });
    const response = await post(`${server.url}/v1/chat/completions`, { model: "m", messages: [] });
    expect([response.status, await response.text()]).toEqual([500, "bad script"]);
    await server.close();
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });
});
