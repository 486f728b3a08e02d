/**
 * The providers' clients of the AI SDK, loaded when a model is first asked: a run without models never pays for them.
 * They are used through their language model interface, below the SDK's own retries, which know neither money nor our clock.
 */
import type { OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";

import type { Endpoint } from "../providers.ts";

/** A model of the AI SDK. */
export type SdkModel = ReturnType<OpenAICompatibleProvider["chatModel"]>;
export type SdkStreamPart =
  Awaited<ReturnType<SdkModel["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;
type SdkEnd = Extract<SdkStreamPart, { type: "finish" }>;
export type SdkUsage = SdkEnd["usage"];
export type SdkFinish = SdkEnd["finishReason"];

/** What the packages read from the process's environment as they are loaded, and refuse to be loaded with when it is blank. */
const READ_WHEN_LOADED = ["ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"];

/** A client for one request, which goes out through `fetch`. */
export async function openSdkModel(endpoint: Endpoint, fetch: typeof globalThis.fetch): Promise<SdkModel> {
  for (const variable of READ_WHEN_LOADED) if (process.env[variable]?.trim() === "") delete process.env[variable];
  const { baseUrl: baseURL, model, key } = endpoint;
  // The SDK would look for a key of its own in the environment of the process when given none.
  const apiKey = key ?? "none";
  switch (endpoint.protocol) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic({ baseURL, apiKey, fetch })(model);
    }
    case "google": {
      const { createGoogle } = await import("@ai-sdk/google");
      return createGoogle({ baseURL, apiKey, fetch })(model);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ baseURL, apiKey, fetch }).chat(model);
    }
    case "openai-responses": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ baseURL, apiKey, fetch }).responses(model);
    }
    default: {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const keyed = key === undefined ? {} : { apiKey: key };
      const options = { name: endpoint.provider, baseURL, includeUsage: true, fetch, ...keyed };
      return createOpenAICompatible(options).chatModel(model);
    }
  }
}
