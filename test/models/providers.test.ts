import { afterEach, describe, expect, it } from "vitest";

import type { ModelRequest } from "../../src/core/exchange.ts";
import { resolveModel } from "../../src/models/catalog/resolve-model.ts";
import { type ModelServer, type ModelServerOptions, startModelServer } from "../../src/testing/model-server.ts";

const never = new AbortController().signal;
const KEY = "sk-test-0123456789abcdef";
const request: ModelRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Say hello." },
  ],
  samples: 1,
  temperature: 0.7,
  maxOutputTokens: 50,
};

/** Every protocol, by a name that leads to the local server. */
const PROTOCOLS = {
  anthropic: {
    model: "anthropic/test-model",
    env: (url: string) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY }),
  },
  openai: { model: "openai/test-model", env: (url: string) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: KEY }) },
  "openai-responses": {
    model: "openai-responses/test-model",
    env: (url: string) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: KEY }),
  },
  google: {
    model: "google/test-model",
    env: (url: string) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: KEY }),
  },
  openrouter: {
    model: "openrouter/vendor/test-model",
    env: (url: string) => ({ OPENROUTER_BASE_URL: `${url}/api/v1`, OPENROUTER_API_KEY: KEY }),
  },
  ollama: { model: "ollama/test-model", env: (url: string) => ({ OLLAMA_HOST: url }) },
  lmstudio: { model: "lmstudio/test-model", env: (url: string) => ({ LM_STUDIO_API_BASE: `${url}/v1` }) },
  vllm: { model: "vllm/vendor/test-model", env: (url: string) => ({ VLLM_API_BASE: url, VLLM_API_KEY: KEY }) },
  llamacpp: { model: "llamacpp/test-model", env: (url: string) => ({ LLAMA_API_BASE: url }) },
} as const;

let server: ModelServer | undefined;
afterEach(async () => server?.close());

async function start(options: ModelServerOptions): Promise<ModelServer> {
  server = await startModelServer(options);
  return server;
}

const NAMES = Object.keys(PROTOCOLS) as (keyof typeof PROTOCOLS)[];

describe.each(NAMES)("%s", (name) => {
  const { model, env } = PROTOCOLS[name];
  const open = (url: string) => resolveModel({ model }, env(url));
  const isPaid = ["anthropic", "openai", "openai-responses", "google", "openrouter"].includes(name);

  it("answers, with its settings sent and its usage counted", async () => {
    const { url, requests } = await start({
      answer: { text: "hello, world", reasoning: "think think", usage: { input: 120, cachedInput: 100, output: 14 } },
    });
    const { answers, usage, failure, attempts, isEstimated } = await open(url).complete(request, never);
    expect(failure).toBeNull();
    expect(answers).toEqual([{ text: "hello, world", finish: "stop" }]);
    expect(usage).toMatchObject({ input: 120, cachedInput: 100, output: 14 });
    expect(isEstimated).toBeUndefined();
    expect(attempts).toBe(1);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ isStream: true, samples: 1, temperature: 0.7, maxOutputTokens: 50 });
    expect(requests[0]!.messages.map(({ content }) => content)).toEqual(["Be brief.", "Say hello."]);
    expect(model.endsWith(requests[0]!.model)).toBe(true);
    const headers = JSON.stringify(requests[0]!.headers);
    expect(headers.includes(KEY)).toBe("VLLM_API_KEY" in env(url) || isPaid);
  });

  it("gives as many answers as were asked for, each its own", async () => {
    const words = ["alpha", "beta", "gamma"];
    let single = 0;
    const { url } = await start({
      answer: ({ samples }) => ({ text: samples === 1 ? words[single++]! : words, chunkCharacters: 2 }),
    });
    const reply = await open(url).complete({ ...request, samples: 3 }, never);
    expect(reply.answers.map(({ text }) => text).sort()).toEqual(words);
    expect(reply.failure).toBeNull();
  });

  it("says when an answer was cut by its limit or refused", async () => {
    const { url } = await start({
      answer: [
        { text: "half of", finish: "length" },
        { text: "I cannot", finish: "refusal" },
      ],
    });
    const model = open(url);
    expect((await model.complete(request, never)).answers[0]?.finish).toBe("length");
    expect((await model.complete(request, never)).answers[0]?.finish).toBe("refusal");
  });

  it("classifies a model that does not exist and lists those that do", async () => {
    const { url } = await start({ models: ["one", "two"] });
    const { failure } = await open(url).complete(request, never);
    expect(failure).toMatchObject({ kind: "unknown-model", isPassing: false });
    expect(failure?.message).toContain("test-model");
    expect(failure?.message).toContain("one, two");
  });

  it("classifies a prompt that is too long", async () => {
    const { url, requests } = await start({ contextTokens: 3 });
    const { failure, usage } = await open(url).complete(request, never);
    expect(failure?.kind).toBe("context-overflow");
    expect(usage.input).toBe(0);
    expect(requests).toHaveLength(1);
  });

  it("classifies a wrong key and names the variable, but never the key", async () => {
    const { url, requests } = await start({ apiKey: "another" });
    const { failure } = await open(url).complete(request, never);
    expect(failure).toMatchObject({ kind: "unauthorized", isPassing: false });
    expect(failure?.message).toMatch(/API_KEY/);
    expect(failure?.message).not.toContain(KEY);
    expect(requests).toHaveLength(1);
  });
});

