/**
 * One page for a browser on this machine, made anew at every request. It listens on loopback only, answers nothing but
 * that page, at an address that nobody guesses (other users of the machine reach the port, too), and no host name of
 * others: what is looked at may be what a candidate wrote.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { messageOf, StropError } from "../core/errors.ts";
import { PAGE_POLICY } from "../report/html.ts";

export interface Page {
  /** HTML. */
  readonly html: string;
  /** Whether it will soon be another one. */
  readonly isLive: boolean;
}

export interface PageServer {
  /** `http://127.0.0.1:40123/kq2R9…/`: another one with each server. */
  readonly url: string;
  close(): Promise<void>;
}

/** May throw: the browser is told, and asks again. */
type Render = () => Page | Promise<Page>;

const LOOPBACK = "127.0.0.1";

/** Seconds until a browser asks again: of a page that changes, and of one that could. A page that is slow to make is made less often. */
const RENEW = { live: 5, still: 30, timesItsCost: 50 } as const;

/** Throws StropError `cli.port` for a port that cannot be had; 0 is any. */
export async function servePage(render: Render, { port = 0 }: { readonly port?: number } = {}): Promise<PageServer> {
  const path = `/${randomBytes(16).toString("base64url")}/`;
  const server = createServer((request, response) => void answer(request, response, { path, render }));
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen({ host: LOOPBACK, port }, resolve);
  await listening.catch((cause: unknown) => {
    throw new StropError("cli.port", `expected to listen on port ${port}, found: ${messageOf(cause)}`, {
      hint: "name another port, or none: any that is free will do",
      cause,
    });
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${path}`,
    async close() {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      server.closeAllConnections();
      await promise;
    },
  };
}

interface Offer {
  readonly path: string;
  readonly render: Render;
}

async function answer(request: IncomingMessage, response: ServerResponse, { path, render }: Offer): Promise<void> {
  const refused = refusal(request, path);
  if (refused !== undefined) {
    response.writeHead(refused[0], { "content-type": "text/plain; charset=utf-8", ...SAFE }).end(`${refused[1]}\n`);
    return;
  }
  const { status, type, body, seconds } = await rendered(render);
  response.writeHead(status, { "content-type": `text/${type}; charset=utf-8`, refresh: String(seconds), ...SAFE });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function rendered(render: Render) {
  const start = performance.now();
  try {
    const { html, isLive } = await render();
    const cost = ((performance.now() - start) / 1000) * RENEW.timesItsCost;
    const seconds = Math.ceil(Math.max(isLive ? RENEW.live : RENEW.still, cost));
    return { status: 200, type: "html", body: html, seconds };
  } catch (thrown) {
    return { status: 503, type: "plain", body: `${messageOf(thrown)}\n`, seconds: RENEW.live };
  }
}

/** A page of elsewhere must not read this one by a name that it has made point here. */
function refusal({ method, url, headers }: IncomingMessage, path: string): [number, string] | undefined {
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(headers.host ?? ""))
    return [421, "asked for another host"];
  if (method !== "GET" && method !== "HEAD") return [405, "there is a page to GET, and nothing else"];
  return url === path ? undefined : [404, "there is one page, at the address that strop report --live has printed"];
}

const SAFE = {
  "cache-control": "no-store",
  // Only as a header can a page keep others from framing it.
  "content-security-policy": `${PAGE_POLICY}; frame-ancestors 'none'`,
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;
