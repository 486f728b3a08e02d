/** Reads a request of any protocol into one shape; lenient, since what a client sends is what tests look at. */
import type { IncomingMessage } from "node:http";

import type { ChatMessage } from "../../core/exchange.ts";
import { fieldsOf, isRecord, type Json, type JsonObject } from "../../core/json.ts";
import type { ReceivedRequest } from "./types.ts";

export async function readRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  const body = parseJson(Buffer.concat(parts).toString("utf8"));
  const path = message.url ?? "/";
  const common = { method: message.method ?? "GET", path, headers: message.headers, body };
  const fields = fieldsOf(body);
  if (common.method === "GET" && pathOnly(path).endsWith("/models")) return { ...common, ...NOTHING, protocol: "list" };
  if (pathOnly(path).endsWith("/chat/completions")) return { ...common, ...chatFields(fields), protocol: "openai" };
  if (pathOnly(path).endsWith("/responses")) return { ...common, ...responsesFields(fields), protocol: "responses" };
  if (pathOnly(path).endsWith("/messages")) return { ...common, ...messageFields(fields), protocol: "anthropic" };
  const gemini = /\/models\/([^/]+):(stream)?[gG]enerateContent$/.exec(pathOnly(path));
  if (gemini === null) return { ...common, ...NOTHING, protocol: "unknown" };
  return {
    ...common,
    ...geminiFields(fields),
    protocol: "gemini",
    model: gemini[1]!,
    isStream: gemini[2] !== undefined,
  };
}

type Fields = Pick<ReceivedRequest, "model" | "messages" | "samples" | "isStream" | "temperature" | "maxOutputTokens">;

const NOTHING: Fields = {
  model: "",
  messages: [],
  samples: 1,
  isStream: false,
  temperature: undefined,
  maxOutputTokens: undefined,
};

const chatFields = (body: JsonObject): Fields => ({
  model: String(body["model"] ?? ""),
  messages: list(body["messages"]).map(toMessage),
  samples: numberOf(body["n"]) ?? 1,
  isStream: body["stream"] === true,
  temperature: numberOf(body["temperature"]),
  maxOutputTokens: numberOf(body["max_tokens"]) ?? numberOf(body["max_completion_tokens"]),
});

const messageFields = (body: JsonObject): Fields => ({
  ...chatFields(body),
  samples: 1,
  messages: [
    ...(body["system"] === undefined ? [] : [toMessage({ role: "system", content: body["system"] })]),
    ...list(body["messages"]).map(toMessage),
  ],
});

const responsesFields = (body: JsonObject): Fields => ({
  ...chatFields(body),
  samples: 1,
  messages: [
    ...(body["instructions"] === undefined ? [] : [toMessage({ role: "system", content: body["instructions"] })]),
    ...(typeof body["input"] === "string"
      ? [toMessage({ role: "user", content: body["input"] })]
      : list(body["input"]).map(toMessage)),
  ],
  maxOutputTokens: numberOf(body["max_output_tokens"]),
});

function geminiFields(body: JsonObject): Omit<Fields, "model" | "isStream"> {
  const settings = fieldsOf(body["generationConfig"]);
  const system = isRecord(body["systemInstruction"]) ? [{ ...body["systemInstruction"], role: "system" }] : [];
  return {
    messages: [...system, ...list(body["contents"])].map(toMessage),
    samples: numberOf(settings["candidateCount"]) ?? 1,
    temperature: numberOf(settings["temperature"]),
    maxOutputTokens: numberOf(settings["maxOutputTokens"]),
  };
}

function toMessage(value: Json): ChatMessage {
  const { role, content, parts } = fieldsOf(value);
  const known = role === "system" || role === "developer" ? "system" : role === "user" ? "user" : "assistant";
  return { role: known, content: textOf(content ?? parts ?? "") };
}

const textOf = (content: Json): string =>
  typeof content === "string"
    ? content
    : list(content)
        .map((part) => fieldsOf(part)["text"])
        .filter((text) => typeof text === "string")
        .join("");

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const numberOf = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);

const pathOnly = (path: string): string => path.split("?")[0]!;

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
