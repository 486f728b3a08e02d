import { afterEach, describe, expect, it } from "vitest";

import { detectModels } from "../../../src/models/catalog/detect-models.ts";
import { endpointOf } from "../../../src/models/providers.ts";
import { priceTable } from "../../../src/models/catalog/prices.ts";
import { type ModelServer, startModelServer } from "../../../src/testing/model-server.ts";

let server: ModelServer | undefined;
afterEach(async () => server?.close());

describe("detection", () => {
  it("finds nothing in an empty environment", async () => {
    expect(await detectModels({ HOME: "/nowhere", ANTHROPIC_API_KEY: "  " })).toEqual({ models: [], problems: [] });
  });

  it("leaves out a provider at another address, and says how to name what that has", async () => {
    const env = { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
    expect(await detectModels(env)).toEqual({ models: [], problems: [expect.stringContaining("--model openai/NAME")] });
    expect((await detectModels({ OPENAI_BASE_URL: env.OPENAI_BASE_URL })).problems).toEqual([]);
  });

  it("offers a provider whose key is set, with a price that is known, and says why", async () => {
    const env = { HOME: "/nowhere", ANTHROPIC_API_KEY: "x", OPENAI_API_KEY: "x", GEMINI_API_KEY: "x" };
    const { models } = await detectModels(env);
    expect(models.map(({ because }) => because)).toEqual([
      "ANTHROPIC_API_KEY is set",
      "OPENAI_API_KEY is set",
      "GEMINI_API_KEY is set",
    ]);
    for (const { model } of models) {
      expect(priceTable(env)(model)?.price).toBeDefined();
      expect(endpointOf(model, env).key).toBe("x");
    }
  });

  it("puts STROP_MODEL before everything else", async () => {
    const { models } = await detectModels({ STROP_MODEL: "ollama/qwen3", OPENAI_API_KEY: "x" });
    expect(models[0]).toEqual({ model: "ollama/qwen3", because: "STROP_MODEL names it" });
  });

  it("asks a server that a variable names for its models, and no embedding is taken for a writer", async () => {
    server = await startModelServer({ models: ["nomic-embed-text", "qwen3:8b", "llama3"] });
    const { models, problems } = await detectModels({ OLLAMA_HOST: server.url });
    expect(problems).toEqual([]);
    expect(models).toEqual([
      { model: "ollama/qwen3:8b", because: `OLLAMA_HOST names ${server.url}/v1, which lists it among 3` },
    ]);
  });

  it("takes no name from a server that would drive a terminal or fill it", async () => {
    server = await startModelServer({ models: ["a\u001b]52;c;AAAA\u0007", "a".repeat(201), "qwen3:8b"] });
    const { models } = await detectModels({ OLLAMA_HOST: server.url });
    expect(models.map(({ model }) => model)).toEqual(["ollama/qwen3:8b"]);
  });

  it("says when a named server is down or empty", async () => {
    server = await startModelServer({ models: [] });
    const gone = await startModelServer();
    await gone.close();
    const { models, problems } = await detectModels({ OLLAMA_HOST: server.url, VLLM_API_BASE: gone.url });
    expect(models).toEqual([]);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("lists no model");
    expect(problems[1]).toContain("ECONNREFUSED");
  });
});

describe("names and addresses", () => {
  it.each([
    ["gpt-5", "models.bad-name", "expected a model as provider/name"],
    ["nobody/model", "models.bad-name", "expected a model as provider/name"],
    ["__proto__/model", "models.bad-name", "expected a model as provider/name"],
    ["ollama/", "models.bad-name", "expected a model as provider/name"],
    ["openai-compatible:http://127.0.0.1:1/v1", "models.bad-name", "expected a model as provider/name"],
    ["openai-compatible:http://me:pw@host/v1#x", "models.bad-address", "expected an address"],
    ["openai-compatible:file:///etc/passwd#x", "models.bad-address", "expected an address"],
    ["openai-compatible:$UNSET/v1#x", "models.bad-address", "found the variable $UNSET as a word"],
    ["openai-responses:http://${HOST}:8080/v1#x", "models.bad-address", "found the variable ${HOST} as a word"],
    ["openai-compatible:/v1#x", "models.bad-address", "found no host"],
    ["openai-compatible:http:///v1#x", "models.bad-address", "found no host"],
    ["openai-compatible::8080/v1#x", "models.bad-address", "found no host"],
    ["anthropic/claude-sonnet-5", "models.missing-key", "ANTHROPIC_API_KEY"],
    ["google/gemini-2.5-pro", "models.missing-key", "GOOGLE_GENERATIVE_AI_API_KEY"],
  ])("%s is refused as %s", (name, code, message) => {
    expect(() => endpointOf(name, {})).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it("a key is taken without the line end that its file had, and one that cannot be sent is refused", () => {
    expect(endpointOf("openai/gpt-5", { OPENAI_API_KEY: "sk-123\n" }).key).toBe("sk-123");
    expect(() => endpointOf("openai/gpt-5", { OPENAI_API_KEY: "“sk-123”" })).toThrow(
      expect.objectContaining({ code: "models.bad-key", message: expect.stringContaining("OPENAI_API_KEY") }),
    );
  });

  it("a missing key is answered with the way to do without", () => {
    expect(() => endpointOf("openai/gpt-5", {})).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("--no-model") }),
    );
  });

  it.each([
    ["127.0.0.1", "http://127.0.0.1:11434/v1"],
    ["0.0.0.0:9999", "http://127.0.0.1:9999/v1"],
    ["box.lan:80", "http://box.lan/v1"],
    ["https://models.example.org/ollama/v1/", "https://models.example.org/ollama/v1"],
    ["http://box.lan", "http://box.lan/v1"],
    ["box.lan", "http://box.lan:11434/v1"],
  ])("OLLAMA_HOST=%s leads to %s", (value, url) => {
    expect(endpointOf("ollama/x", { OLLAMA_HOST: value }).baseUrl).toBe(url);
  });

  it("a local server costs nothing, one on another machine has no known price", () => {
    expect(endpointOf("ollama/x", {}).isLocal).toBe(true);
    expect(endpointOf("openai-compatible:http://127.0.0.1:8080/v1#x", {}).isLocal).toBe(true);
    expect(endpointOf("openai-compatible:https://models.example.org/v1#x", {}).isLocal).toBe(false);
  });

  it("the key of a provider is not sent to an address of another", () => {
    const env = { OPENAI_API_KEY: "sk-of-openai", OPENAI_COMPATIBLE_API_KEY: "other" };
    expect(endpointOf("openai-compatible:http://127.0.0.1:1/v1#x", env).key).toBe("other");
    expect(endpointOf("ollama/x", env).key).toBeUndefined();
  });
});
