/**
 * What went wrong with a call, told from what the provider, its client or the network said: a kind for programs and a
 * sentence for people. Providers word the same failure differently; the patterns below are theirs.
 */
import { messageOf } from "../../core/errors.ts";
import type { ModelFailure } from "../../core/exchange.ts";
import { printable } from "../../core/printable.ts";
import { failure, inWords } from "../failures.ts";
import { type Wire, WireError } from "./guarded-fetch.ts";
import type { Endpoint } from "../providers.ts";
import { proxyTrouble } from "./proxy-trouble.ts";

const QUOTED_CHARACTERS = 300;

/** What is known of a request that failed. */
export interface Failed {
  readonly thrown: unknown;
  readonly endpoint: Endpoint;
  readonly wire: Wire;
}

export function classify({ thrown, endpoint, wire }: Failed): ModelFailure {
  const { name } = endpoint;
  const wireError = causes(thrown).find((cause) => cause instanceof WireError);
  if (wireError?.reason === "idle")
    return failure("timed-out", `${name} fell silent in its answer: ${wireError.message}`);
  if (wireError?.reason === "too-long")
    return failure("bad-response", `${name} sent too much: ${wireError.message} in one answer, which was not read on`);
  if (wireError !== undefined) return failure("bad-response", `${name}: expected ${quoted(wireError.message)}`);
  const status = statusOf(thrown);
  if (status !== undefined && !wire.isAccepted) return ofStatus(status, saidBy(thrown), { ...endpoint, ...wire });
  const code = networkCode(thrown);
  if (wire.isAccepted) return inTheAnswer(thrown, code, endpoint);
  const atProxy = proxyTrouble(everyCause(thrown), endpoint);
  if (atProxy !== undefined) return atProxy;
  if (!wire.isSent)
    return failure("bad-response", `${placeOf(endpoint)} could not be asked: ${quoted(messageOf(thrown))}`, false);
  if (code !== undefined && TIMEOUTS.has(code) && !wasConnecting(thrown))
    return failure("timed-out", `nothing came from ${placeOf(endpoint)} (${code})`);
  return withoutAnswer(code, quoted(messageOf(thrown)), endpoint);
}

/** Also where each of the server's addresses was given a moment: nothing was sent then, and the next try may be quicker. */
const wasConnecting = (thrown: unknown): boolean =>
  everyCause(thrown).some((cause) => (cause as { syscall?: unknown }).syscall === "connect");

const placeOf = ({ name, baseUrl }: Endpoint): string => (name.includes(baseUrl) ? name : `${name} at ${baseUrl}`);

/** Nothing that could be read came back. */
function withoutAnswer(code: string | undefined, said: string, endpoint: Endpoint): ModelFailure {
  const { name, start } = endpoint;
  const place = placeOf(endpoint);
  if (code === undefined && /\bbad port$/.test(said))
    return failure(
      "unreachable",
      `${name} was not asked: no request is sent to the port of ${endpoint.baseUrl}, which is kept for other protocols; let the server listen on another`,
      false,
    );
  if (code === undefined) return failure("bad-response", `${place} answered what is not its protocol: ${said}`);
  if (UNTRUSTED.test(code))
    return failure(
      "unreachable",
      `the certificate of ${place} is not trusted (${code}); if it should be, name a file with its authority in NODE_EXTRA_CA_CERTS`,
      false,
    );
  const advice = start === undefined ? "check the address and the network" : `start it: ${start}`;
  if (code.startsWith("ERR_SSL_"))
    return failure("unreachable", `${place} does not speak https (${code}); is its address http://?`, false);
  return failure("unreachable", `no server answers for ${place} (${code}); ${advice}`);
}

/** The provider's own words, on one line, without control characters. */
export const quoted = (text: string): string => {
  const line = printable(text).replace(/\s+/g, " ").trim();
  return line.length <= QUOTED_CHARACTERS ? line : `${line.slice(0, QUOTED_CHARACTERS)}…`;
};

const TIMEOUTS: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);

const UNTRUSTED = /SELF_SIGNED|^UNABLE_TO_|^CERT_|^ERR_TLS_/;
const NETWORK = /^(E[A-Z_]+|UND_ERR_\w+)$/;

const OVERFLOW =
  /context.?length|context size|context window|prompt is too long|too many (input )?tokens|maximum (number of )?tokens|token count .* exceeds|max_tokens.*too large|exceed_context/i;
