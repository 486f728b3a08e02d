/**
 * Which models the environment offers without being told: a provider whose key is set, or a local server whose variable
 * names it. Only such a named server is asked what it has; no port is tried on a guess.
 */
import { listModels } from "./list-models.ts";
import { addressOf, type Environment, isSet, PROVIDERS } from "../providers.ts";

export interface DetectedModel {
  readonly model: string;
  /** A clause for people: `ANTHROPIC_API_KEY is set`. */
  readonly because: string;
}

export interface Detection {
  /** Best first. */
  readonly models: readonly DetectedModel[];
  /** One sentence per server that the environment names and that cannot be used. */
  readonly problems: readonly string[];
}

/** A current model of each provider that writes code well for its price, and whose price is known. */
const DEFAULT_MODELS: readonly (readonly [provider: string, model: string])[] = [
  ["anthropic", "claude-sonnet-5-5"],
  ["openai", "gpt-5.4"],
  ["google", "gemini-2.5-flash"],
];
const LOCAL = ["ollama", "lmstudio", "vllm", "llamacpp"];

/** `STROP_MODEL` goes before everything else. A named server that is down costs at most 5 s. */
export async function detectModels(env: Environment, signal?: AbortSignal): Promise<Detection> {
  const named = env["STROP_MODEL"];
  const chosen = isSet(named) ? [{ model: named.trim(), because: "STROP_MODEL names it" }] : [];
  const servers = await Promise.all(LOCAL.map((provider) => detectServer(provider, env, signal)));
  return {
    models: [...chosen, ...keyed(env), ...servers.flatMap((found) => found?.models ?? [])],
    problems: [...readdressed(env), ...servers.flatMap((found) => found?.problems ?? [])],
  };
}

/** A provider at another address is left out: nobody knows what that server has. */
const keyed = (env: Environment): DetectedModel[] =>
  DEFAULT_MODELS.flatMap(([provider, model]) => {
    const { keyVariables, addressVariables } = PROVIDERS[provider]!;
    const variable = keyVariables.find((candidate) => isSet(env[candidate]));
    if (variable === undefined || addressVariables.some((candidate) => isSet(env[candidate]))) return [];
    return [{ model: `${provider}/${model}`, because: `${variable} is set` }];
  });

/** Whoever sets a key and an address means a model to be asked, and would not miss it before the night is over. */
const readdressed = (env: Environment): string[] =>
  DEFAULT_MODELS.flatMap(([provider]) => {
    const { keyVariables, addressVariables } = PROVIDERS[provider]!;
    const [key, address] = [keyVariables, addressVariables].map((names) => names.find((name) => isSet(env[name])));
    if (key === undefined || address === undefined) return [];
    return [
      `${key} is set, but ${address} names another server: say which of its models is asked, --model ${provider}/NAME`,
    ];
  });

async function detectServer(
  provider: string,
  env: Environment,
  signal: AbortSignal | undefined,
): Promise<Detection | undefined> {
  const { protocol, keyVariables, ...place } = PROVIDERS[provider]!;
  const address = addressOf(place, env);
  if (address === undefined) return undefined;
  const key = keyVariables.map((variable) => env[variable]).find(isSet);
  const listing = await listModels({ baseUrl: address.url, protocol, key }, signal);
  const where = `${address.variable} names ${address.url}`;
  if ("problem" in listing) return { models: [], problems: [`${where}, but it does not answer (${listing.problem})`] };
  const [first] = listing.models.filter((name) => !/embed/i.test(name));
  if (first === undefined) return { models: [], problems: [`${where}, but it lists no model`] };
  const because = `${where}, which lists ${listing.models.length === 1 ? "it" : `it among ${listing.models.length}`}`;
  return { models: [{ model: `${provider}/${first}`, because }], problems: [] };
}
