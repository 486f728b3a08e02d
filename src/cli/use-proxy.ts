/**
 * What strop asks over HTTP goes through the proxy that the environment names, as with other tools; Node does so only when
 * told to. Servers on this machine are asked directly.
 */
import { StropError } from "../core/errors.ts";
import type { Environment } from "../models/providers.ts";

interface Http {
  /** Since Node 24.14. */
  readonly setGlobalProxyFromEnv?: (env: Environment) => void;
}

const HERE = "localhost,127.0.0.1,[::1]";

/** Does nothing where `HTTP_PROXY` and `HTTPS_PROXY` are not set, or Node cannot. Throws StropError `cli.bad-proxy`. */
export async function useProxy(env: Environment): Promise<void> {
  const names = Object.keys(env).filter((name) => /^https?_proxy$/i.test(name) && env[name] !== "");
  if (names.length === 0) return;
  const http: Http = await import("node:http");
  const others = env["no_proxy"] || env["NO_PROXY"];
  try {
    http.setGlobalProxyFromEnv?.({ ...env, no_proxy: others ? `${others},${HERE}` : HERE });
  } catch (thrown) {
    throw new StropError("cli.bad-proxy", `expected the address of a proxy in ${names.join(" and ")}, found none`, {
      hint: "write it as http://HOST:PORT, or unset the variable",
      cause: thrown,
    });
  }
}
