/**
 * Whether a request failed at the proxy that the environment names instead of at the model's server: the network's errors
 * name what was connected to, and say nothing of a proxy.
 */
import type { ModelFailure } from "../../core/exchange.ts";
import { failure } from "../failures.ts";
import type { Endpoint } from "../providers.ts";

interface NetworkError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
}

/** `errors`: what was thrown, with all its causes. Undefined when no proxy was in the way, as far as can be told. */
export function proxyTrouble(errors: readonly unknown[], { name, baseUrl }: Endpoint): ModelFailure | undefined {
  const url = new URL(baseUrl);
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  for (const error of errors as readonly NetworkError[]) {
    const [, status] = /^Proxy response \((\d+)\)/.exec(String(error.message)) ?? [];
    if (status !== undefined) return refused(Number(status), `${name} at ${baseUrl}`);
    const isOtherHost = typeof error.hostname === "string" && error.hostname !== url.hostname;
    const isOtherPort = typeof error.port === "number" && error.port !== port;
    if (!isOtherHost && !isOtherPort) continue;
    const proxy = isOtherHost ? error.hostname : `${String(error.address)}:${String(error.port)}`;
    return failure(
      "unreachable",
      `${name} was not asked, because the proxy ${proxy} does not answer (${String(error.code)}); correct HTTPS_PROXY and HTTP_PROXY, or unset them`,
    );
  }
  return undefined;
}

function refused(status: number, place: string): ModelFailure {
  const advice =
    status === 407
      ? "write its user name and password into HTTPS_PROXY and HTTP_PROXY, as http://USER:PASSWORD@HOST:PORT"
      : "correct HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY";
  return failure(
    "unreachable",
    `the proxy lets nothing through to ${place} (status ${status}); ${advice}`,
    status >= 500,
  );
}
