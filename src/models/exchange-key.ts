/** Names of questions: the same question has the same name in every session, whatever the order of its fields. */
import { createHash } from "node:crypto";

import type { ModelRequest } from "../core/exchange.ts";
import type { Question } from "./types.ts";

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const canonical = ({ messages, temperature, samples, maxOutputTokens }: ModelRequest): unknown => [
  messages.map(({ role, content }) => [role, content]),
  temperature ?? null,
  samples,
  maxOutputTokens ?? null,
];

/** SHA-256, hexadecimal, of purpose, model and request: under it the record keeps what was answered. */
export const exchangeKey = ({ purpose, model, request }: Question): string =>
  sha256([purpose, model, canonical(request)]);

/** SHA-256, hexadecimal, of model and request: by it a recording is replayed. */
export const requestHash = (model: string, request: ModelRequest): string => sha256([model, canonical(request)]);
