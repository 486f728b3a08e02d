/** Names of questions: the same question has the same name in every session, whatever the order of its fields. */
import { sha256 } from "../../core/candidate.ts";
import type { ModelRequest } from "../../core/exchange.ts";
import type { Question } from "../types.ts";

const hashOf = (value: unknown): string => sha256(JSON.stringify(value));

const canonical = ({ messages, temperature, samples, maxOutputTokens }: ModelRequest): unknown => [
  messages.map(({ role, content }) => [role, content]),
  temperature ?? null,
  samples,
  maxOutputTokens ?? null,
];

/** SHA-256, hexadecimal, of purpose, model and request: under it the record keeps what was answered. */
export const exchangeKey = ({ purpose, model, request }: Question): string =>
  hashOf([purpose, model, canonical(request)]);

/** SHA-256, hexadecimal, of model and request: by it a recording is replayed. */
export const requestHash = (model: string, request: ModelRequest): string => hashOf([model, canonical(request)]);
