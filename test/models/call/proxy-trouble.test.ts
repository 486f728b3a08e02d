import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import type { ModelFailure } from "../../../src/core/exchange.ts";

const module = fileURLToPath(new URL("../../../src/models/catalog/resolve-model.ts", import.meta.url));

/** Node reads the proxy's variables as it starts. */
async function askThrough(proxy: string, url: string): Promise<ModelFailure> {
  const program = `
    const { resolveModel } = await import(${JSON.stringify(module)});
    const retries = { attempts: 1, firstDelayMs: 0, longestDelayMs: 0 };
    const model = resolveModel({ model: ${JSON.stringify(`openai-compatible:${url}#x`)} }, {}, { retries });
    const reply = await model.complete({ messages: [{ role: "user", content: "hi" }], samples: 1 }, new AbortController().signal);
    console.log(JSON.stringify(reply.failure));
  `;
  const named = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy };
  const env = { ...process.env, ...named, NO_PROXY: "", no_proxy: "", NODE_USE_ENV_PROXY: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
  return JSON.parse(stdout) as ModelFailure;
}

/** A proxy that answers every wish for a tunnel with `status`. */
async function startProxy(status: number) {
  const server = createServer((_, response) => response.writeHead(status).end());
  server.on("connect", (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close(), [Symbol.asyncDispose]: async () => void server.close() };
}

const PLACES = ["https://llm.example/v1", "http://llm.example/v1"];

describe.each(PLACES)("a proxy on the way to %s", (place) => {
  it("that is down is named, and not the model's server", async () => {
    const { url, close } = await startProxy(200);
    close();
    const failed = await askThrough(url, place);
    expect(failed).toMatchObject({ kind: "unreachable", isPassing: true });
    expect(failed.message).toContain(`the proxy ${url.slice("http://".length)} does not answer (ECONNREFUSED)`);
    expect(failed.message).toContain("HTTPS_PROXY");
  });

  it("that wants a password says where to write it, and is not asked again", async () => {
    await using proxy = await startProxy(407);
    const failed = await askThrough(proxy.url, place);
    expect(failed).toMatchObject({ kind: "unreachable", isPassing: false });
    expect(failed.message).toContain("(status 407)");
    expect(failed.message).toContain("USER:PASSWORD@HOST:PORT");
  });

  it("that reaches nobody may do so later", async () => {
    await using proxy = await startProxy(502);
    expect(await askThrough(proxy.url, place)).toMatchObject({ kind: "unreachable", isPassing: true });
  });
});

it("a server that is down is no proxy", async () => {
  const { url, close } = await startProxy(200);
  close();
  const failed = await askThrough("", `${url}/v1`);
  expect(failed.message).toContain(`no server answers for openai-compatible:${url}/v1#x (ECONNREFUSED)`);
});
