/**
 * Takes secrets out of text that is kept or shown: the values of the environment's secret-looking variables, and what
 * has the shape of a key. What is replaced leaves the variable's name, so that a reader knows what stood there.
 */
import type { ModelReply, ModelRequest } from "../../core/exchange.ts";
import type { Environment } from "../providers.ts";

const SECRET_NAME =
  /(key|token|secret|passw(or)?d|passphrase|credential|auth)s?(_?\d+)?$|(^|_)(secret|password|token|api_?key)_/i;
/** Shorter values are words and numbers that stand in ordinary text. */
const LEAST_CHARACTERS = 8;
const PLAIN_VALUE = /^(\d{1,15}|true|false)$/i;

/**
 * Provider keys, GitHub and GitLab tokens, AWS identifiers, Slack tokens, JSON web tokens. A digit tells a key from a name. Here and below,
 * whatever is looked for ahead is bounded: these run on hostile text of a megabyte, and must take time in proportion to it.
 */
const KEY_SHAPES =
  /\b(?:sk-(?=[\w-]{0,300}\d)[\w-]{20,}|AIza[\w-]{30,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{16,}|hf_\w{24,}|xox[abprs]-[\w-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,})/g;
const HEADER =
  /((?:authorization|x-api-key|x-goog-api-key|api-key)["']?\s{0,20}[:=]\s{0,20}["']?(?:(?:bearer|basic)\s{1,20})?)(?=[\w.~+/-]{0,300}\d)[\w.~+/-]{16,}=*/gi;
const BEARER = /\b(bearer\s{1,20})(?=[\w.~+/-]{0,300}\d)[\w.~+/-]{16,}=*/gi;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]{1,300}:)[^\s/@${}]{3,}(?=@)/gi;

export type Scrubber = (text: string) => string;

/** The values are read once, here; longer ones are replaced first, so that no part of one is left over. */
export function scrubber(env: Environment): Scrubber {
  const secrets = Object.entries(env)
    .map(([name, value = ""]) => [name, value.trim()] as const)
    .filter(([name, value]) => isSecret(name, value))
    .flatMap(([name, value]) => spellings(value).map((spelling): [string, string] => [name, spelling]))
    .sort(([, a], [, b]) => b.length - a.length);
  return (text) => {
    const known = secrets.reduce((rest, [name, value]) => rest.replaceAll(value, () => `[${name}]`), text);
    return known
      .replace(HEADER, "$1[secret]")
      .replace(BEARER, "$1[secret]")
      .replace(URL_PASSWORD, "$1[secret]")
      .replace(KEY_SHAPES, "[secret]");
  };
}

const isSecret = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) && value.length >= LEAST_CHARACTERS && !PLAIN_VALUE.test(value);

/** As it is, in an address, in JSON and in base64: an error message quotes what was sent in the form in which it was sent. */
const spellings = (value: string): string[] => [
  ...new Set([
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString("base64").replace(/=+$/, ""),
  ]),
];

/** The request with its texts scrubbed. */
export const scrubRequest = (request: ModelRequest, scrub: Scrubber): ModelRequest => ({
  ...request,
  messages: request.messages.map(({ role, content }) => ({ role, content: scrub(content) })),
});

/** The reply with its texts scrubbed. */
export const scrubReply = (reply: ModelReply, scrub: Scrubber): ModelReply => ({
  ...reply,
  answers: reply.answers.map((answer) => ({ ...answer, text: scrub(answer.text) })),
  failure: reply.failure && { ...reply.failure, message: scrub(reply.failure.message) },
});
