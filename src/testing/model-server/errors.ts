/** Errors worded and coded as each provider documents them, so that their classification is tested on the real shapes. */
import type { Protocol, ProviderError } from "./types.ts";

export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
}

export function errorAnswer(
  protocol: Protocol,
  error: ProviderError,
  about: { model: string; parameter: string },
): ErrorAnswer {
  const { status, message, code } = WORDINGS[protocol](about)[error];
  return { status, body: JSON.stringify(envelope(protocol, { status, message, code })) };
}

interface Wording {
  readonly status: number;
  readonly message: string;
  /** The provider's machine-readable word. */
  readonly code: string;
}

type Wordings = Readonly<Record<ProviderError, Wording>>;
type About = { readonly model: string; readonly parameter: string };

const wording = (status: number, code: string, message: string): Wording => ({ status, code, message });

const openai = ({ model, parameter }: About): Wordings => ({
  "context-overflow": wording(
    400,
    "context_length_exceeded",
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  ),
  "invalid-parameter": wording(
    400,
    "unsupported_value",
    `Unsupported value: '${parameter}' does not support this value.`,
  ),
  "no-credit": wording(
    429,
    "insufficient_quota",
    "You exceeded your current quota, please check your plan and billing details.",
  ),
  "out-of-memory": wording(500, "api_error", "model requires more system memory (5.6 GiB) than is available (3.1 GiB)"),
  overloaded: wording(503, "server_error", "The engine is currently overloaded, please try again later"),
  "rate-limited": wording(429, "rate_limit_exceeded", "Rate limit reached for requests per min. Limit 3."),
  unauthorized: wording(401, "invalid_api_key", "Incorrect API key provided."),
  "unknown-model": wording(404, "model_not_found", `The model \`${model}\` does not exist.`),
});

const anthropic = ({ model, parameter }: About): Wordings => ({
  "context-overflow": wording(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
  "invalid-parameter": wording(400, "invalid_request_error", `${parameter}: value is not supported for this model`),
  "no-credit": wording(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
  "out-of-memory": wording(500, "api_error", "Internal server error"),
  overloaded: wording(529, "overloaded_error", "Overloaded"),
  "rate-limited": wording(429, "rate_limit_error", "This request would exceed your account's rate limit."),
  unauthorized: wording(401, "authentication_error", "invalid x-api-key"),
  "unknown-model": wording(404, "not_found_error", `model: ${model}`),
});

const gemini = ({ model, parameter }: About): Wordings => ({
  "context-overflow": wording(
    400,
    "INVALID_ARGUMENT",
    "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
  ),
  "invalid-parameter": wording(400, "INVALID_ARGUMENT", `Invalid value at 'generation_config.${parameter}'`),
  "no-credit": wording(
    429,
    "RESOURCE_EXHAUSTED",
    "You exceeded your current quota, please check your plan and billing.",
  ),
  "out-of-memory": wording(500, "INTERNAL", "An internal error has occurred."),
  overloaded: wording(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
  "rate-limited": wording(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
  unauthorized: wording(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
  "unknown-model": wording(404, "NOT_FOUND", `models/${model} is not found for API version v1beta`),
});

const WORDINGS = { openai, responses: openai, anthropic, gemini };

function envelope(protocol: Protocol, { status, message, code }: Wording): object {
  if (protocol === "anthropic") return { type: "error", error: { type: code, message } };
  if (protocol === "gemini") return { error: { code: status, message, status: code } };
  return { error: { message, type: "invalid_request_error", param: null, code } };
}
