/** Asks a server which models it has: to say what is there when a name is wrong, and to find one when none was named. */
import { messageOf } from "../../core/errors.ts";
import { quoted } from "../call/classify.ts";
import { guardedFetch } from "../call/guarded-fetch.ts";
import type { Endpoint } from "../providers.ts";

const TIMEOUT_MS = 5_000;

export type Listing = { readonly models: readonly string[] } | { readonly problem: string };

/** Never rejects; at most 5 s. */
export async function listModels(
  { baseUrl, key, protocol }: Pick<Endpoint, "baseUrl" | "key" | "protocol">,
  signal?: AbortSignal,
): Promise<Listing> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const wire = { isSent: false, isAccepted: false, restMs: undefined };
  const get = guardedFetch({ wire, idleMs: TIMEOUT_MS, bodyBytes: 2 ** 20 });
  try {
    const response = await get(`${baseUrl}/models`, {
      headers: headersFor(protocol, key),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const text = await response.text();
    if (!response.ok) return { problem: `status ${response.status}: ${quoted(text)}` };
    return { models: namesIn(JSON.parse(text)) };
  } catch (thrown) {
    const { cause } = thrown as { cause?: { code?: string } };
    return { problem: quoted(cause?.code ?? messageOf(thrown)) };
  }
}

function headersFor(protocol: Endpoint["protocol"], key: string | undefined): Record<string, string> {
  if (key === undefined) return {};
  if (protocol === "anthropic") return { "x-api-key": key, "anthropic-version": "2023-06-01" };
  if (protocol === "google") return { "x-goog-api-key": key };
  return { authorization: `Bearer ${key}` };
}

/** OpenAI and Anthropic list `data[].id`, Google `models[].name` with a prefix. They are shown: what no terminal should see is no name. */
function namesIn(body: unknown): string[] {
  const { data, models } = (body ?? {}) as { data?: unknown; models?: unknown };
  const list = Array.isArray(data) ? data : Array.isArray(models) ? models : [];
  return (list as ({ id?: unknown; name?: unknown } | null)[])
    .map((model) => model?.id ?? model?.name)
    .filter((name) => typeof name === "string")
    .map((name) => name.replace(/^models\//, ""))
    .filter((name) => /^\P{Cc}{1,200}$/u.test(name));
}