const NO_CREDIT = /insufficient_quota|insufficient (credit|balance)|credit.balance|check your plan and billing/i;
const BAD_KEY = /api.?key not valid|invalid.{0,10}api.?key|incorrect api key|authentication_error/i;
const NO_MODEL =
  /model_not_found|model.{0,80}(not found|not exist|not supported)|(unknown|invalid|no such) model|is not found for API/i;
/** A model that is reached in another way than by chat completions. */
const NO_CHAT = /only supported in v1\/responses|not a chat model/i;
const TOO_BUSY = /overloaded|rate.?limit|too many requests|resource.?exhausted/i;
const NO_MEMORY = /out of memory|more system memory|insufficient memory|\boom\b|cuda error/i;

function ofStatus(status: number, text: string, endpoint: Endpoint & Pick<Wire, "restMs">): ModelFailure {
  const { name, baseUrl, restMs } = endpoint;
  const said = `(${status}: ${quoted(text) || "no message"})`;
  if (status < 400)
    return failure("bad-response", `${baseUrl} points to another address ${said}; name that one instead`, false);
  if (status === 402 || NO_CREDIT.test(text)) return noCredit(endpoint, said);
  if (status === 401 || status === 403 || BAD_KEY.test(text))
    return failure("unauthorized", denied(endpoint, said, status === 403 && !BAD_KEY.test(text)));
  if (status === 413 || (status < 500 && status !== 429 && OVERFLOW.test(text))) return tooLong(endpoint, said);
  if (status < 500 && endpoint.protocol !== "openai-responses" && NO_CHAT.test(text))
    return failure("unknown-model", `${name} ${TAKES_NO_CHAT} ${said}; name it ${otherName(endpoint)}`);
  if (status < 500 && NO_MODEL.test(text)) return unknownModel(endpoint, said);
  if (status === 404 && /"?not_found_error/.test(text)) return unknownModel(endpoint, said);
  if (status === 404)
    return failure("bad-response", `${baseUrl} has no such address ${said}; ${lacking(endpoint)}`, false);
  if (status === 429) {
    const when = restMs === undefined || restMs === 0 ? "now" : `for another ${inWords(restMs)}`;
    return failure("rate-limited", `${name} allows no more requests ${when} ${said}`);
  }
  if (NO_MEMORY.test(text)) return noMemory(endpoint, said);
  if (status === 408 || status === 409 || status >= 500) return failure("server-error", `${name} failed ${said}`);
  return failure("bad-response", `${name} rejected the request ${said}`, false);
}

const noCredit = ({ name }: Endpoint, said: string): ModelFailure =>
  failure(
    "rate-limited",
    `the account behind ${name} has no credit left ${said}; top it up or use another model`,
    false,
  );

const tooLong = ({ name }: Endpoint, said: string): ModelFailure =>
  failure("context-overflow", `the prompt is too long for ${name} ${said}; ask with a shorter one`);

const unknownModel = ({ baseUrl, model }: Endpoint, said: string): ModelFailure =>
  failure("unknown-model", `${baseUrl} knows no model ${model} ${said}`);

const noMemory = ({ name }: Endpoint, said: string): ModelFailure =>
  failure("server-error", `${name} has not enough memory ${said}; choose a smaller model or a shorter context`);

const TAKES_NO_CHAT = "takes no chat completions";

/** The model is one that OpenAI's Responses API alone has. */
export const takesNoChat = ({ kind, message }: ModelFailure): boolean =>
  kind === "unknown-model" && message.includes(TAKES_NO_CHAT);

/** How the same model is asked in OpenAI's other protocol. */
const otherName = ({ protocol, baseUrl, model }: Endpoint): string =>
  `${protocol === "openai-responses" ? "openai-compatible" : "openai-responses"}:${baseUrl}#${model}`;

const lacking = (endpoint: Endpoint): string =>
  endpoint.protocol === "openai-responses"
    ? `does the base URL lack /v1, or does the server know chat completions only (${otherName(endpoint)})?`
    : "does the base URL lack /v1?";

function denied({ name, key, keyVariable }: Endpoint, said: string, isForbidden: boolean): string {
  if (isForbidden) return `${name} denies access ${said}; its key is the one in ${keyVariable}`;
  if (key === undefined) return `${name} wants a key ${said}; put one into ${keyVariable}`;
  return `${name} refused the key ${said}; put a valid one into ${keyVariable}`;
}

/** After status 200: the stream broke, or an event in it or the document reports an error. */
function inTheAnswer(thrown: unknown, code: string | undefined, endpoint: Endpoint): ModelFailure {
  const { name, protocol } = endpoint;
  const text = saidBy(thrown);
  if (isReported(thrown)) return reported(text, endpoint);
  if (code !== undefined || /terminated|aborted|premature/i.test(text))
    return failure(
      "bad-response",
      `the connection to ${name} broke in the middle of an answer (${code ?? quoted(text)})`,
    );
  const hint = protocol === "openai-responses" ? `; if it speaks chat completions, name it ${otherName(endpoint)}` : "";
  return failure("bad-response", `${name} sent an answer that is not its protocol: ${quoted(text)}${hint}`);
}

/** The provider's own words, and not the SDK's about an answer that it could not read, which hold words of the model's. */
const isReported = (thrown: unknown): boolean => {
  if (causes(thrown).some((cause) => /JSONParseError|TypeValidationError/.test((cause as Error).name))) return false;
  return !(thrown instanceof Error) || (thrown as ApiError).responseBody !== undefined;
};

function reported(text: string, endpoint: Endpoint): ModelFailure {
  const { name } = endpoint;
  const said = `(in its answer: ${quoted(text)})`;
  if (NO_CREDIT.test(text)) return noCredit(endpoint, said);
  if (BAD_KEY.test(text)) return failure("unauthorized", denied(endpoint, said, false));
  if (OVERFLOW.test(text)) return tooLong(endpoint, said);
  if (NO_MODEL.test(text)) return unknownModel(endpoint, said);
  if (TOO_BUSY.test(text)) return failure("rate-limited", `${name} gave up in its answer: ${quoted(text)}`);
  if (NO_MEMORY.test(text)) return noMemory(endpoint, said);
  return failure("server-error", `${name} gave up in its answer: ${quoted(text) || "no message"}`);
}

/** An error and what caused it, outermost first. */
function causes(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = thrown; next != null && chain.length < 8; next = (next as { cause?: unknown }).cause)
    chain.push(next);
  return chain;
}

