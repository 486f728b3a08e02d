/**
 * Where a model named `provider/model` lives: which protocol, which address, which key. Addresses and keys come from
 * the variables that each provider's own tools read; nothing here opens a connection.
 */
import { StropError } from "../core/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type Protocol = "openai" | "openai-compatible" | "openai-responses" | "anthropic" | "google";

/** Whether one request can ask for several answers. */
export const takesChoices = (protocol: Protocol): boolean => protocol === "openai" || protocol === "openai-compatible";

export interface Endpoint {
  /** As the user wrote it. */
  readonly name: string;
  readonly provider: string;
  readonly protocol: Protocol;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly key: string | undefined;
  /** Where the key is looked for. */
  readonly keyVariable: string;
  /** On the user's own hardware: no price. */
  readonly isLocal: boolean;
  /** How a server that is down is started, for messages. */
  readonly start: string | undefined;
}

interface Provider {
  readonly protocol: Protocol;
  readonly baseUrl: string;
  /** Variables with an address instead, first set one wins: a URL, or `host:port`. */
  readonly addressVariables: readonly string[];
  /** Appended when such an address has no path. */
  readonly path: string;
  readonly keyVariables: readonly string[];
  readonly isLocal: boolean;
  readonly start?: string;
}

const remote = (protocol: Protocol, baseUrl: string, rest: Partial<Provider>): Provider => ({
  protocol,
  baseUrl,
  addressVariables: [],
  path: new URL(baseUrl).pathname,
  keyVariables: [],
  isLocal: false,
  ...rest,
});

const local = (port: number, addressVariables: readonly string[], rest: Partial<Provider>): Provider => ({
  protocol: "openai-compatible",
  baseUrl: `http://127.0.0.1:${port}/v1`,
  addressVariables,
  path: "/v1",
  keyVariables: [],
  isLocal: true,
  ...rest,
});

const OPENAI: Partial<Provider> = {
  addressVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
  keyVariables: ["OPENAI_API_KEY"],
};

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  anthropic: remote("anthropic", "https://api.anthropic.com/v1", {
    addressVariables: ["ANTHROPIC_BASE_URL"],
    keyVariables: ["ANTHROPIC_API_KEY"],
  }),
  openai: remote("openai", "https://api.openai.com/v1", OPENAI),
  "openai-responses": remote("openai-responses", "https://api.openai.com/v1", OPENAI),
  google: remote("google", "https://generativelanguage.googleapis.com/v1beta", {
    addressVariables: ["GOOGLE_GEMINI_BASE_URL"],
    keyVariables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"],
  }),
  openrouter: remote("openai-compatible", "https://openrouter.ai/api/v1", {
    addressVariables: ["OPENROUTER_BASE_URL"],
    keyVariables: ["OPENROUTER_API_KEY"],
  }),
  ollama: local(11434, ["OLLAMA_HOST"], { keyVariables: ["OLLAMA_API_KEY"], start: "ollama serve" }),
  lmstudio: local(1234, ["LM_STUDIO_API_BASE"], { keyVariables: ["LM_STUDIO_API_KEY"], start: "lms server start" }),
  vllm: local(8000, ["VLLM_API_BASE", "HOSTED_VLLM_API_BASE"], {
    keyVariables: ["VLLM_API_KEY", "HOSTED_VLLM_API_KEY"],
    start: "vllm serve MODEL",
  }),
  llamacpp: local(8080, ["LLAMA_API_BASE"], { keyVariables: ["LLAMA_API_KEY"], start: "llama-server -m MODEL.gguf" }),
};

/** Models of OpenAI that only its Responses API has: a request for chat completions is spared the refusal. */
const RESPONSES_ONLY = /^(gpt-[\d.]+-codex|codex-|(gpt-[\d.]+|o\d)-pro(-|$)|o\d.*-deep-research)/;

/** Followed by the address of any server. */
const BY_ADDRESS = ["openai-compatible", "openai-responses"] as const;
const COMPATIBLE_KEY = "OPENAI_COMPATIBLE_API_KEY";

/**
 * Throws `models.bad-name` for a name of no known form, `models.bad-address` for an address that is none,
 * `models.missing-key` when the provider needs a key that the environment lacks, and `models.bad-key` for one that cannot be sent.
 */
