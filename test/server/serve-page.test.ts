/** The server of one page: what it answers, what it refuses, and what becomes of it when the page cannot be made. */
import { request } from "node:http";
import { expect, test } from "vitest";

import { type Page, servePage } from "../../src/server/serve-page.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

const ask = (url: string, options: { method?: string; host?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = "GET", host = new URL(url).host } = options;
    request(url, { method, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });

test("each request is answered with the page of that moment, to be renewed soon while it changes", async () => {
  let page: Page = { html: "<p>one</p>", isLive: true };
  const server = await servePage(() => page);
  try {
    const live = await ask(server.url);
    expect([live.status, live.body, live.headers["refresh"]]).toEqual([200, "<p>one</p>", "5"]);
    expect(live.headers["content-security-policy"]).toContain("default-src 'none'");
    page = { html: "<p>two</p>", isLive: false };
    const still = await ask(server.url);
    expect([still.body, still.headers["refresh"]]).toEqual(["<p>two</p>", "30"]);
    expect(await ask(server.url, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  } finally {
    await server.close();
  }
  await expect(ask(server.url)).rejects.toThrow("ECONNREFUSED");
});

test("other paths, other methods and names of other hosts get no page", async () => {
  const server = await servePage(() => ({ html: "secret", isLive: false }));
  try {
    const port = new URL(server.url).port;
    for (const host of [`127.0.0.1:${port}`, "localhost:8080", "LOCALHOST"])
      expect(await ask(server.url, { host })).toMatchObject({ status: 200, body: "secret" });
    const refused: [number, Answer][] = [
      [421, await ask(server.url, { host: `rebound.example:${port}` })],
      [421, await ask(server.url, { host: "localhost.example" })],
      [405, await ask(server.url, { method: "POST" })],
      [404, await ask(`${server.url}..%2f..%2fetc/passwd`)],
      // What another user of the machine can find out: the port.
      [404, await ask(`http://127.0.0.1:${port}/`)],
    ];
    for (const [status, answer] of refused) {
      expect(answer.status).toBe(status);
      expect(answer.body).not.toContain("secret");
    }
  } finally {
    await server.close();
  }
});

test("no two servers have the page at the same address", async () => {
  const page = () => ({ html: "", isLive: false });
  const servers = await Promise.all([servePage(page), servePage(page)]);
  const [one, two] = servers.map(({ url }) => new URL(url).pathname);
  expect(one).toMatch(/^\/[\w-]{22}\/$/);
  expect(two).not.toBe(one);
  await Promise.all(servers.map((server) => server.close()));
});

test("a page that cannot be made is told, and asked for again", async () => {
  let isGone = true;
  const server = await servePage(() => {
    if (isGone) throw new Error("the journal <b>is gone</b>");
    return { html: "back", isLive: false };
  });
  try {
    const told = await ask(server.url);
    expect([told.status, told.body, told.headers["refresh"]]).toEqual([503, "the journal <b>is gone</b>\n", "5"]);
    expect(told.headers["content-type"]).toBe("text/plain; charset=utf-8");
    isGone = false;
    expect(await ask(server.url)).toMatchObject({ status: 200, body: "back" });
  } finally {
    await server.close();
  }
});

test("a port that another has is a word to the user", async () => {
  const page = () => ({ html: "", isLive: false });
  const first = await servePage(page);
  try {
    await expect(servePage(page, { port: Number(new URL(first.url).port) })).rejects.toMatchObject({
      code: "cli.port",
      message: expect.stringMatching(/^expected to listen on port \d+, found: .*EADDRINUSE/),
    });
  } finally {
    await first.close();
  }
});