/** And, of an error that stands for several, these too. */
const everyCause = (thrown: unknown): unknown[] =>
  causes(thrown).flatMap((cause) =>
    cause instanceof AggregateError ? [cause, ...(cause.errors as unknown[])] : [cause],
  );

const networkCode = (thrown: unknown): string | undefined =>
  causes(thrown)
    .map((cause) => (cause as { code?: unknown }).code)
    .find((code) => typeof code === "string" && (NETWORK.test(code) || UNTRUSTED.test(code))) as string | undefined;

interface ApiError {
  readonly statusCode?: number;
  readonly responseBody?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: unknown;
  readonly error?: ApiError;
}

const statusOf = (thrown: unknown): number | undefined =>
  causes(thrown)
    .map((cause) => (cause as ApiError).statusCode)
    .find((status) => typeof status === "number");

/** Each once, whatever its case; what says only that there was an error is left out. */
const listed = (words: readonly unknown[]): string => {
  const said = words.filter((word) => typeof word === "string").map((word) => word.trim().replace(/\.$/, ""));
  const lower = said.map((word) => word.toLowerCase());
  return said
    .filter((word, i) => !/^(error|response\.failed)?$/.test(word) && lower.indexOf(lower[i]!) === i)
    .join(", ");
};

/** Every word of the provider: codes count as much as messages. */
function saidBy(thrown: unknown): string {
  const { responseBody, message, type, code, error } = (
    typeof thrown === "string" ? { message: thrown } : thrown
  ) as ApiError;
  if (responseBody === undefined) return listed([message ?? error?.message, code ?? error?.code, type ?? error?.type]);
  try {
    return wordsIn(JSON.parse(responseBody)) || responseBody;
  } catch {
    // Not JSON: plain text, or a proxy's page, of which the words are left.
    return responseBody.replaceAll(/<[^<>]{0,300}>/g, " ");
  }
}

interface Body {
  readonly response?: { readonly error?: unknown } | null;
  readonly error?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
}

/** Empty for a body of another shape, such as a list of what is wrong with each field: there every word counts. */
function wordsIn(body: unknown): string {
  const { response, error, message, detail } = body as Body;
  const inner = response?.error ?? error ?? (typeof message === "string" ? body : message) ?? detail ?? body;
  if (typeof inner === "string") return inner;
  const { message: text, code, type } = inner as Record<string, unknown>;
  return listed([text, code, type]);
}