describe("choices in one call", () => {
  it("are asked for once where the protocol has them, and stay apart", async () => {
    const { url, requests } = await start({
      answer: { text: ["first answer", "second one", "third"], chunkCharacters: 3, usage: { output: 30 } },
    });
    const model = resolveModel({ model: `openai-compatible:${url}/v1#test-model` }, {});
    const reply = await model.complete({ ...request, samples: 3 }, never);
    expect(requests.map(({ samples }) => samples)).toEqual([3]);
    expect(reply.answers.map(({ text }) => text)).toEqual(["first answer", "second one", "third"]);
    expect(reply.usage.output).toBe(30);
  });

  it("fall back to one call per answer on a server that ignores them, and are not asked for again", async () => {
    const { url, requests } = await start({ answer: { text: ["only one"], usage: { output: 4 } } });
    const model = resolveModel({ model: `openai-compatible:${url}/v1#test-model` }, {});
    const first = await model.complete({ ...request, samples: 3 }, never);
    const second = await model.complete({ ...request, samples: 2 }, never);
    expect(first.answers).toHaveLength(3);
    expect(first.usage.output).toBe(12);
    expect(first.attempts).toBe(3);
    expect(second.answers).toHaveLength(2);
    expect(requests.map(({ samples }) => samples)).toEqual([3, 1, 1, 1, 1]);
  });

  it("fall back on a server that rejects the parameter", async () => {
    const { url } = await start({
      answer: ({ samples }) =>
        samples > 1 ? { fault: { kind: "error", error: "invalid-parameter", parameter: "n" } } : "fine",
    });
    const model = resolveModel({ model: `openai-compatible:${url}/v1#test-model` }, {});
    const { answers, failure } = await model.complete({ ...request, samples: 2 }, never);
    expect(failure).toBeNull();
    expect(answers.map(({ text }) => text)).toEqual(["fine", "fine"]);
  });

  it("keep what came when some of the calls fail", async () => {
    const { url } = await start({
      answer: [{ text: "good" }, { fault: { kind: "error", error: "context-overflow" } }],
    });
    const model = resolveModel(
      { model: "anthropic/test-model" },
      { ANTHROPIC_BASE_URL: `${url}/v1`, ANTHROPIC_API_KEY: KEY },
    );
    const { answers, failure } = await model.complete({ ...request, samples: 2 }, never);
    expect(answers.map(({ text }) => text)).toEqual(["good"]);
    expect(failure).toBeNull();
  });
});

describe("a model that takes no temperature", () => {
  it("is asked again without one, and never with one again", async () => {
    const { url, requests } = await start({
      answer: ({ temperature }) =>
        temperature === undefined ? "fine" : { fault: { kind: "error", error: "invalid-parameter" } },
    });
    const model = resolveModel({ model: `openai-compatible:${url}/v1#test-model` }, {});
    expect((await model.complete(request, never)).answers[0]?.text).toBe("fine");
    expect((await model.complete(request, never)).answers[0]?.text).toBe("fine");
    expect(requests.map(({ temperature }) => temperature)).toEqual([0.7, undefined, undefined]);
  });
});
