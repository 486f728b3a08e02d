/** `strop mcp` as an agent meets it: a process of its own, and the official client at the other end of its pipes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { LATEST_PROTOCOL_VERSION } from "@modelcontextprotocol/sdk/types.js";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Answered {
  readonly isError: boolean;
  /** The first block, which is always JSON. */
  readonly facts: Record<string, unknown>;
  /** The blocks after it. */
  readonly texts: readonly string[];
}

export interface Connected {
  readonly client: Client;
  readonly pid: number;
  /** What the server printed on standard error. */
  stderr(): string;
  call(tool: string, args?: object, onProgress?: (message: string) => void): Promise<Answered>;
  close(): Promise<void>;
}

/** A client that calls one tool and leaves without an answer. The server's exit code; null where it had to be killed. */
export async function callAndLeave(folder: string, name: string, args: object): Promise<number | null> {
  const clientInfo = { name: "hasty", version: "1" };
  const begin = { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo };
  const child = spawn(process.execPath, [MAIN, "mcp", "--tier", "deno"], {
    cwd: folder,
    stdio: ["pipe", "ignore", "ignore"],
    timeout: 170_000,
  });
  const requests = [
    { id: 1, method: "initialize", params: begin },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name, arguments: args } },
  ];
  child.stdin.end(requests.map((request) => `${JSON.stringify({ jsonrpc: "2.0", ...request })}\n`).join(""));
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

export async function connect(folder: string): Promise<Connected> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, "mcp", "--tier", "deno"],
    cwd: folder,
    stderr: "pipe",
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NO_COLOR: "1" },
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client({ name: "test agent", version: "1" });
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? -1,
    stderr: () => stderr,
    async call(tool, args = {}, onProgress) {
      const result = await client.callTool({ name: tool, arguments: { ...args } }, undefined, {
        timeout: 120_000,
        ...(onProgress === undefined ? {} : { onprogress: ({ message }) => onProgress(message ?? "") }),
      });
      const texts = (result.content as { text: string }[]).map(({ text }) => text);
      return {
        isError: result.isError === true,
        facts: JSON.parse(texts[0] ?? "null") as Record<string, unknown>,
        texts: texts.slice(1),
      };
    },
    close: () => client.close(),
  };
}
