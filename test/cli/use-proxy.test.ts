import { once } from "node:events";
import * as http from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

import { expect, test } from "vitest";

import { useProxy } from "../../src/cli/use-proxy.ts";

const canProxy = "setGlobalProxyFromEnv" in http;
const listen = async (server: http.Server): Promise<number> => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
};

test.skipIf(!canProxy)(
  "what is asked goes through the environment's proxy, and servers here are asked directly",
  async () => {
    const asked: string[] = [];
    const sockets: Socket[] = [];
    const model = http.createServer((_, response) => response.end("hello"));
    const port = await listen(model);
    const proxy = http.createServer().on("connect", ({ url }, socket) => {
      asked.push(String(url));
      const onward = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      sockets.push(onward, socket as Socket);
    });
    const address = `http://127.0.0.1:${await listen(proxy)}`;
    try {
      await useProxy({ HTTP_PROXY: address, NO_PROXY: "other.example" });
      expect(await (await fetch("http://models.example/v1")).text()).toBe("hello");
      expect(asked).toEqual(["models.example:80"]);
      expect(await (await fetch(`http://127.0.0.1:${port}/v1`)).text()).toBe("hello");
      expect(asked).toHaveLength(1);
    } finally {
      for (const socket of sockets) socket.destroy();
      model.close();
      proxy.close();
    }
  },
);

test.skipIf(!canProxy)("a proxy that is no address is refused with the variable's name", async () => {
  await expect(useProxy({ https_proxy: "http://:::" })).rejects.toMatchObject({
    code: "cli.bad-proxy",
    message: expect.stringContaining("https_proxy"),
  });
});
