/**
 * `strop mcp`: serves the task of a folder to an agent over standard input and output. Standard output belongs to the
 * protocol alone; whatever else in this process prints, a config file for instance, goes to standard error.
 */
import { resolve } from "node:path";
import { Writable } from "node:stream";

import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

import type { Tier } from "../../sandbox/types.ts";
import { serveMcp } from "../../server/mcp.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";

export interface McpOptions {
  readonly tier?: Tier | "auto";
  readonly unsafeNoSandbox?: boolean;
}

export async function mcpCommand(folder: string, options: McpOptions): Promise<number> {
  const wire = claimStdout();
  // What the user may have misspelt is said before a client waits for an answer.
  await loadTask(resolve(folder));
  const interrupt = listenForInterrupt();
  const left = new AbortController();
  for (const event of ["end", "close"] as const) process.stdin.once(event, () => left.abort());
  try {
    await serveMcp({
      folder: resolve(folder),
      tier: options.unsafeNoSandbox === true ? "none" : (options.tier ?? "auto"),
      transport: new StdioServerTransport(process.stdin, wire),
      signal: AbortSignal.any([left.signal, interrupt.signal]),
    });
  } finally {
    interrupt.stop();
  }
  return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** The only way left to standard output. */
function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      write(chunk, done);
    },
  });
}