export function endpointOf(name: string, env: Environment): Endpoint {
  const spoken = BY_ADDRESS.find((protocol) => name.startsWith(`${protocol}:`));
  if (spoken !== undefined) return addressedEndpoint(name, spoken, env);
  const slash = name.indexOf("/");
  const [provider, model] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const known = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (known === undefined || model === "") throw badName(name);
  const { isLocal, start } = known;
  const protocol = known.protocol === "openai" && RESPONSES_ONLY.test(model) ? "openai-responses" : known.protocol;
  const baseUrl = addressOf(known, env)?.url ?? known.baseUrl;
  const keyVariable = known.keyVariables.find((variable) => isSet(env[variable])) ?? known.keyVariables[0]!;
  const key = keyIn(keyVariable, env);
  if (key === undefined && !isLocal) throw missingKey(name, keyVariable);
  return { name, provider, protocol, baseUrl, model, key, keyVariable, isLocal, start };
}

function addressedEndpoint(name: string, protocol: (typeof BY_ADDRESS)[number], env: Environment): Endpoint {
  const hash = name.indexOf("#");
  const model = name.slice(hash + 1);
  if (hash < 0 || model === "") throw badName(name);
  const url = parseAddress(name.slice(protocol.length + 1, hash), name);
  const host = url.hostname;
  return {
    name,
    provider: protocol,
    protocol,
    baseUrl: withoutSlash(url.href),
    model,
    key: keyIn(COMPATIBLE_KEY, env),
    keyVariable: COMPATIBLE_KEY,
    isLocal: host === "localhost" || host === "[::1]" || host.startsWith("127."),
    start: undefined,
  };
}

/** Without the line end that `cat` may have left. */
function keyIn(variable: string, env: Environment): string | undefined {
  const key = env[variable]?.trim() ?? "";
  const odd = key.search(/[^!-~]/);
  if (odd < 0) return key === "" ? undefined : key;
  throw new StropError(
    "models.bad-key",
    `expected a key in ${variable}, found one whose character ${odd + 1} no key has`,
    {
      hint: "copy it again, without quotation marks and spaces",
    },
  );
}

/** The address that the environment names for a provider, and the variable that names it. */
export function addressOf(
  { addressVariables, path }: Pick<Provider, "addressVariables" | "path">,
  env: Environment,
): { readonly url: string; readonly variable: string } | undefined {
  const variable = addressVariables.find((candidate) => isSet(env[candidate]));
  if (variable === undefined) return undefined;
  const url = parseAddress(env[variable]!, variable);
  // Servers are told to listen on every interface; clients cannot connect to that.
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  // As Ollama reads it: its own port for a bare host, and that of http or https where one of them is named.
  if (variable === "OLLAMA_HOST" && !/:\/\/|:\d+\/?$/.test(env[variable]!)) url.port = "11434";
  if (url.pathname === "/") url.pathname = path;
  return { url: withoutSlash(url.href), variable };
}

function parseAddress(text: string, source: string): URL {
  const bare = text.replace(/^\w+:\/\//, "");
  const url = URL.parse(bare === text ? `http://${text}` : text);
  const [variable] = /\$\{?\w+\}?/.exec(text) ?? [];
  const hasHost = !/^[/:]/.test(bare) && variable === undefined;
  if (url !== null && hasHost && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "") return url;
  const found =
    variable === undefined ? (hasHost ? "" : ", found no host") : `, found the variable ${variable} as a word`;
  const hint = hasHost
    ? "leave user names, passwords and queries out of it; keys belong in environment variables"
    : "write out the address, or set the variable that it is to come from; a shell replaces one between double quotes, and a config none";
  throw new StropError(
    "models.bad-address",
    `${source}: expected an address such as http://127.0.0.1:8080/v1${found}`,
    { hint },
  );
}

export const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== "";

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

const badName = (name: string): StropError =>
  new StropError("models.bad-name", `expected a model as provider/name, found "${name}"`, {
    hint: `providers: ${Object.keys(PROVIDERS).join(", ")}; any other server: openai-compatible:http://HOST:PORT/v1#NAME, or openai-responses:… where it speaks OpenAI's Responses`,
  });

const missingKey = (name: string, variable: string): StropError =>
  new StropError(
    "models.missing-key",
    `expected a key for ${name} in the environment variable ${variable}, found none`,
    {
      hint: `set ${variable}, name a local server (--model ollama/NAME), or use no model at all: --no-model`,
    },
  );
